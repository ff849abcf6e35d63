#include "kernel/core/user_memory.hpp"

#include "kernel/arch/mips/processor.hpp"
#include "kernel/core/bindings.hpp"

namespace exo::kernel::user_memory {

namespace {
// The stretch of a user range that lies in one page, in unmapped memory; nullptr when it may not be touched.
struct Stretch {
  uint32_t* words;
  uint32_t bytes;
};
Stretch stretch_at(Environment& environment, uint32_t address, uint32_t bytes, bool write) {
  const uint32_t lo = bindings::lookup(environment, address >> abi::kPageShift);
  const uint32_t needed = write ? abi::kLoValid | abi::kLoDirty : abi::kLoValid;
  if ((lo & needed) != needed) return {nullptr, 0};
  const uint32_t in_page = address & (abi::kPageSize - 1);
  const uint32_t page_left = abi::kPageSize - in_page;
  return {physical<uint32_t>((abi::entry_lo_pfn(lo) << abi::kPageShift) | in_page),
          bytes < page_left ? bytes : page_left};
}

// Calls `each(stretch, bytes before it)` for every page of a user range.
template <typename Each>
Status for_stretches(Environment& environment, UserAddress start, uint32_t bytes, bool write, Each each) {
  if (start.value % 4 != 0 || start.value >= abi::kUserEnd || bytes > abi::kUserEnd - start.value)
    return Status::BadAddress;
  for (uint32_t done = 0; done != bytes;) {
    const Stretch stretch = stretch_at(environment, start.value + done, bytes - done, write);
    if (stretch.words == nullptr) return Status::BadAddress;
    each(stretch, done);
    done += stretch.bytes;
  }
  return Status::Ok;
}

void copy(uint32_t* to, const uint32_t* from, uint32_t bytes) {
  for (const uint32_t* const end = from + bytes / 4; from != end;) *to++ = *from++;
}
}  // namespace

Status read(Environment& environment, UserAddress from, void* to, uint32_t bytes) {
  auto* target = static_cast<uint32_t*>(to);
  return for_stretches(environment, from, bytes, false,
                       [=](const Stretch& s, uint32_t done) { copy(target + done / 4, s.words, s.bytes); });
}

Status read_capability(Environment& environment, UserAddress from, abi::Capability& to) {
  const uint32_t in_page = from.value & (abi::kPageSize - 1);
  const bool simple = from.value < abi::kUserEnd && from.value % 4 == 0 && in_page <= abi::kPageSize - sizeof to;
  if (!simple) return read(environment, from, &to, sizeof to);
  const uint32_t lo = bindings::lookup(environment, from.value >> abi::kPageShift);
  if ((lo & abi::kLoValid) == 0) return Status::BadAddress;
  to = *physical<abi::Capability>((abi::entry_lo_pfn(lo) << abi::kPageShift) | in_page);
  return Status::Ok;
}

Status writable(Environment& environment, UserAddress to, uint32_t bytes) {
  return for_stretches(environment, to, bytes, true, [](const Stretch&, uint32_t) {});
}

Status write(Environment& environment, UserAddress to, const void* from, uint32_t bytes) {
  TRY(writable(environment, to, bytes));
  auto* source = static_cast<const uint32_t*>(from);
  return for_stretches(environment, to, bytes, true,
                       [=](const Stretch& s, uint32_t done) { copy(s.words, source + done / 4, s.bytes); });
}

}  // namespace exo::kernel::user_memory
