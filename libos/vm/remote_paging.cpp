// The other body of paging.hpp, and of page_table.hpp: the pager is another environment, and so is its page table. A
// miss is a call and an answer. What the program uses between two misses the pager never hears: that is the program's
// to know.
//
// Parameter 2: the pager's environment.
#include "libos/base/note.hpp"
#include "libos/base/upcalls.hpp"
#include "libos/vm/pager_protocol.hpp"
#include "libos/vm/paging.hpp"

namespace exo::libos::vm {

constinit Paging paging{};

namespace {
constexpr uint32_t kPager = 2;
constexpr uint32_t kReadWrite = abi::kRightRead | abi::kRightWrite;
}  // namespace

Status Paging::prepare(uint32_t pages, uint32_t) {
  pages_ = pages;
  return serve(nullptr);
}

void Paging::use(uint32_t) {}

bool Paging::resolve(uint32_t address) {
  const uint32_t i = page_at(address);
  if (i >= pages_) return false;
  Call call = ask_for_page(i);
  for (Status status; (status = remote_call(parameter(kPager), call)) != Status::Ok; call = ask_for_page(i)) {
    if (status != Status::WrongState && status != Status::Busy) return false;
    (void)call::yield(0u);  // the pager has not opened its door yet, or serves another
  }
  misses_ = misses_in(call);
  const Capability frame = frame_in(call);
  return call::bind(&frame, page_number(address), kReadWrite).ok();
}

namespace page_table {
Entry* find(uint32_t) { return nullptr; }
uint32_t bytes() { return 0; }
}  // namespace page_table

}  // namespace exo::libos::vm
