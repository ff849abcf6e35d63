// About the longest run that the kernel lets in: as many rounds as fit the budget of a computation.
#include "libos/base/bpf.hpp"

namespace {
constexpr uint32_t kRounds = 500;
}

extern "C" uint64_t longest_run(const uint64_t* memory, uint64_t) {
  uint64_t value = *memory;
#pragma clang loop unroll(disable)
  for (uint32_t round = 0; round < kRounds; ++round) value = (value ^ value >> 13) * 0x9e37'79b9'7f4a'7c15 + round;
  return value;
}
