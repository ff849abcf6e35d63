// The run that a debugging command is about: a recording, or a scenario that is run to its end first.
#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "explorer/session/session.hpp"

namespace exo::cli {

/// Throws InputError or MachineError. A run that ended early is said and returned: it is what a debugger is for.
[[nodiscard]] std::unique_ptr<session::Session> debugged_run(const std::string& what, std::uint32_t seed);

}  // namespace exo::cli
