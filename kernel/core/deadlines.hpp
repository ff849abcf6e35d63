// The moments at which the kernel must act for the sake of a revocation: patience that runs out, deadlines that fire.
// Kept in machine time. Whatever the kernel is doing, it looks here at least every 500 instructions, so an abort is
// never late by more than 20 microseconds.
#pragma once
#include <stdint.h>

#include "kernel/arch/mips/processor.hpp"

namespace exo::kernel::deadlines {

/// A clock that stood for this moment has stopped: if it was the earliest, look for the next.
void withdraw(uint32_t moment);

/// Acts on every moment that has passed.
void act();

/// The earliest moment, while there is one; and how many aborts are not complete.
extern bool any;
extern uint32_t earliest;
extern uint32_t to_complete;

/// A clock has started.
inline void add(uint32_t moment) {
  if (!any || int32_t(moment - earliest) < 0) earliest = moment;
  any = true;
}

/// Acts on every moment that has passed. Cheap when none has.
inline void poll() {
  if ((any && int32_t(processor::clock() - earliest) >= 0) || to_complete != 0) act();
}

/// Sets the alarm to the next deadline or to `tick`, whichever comes first; false when that has already passed.
[[nodiscard]] bool set_alarm(uint32_t tick);

}  // namespace exo::kernel::deadlines
