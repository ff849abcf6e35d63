// The moments at which the kernel must act: the next timer tick, patience that runs out, deadlines that fire. Kept in
// machine time. Whatever the kernel is doing, it looks here at least every 500 instructions, so an abort is never late
// by more than 20 microseconds; what takes longer is not begun when a clock is so near (`within`). The alarm always
// stands at the earliest of these moments.
#pragma once
#include <stdint.h>

#include "kernel/arch/mips/processor.hpp"

namespace exo::kernel::deadlines {

/// The earliest clock of a request, while there is one; the next timer tick; and where the alarm stands.
extern bool any;
extern uint32_t earliest;
extern uint32_t tick;
extern uint32_t alarm;
/// Downloaded code that takes long compares the clock with this word, and calls look() when it has passed: never after
/// the earliest clock. Ticks wait until it is done.
extern uint32_t urgent;
void look();
/// How many aborts are not complete.
extern uint32_t to_complete;

inline bool passed(uint32_t moment) { return int32_t(processor::clock() - moment) >= 0; }

/// A clock passes in less than so many ticks.
inline bool within(uint32_t ticks) { return any && int32_t(earliest - processor::clock() - ticks) < 0; }

/// Something is due: a tick or a clock. To be asked before the kernel is left.
inline bool due() { return passed(alarm); }

/// The first tick is at `moment`.
void start(uint32_t moment);
/// The tick that is due, if it is: the next is a period later.
[[nodiscard]] bool take_tick();
/// Whether the tick after it is due as well: the kernel was busy for longer than a tick.
inline bool tick_follows() { return passed(tick); }

/// A clock has started.
void add(uint32_t moment);
/// A clock that stood for this moment has stopped: if it was the earliest, look for the next.
void withdraw(uint32_t moment);

/// Acts on every clock that has passed.
void act();
/// The same, cheap when none has.
inline void poll() {
  if ((any && passed(earliest)) || to_complete != 0) act();
}

}  // namespace exo::kernel::deadlines
