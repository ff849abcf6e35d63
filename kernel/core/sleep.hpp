// Sleeping until there is something to do (wakeup predicates): the kernel asks the condition when the sleeper's turn
// would be, instead of switching to it so that it can look for itself. It also wakes when a handler of its own says so,
// or when there is something to tell it.
#pragma once
#include "kernel/core/environments.hpp"

namespace exo::kernel::sleep {

/// Sleeps, unless there is a reason not to already. Value: that reason. `predicate`: its own, or 0.
Result begin(Environment& environment, uint32_t predicate);

/// A sleeper's turn: false when it sleeps on. When it wakes, the reason is in its frame's v1.
[[nodiscard]] bool is_over(Environment& environment);

/// A handler of its own wakes it; when it does not sleep, its next sleep ends at once.
void wake(Environment& environment);
/// A predicate is gone: whoever sleeps on it wakes.
void forget(uint32_t predicate);

}  // namespace exo::kernel::sleep
