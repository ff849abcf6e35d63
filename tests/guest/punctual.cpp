// Watches how late its slices begin. Slices begin at ticks, whose moments are fixed; what the kernel does for the
// program that runs before it may delay them.
#include "tests/guest/late_phases.hpp"

using namespace exo;
using namespace exo::trials;

namespace {
constexpr uint32_t kPeriod = abi::ticks_of_micros(abi::kTickMicros);
constexpr uint32_t kMostLate = 2400;     ///< instructions: the budget
constexpr uint32_t kAway = 2 * kPeriod;  ///< another environment's slice; less is a tick in its own

int32_t earliest, latest;  // of this phase
uint32_t slices;
uint32_t anchor;  // when the first of all began

/// After the tick at which slices begin, in ticks of the clock; it is some constant more than the delay.
void begins(uint32_t now) {
  if (anchor == 0) anchor = now;
  int32_t late = int32_t((now - anchor) % kPeriod);
  if (late > int32_t(kPeriod / 2)) late -= int32_t(kPeriod);
  if (slices == 0 || late < earliest) earliest = late;
  if (slices == 0 || late > latest) latest = late;
  ++slices;
}

uint32_t instructions(int32_t ticks) {
  return uint32_t(ticks) * abi::kNanosecondsPerTick / abi::kNanosecondsPerInstruction;
}
}  // namespace

int main() {
  int32_t usual = 0;
  uint32_t last = clock();
  Phase phase = Phase::Before;
  while (phase != Phase::After) {
    const uint32_t now = clock();
    if (phase != Phase::Before && now - last > kAway) begins(now);
    last = now;
    if (phase_at(now) == phase) continue;
    if (phase == Phase::Spin) usual = earliest;
    if (phase != Phase::Before) {
      const uint32_t late = instructions(latest - usual);
      libos::note(Note::Round, uint32_t(phase), late, slices);
      CHECK_EQUAL(late <= kMostLate, true);
    }
    slices = 0;
    phase = phase_at(now);
    last = clock();
  }
  return 0;
}
