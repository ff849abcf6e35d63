// Running a session on until it rests: what every command that needs a finished run does.
#pragma once
#include <functional>

#include "explorer/session/session.hpp"

namespace exo::cli {

/// Runs until the session is at rest, a signal comes, or nothing happens any more (MachineError). `each_turn` is called
/// after every step.
void run_through(session::Session& session, const std::function<void()>& each_turn);

}  // namespace exo::cli
