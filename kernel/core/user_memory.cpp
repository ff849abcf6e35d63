#include "kernel/core/user_memory.hpp"

#include "kernel/arch/mips/processor.hpp"
#include "kernel/core/bindings.hpp"

namespace exo::kernel::user_memory {

namespace {
// Calls `each(word in kernel memory, index)` for every word of a user range, translating once a page.
template <typename Each>
Status for_words(Environment& environment, UserAddress start, uint32_t bytes, bool write, Each each) {
  if (start.value % 4 != 0 || start.value >= abi::kUserEnd || bytes > abi::kUserEnd - start.value)
    return Status::BadAddress;
  const uint32_t end = start.value + bytes;
  for (uint32_t address = start.value; address != end;) {
    const uint32_t lo = bindings::lookup(environment, address >> abi::kPageShift);
    if (!(lo & abi::kLoValid) || (write && !(lo & abi::kLoDirty))) return Status::BadAddress;
    const uint32_t in_page = address & (abi::kPageSize - 1);
    const uint32_t page_left = abi::kPageSize - in_page;
    const uint32_t stop = end - address < page_left ? end : address + page_left;
    uint32_t* word = physical<uint32_t>((abi::entry_lo_pfn(lo) << abi::kPageShift) | in_page);
    for (; address != stop; address += 4) each(*word++, (address - start.value) / 4);
  }
  return Status::Ok;
}
}  // namespace

Status read(Environment& environment, UserAddress from, void* to, uint32_t bytes) {
  auto* target = static_cast<uint32_t*>(to);
  return for_words(environment, from, bytes, false, [=](uint32_t& word, uint32_t i) { target[i] = word; });
}

Status writable(Environment& environment, UserAddress to, uint32_t bytes) {
  return for_words(environment, to, bytes, true, [](uint32_t&, uint32_t) {});
}

Status write(Environment& environment, UserAddress to, const void* from, uint32_t bytes) {
  TRY(writable(environment, to, bytes));
  auto* source = static_cast<const uint32_t*>(from);
  return for_words(environment, to, bytes, true, [=](uint32_t& word, uint32_t i) { word = source[i]; });
}

}  // namespace exo::kernel::user_memory
