// The control ring: commands of the host, taken at timer ticks in order, each recorded with its tick so that it can be
// repeated.
#pragma once
#include <stdint.h>

namespace exo::kernel::control {

/// Takes every command that is due at this tick. An empty slot costs what a slot due later costs.
void take_due(uint32_t tick);

}  // namespace exo::kernel::control
