// About the longest run that the kernel lets in: nothing takes longer than dividing by a number of more than 32 bits,
// and it divides as often as fits the budget of a computation.
#include "libos/base/bpf.hpp"

namespace {
constexpr uint32_t kDivisions = 150;
constexpr uint64_t kMore = uint64_t{1} << 32;
}  // namespace

extern "C" uint64_t longest_run(const uint64_t* memory, uint64_t) {
  uint64_t value = *memory;
#pragma clang loop unroll(full)
  for (uint32_t i = 0; i < kDivisions; ++i) value = ~uint64_t{0} / (value | kMore);
  return value;
}
