// From a scenario's text to what a machine is booted with.
#pragma once
#include <string>

#include "explorer/session/guest.hpp"
#include "explorer/session/session.hpp"

namespace exo::session {

/// `file` is for messages and the scenario's name. Throws InputError.
[[nodiscard]] BootPlan boot_plan(const std::string& text, const std::string& file, const scenario::FileReader& read,
                                 const LiveOptions& options);

}  // namespace exo::session
