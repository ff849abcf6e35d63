// What the two programs of the late trial agree on: when, by the clock of the machine, what is done.
#pragma once
#include "kernel/abi/machine.hpp"
#include "tests/guest/checks.hpp"

namespace exo::trials {

enum class Phase : uint32_t { Before, Spin, Verify, Compile, Claim, After };
inline constexpr const uint32_t kPhaseTicks = abi::ticks_of_micros(100'000);

inline uint32_t clock() {
  uint32_t ticks;
  asm volatile("rdhwr %0, $2" : "=r"(ticks) : : "memory");
  return ticks;
}
inline Phase phase_at(uint32_t time) {
  const uint32_t phase = time / kPhaseTicks;
  return phase < uint32_t(Phase::After) ? Phase(phase) : Phase::After;
}

}  // namespace exo::trials
