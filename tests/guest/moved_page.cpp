// A variable whose page is one frame, then another, and that is written through other addresses, too: every write of it
// must be found by going back, and none of what the frame was before or after.
#include "libos/base/note.hpp"
#include "libos/base/upcalls.hpp"

using namespace exo::libos;

namespace {

constexpr uint32_t kReadWrite = exo::abi::kRightRead | exo::abi::kRightWrite;
constexpr uint32_t kVariable = 0x2002'c000, kElsewhere = 0x2002'e000;  // in other STLB slots than the program

volatile uint32_t& word_at(uint32_t address) { return *reinterpret_cast<volatile uint32_t*>(address); }

void must(Result result) {
  if (!result.ok()) note(Note::CheckFailed, __LINE__, uint32_t(result.status));
}

void bind(const Capability& frame, uint32_t address) { must(call::bind(&frame, page_number(address), kReadWrite)); }

}  // namespace

int main() {
  Capability first, second;
  must(call::frame_allocate(exo::abi::kAnyFrame, &first));
  must(call::frame_allocate(exo::abi::kAnyFrame, &second));
  bind(first, kVariable);
  bind(first, kElsewhere);
  word_at(kVariable) = 1;
  word_at(kElsewhere) = 2;  // through another address
  must(call::unbind(page_number(kElsewhere)));
  bind(second, kElsewhere);
  word_at(kElsewhere) = 3;  // into the frame that is going to be the page
  bind(second, kVariable);
  must(call::unbind(page_number(kElsewhere)));
  bind(first, kElsewhere);
  word_at(kElsewhere) = 100;  // the old frame: no longer the variable
  word_at(kVariable) = 4;
  note(Note::Round, word_at(kVariable), word_at(kElsewhere));
  for (;;) (void)call::yield(0);
}
