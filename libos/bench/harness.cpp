#include "libos/bench/harness.hpp"

#include <stddef.h>

#include "kernel/abi/environment_page.hpp"
#include "kernel/abi/machine.hpp"
#include "libos/bench/layout.h"

namespace exo::bench {

namespace {
constexpr uint32_t in_page(size_t offset) { return abi::kEnvironmentPageAddress + uint32_t(offset); }
static_assert(in_page(offsetof(abi::EnvironmentPage, exception) + offsetof(abi::ExceptionContext, pc)) ==
                  PAGE_EXCEPTION_PC &&
              in_page(offsetof(abi::EnvironmentPage, exception) + offsetof(abi::ExceptionContext, cause)) ==
                  PAGE_EXCEPTION_CAUSE);
static_assert(in_page(offsetof(abi::EnvironmentPage, interrupt)) == PAGE_INTERRUPT);
static_assert(in_page(offsetof(abi::EnvironmentPage, masked)) == PAGE_MASKED);
static_assert(in_page(offsetof(abi::EnvironmentPage, start)) + 4 == PAGE_PARTNER);
static_assert(in_page(sizeof(abi::EnvironmentPage)) <= PAGE_HANDLER_CLOCK);
static_assert(uint32_t(abi::Syscall::yield) == CALL_YIELD && uint32_t(abi::Syscall::yield_to) == CALL_YIELD_TO &&
              uint32_t(abi::Syscall::pct) == CALL_PCT && uint32_t(abi::Syscall::entry_wait) == CALL_ENTRY_WAIT);
}  // namespace

uint32_t Samples::median() {
  for (uint32_t i = 1; i < count_; ++i) {
    const uint32_t moving = ticks_[i];
    uint32_t at = i;
    for (; at != 0 && ticks_[at - 1] > moving; --at) ticks_[at] = ticks_[at - 1];
    ticks_[at] = moving;
  }
  return count_ == 0 ? 0 : ticks_[count_ / 2];
}

uint32_t clock_cost() {
  return median_of([] {
    uint32_t before, after;
    asm volatile("rdhwr %0, $2\n rdhwr %1, $2" : "=&r"(before), "=&r"(after));
    return after - before;
  });
}

void report(Figure figure, uint32_t ticks, uint32_t times, uint32_t samples) {
  constexpr uint32_t kTick = abi::kNanosecondsPerTick, kInstruction = abi::kNanosecondsPerInstruction;
  // The clock ticks more often than instructions end, so a single sample is a whole number of them.
  const uint32_t instructions = (ticks * kTick + kInstruction / 2) / kInstruction;
  const uint32_t hundredths = instructions * 100 / times;
  libos::note(abi::Note::Figure, uint32_t(figure), hundredths, samples);
}

}  // namespace exo::bench
