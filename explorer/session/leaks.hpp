// Does the kernel get everything back? Kills every environment of a session whose machine stands still, has the kernel
// show its tables, and names whatever is not as it was at boot.
#pragma once
#include <string>
#include <vector>

#include "explorer/session/session.hpp"

namespace exo::session {

/// What is still held in a state in which nobody lives, in words; empty when nothing leaked.
[[nodiscard]] std::vector<std::string> leaks_in(const model::State& state);

/// Does the above on a live session at rest (its end may have been reached): frames, slices, bindings, requests and
/// identifiers must come back, and the audit must agree with the trace. Throws MachineError when the machine does not
/// answer.
[[nodiscard]] std::vector<std::string> kill_everything(Session& session);

}  // namespace exo::session
