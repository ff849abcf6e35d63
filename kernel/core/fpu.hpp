// The floating-point unit. It is handed over when somebody uses it, not at every switch; its registers are saved with
// the one who had it and never seen by another.
#pragma once
#include "kernel/core/environments.hpp"

namespace exo::kernel::fpu {

/// The environment used the unit without having it.
void hand_over(Environment& to);
/// It is being destroyed: what it had in the unit is forgotten.
void take_back(Environment& environment);
/// Number of the environment that has it, or 0.
uint32_t owner();

}  // namespace exo::kernel::fpu
