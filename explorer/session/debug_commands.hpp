// What a debugger may ask of Exoscope beside registers and memory, as lines of text: gdb's monitor command. An answer
// is about the moment at which the debugger stands, and tells nothing of what comes after it.
#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "explorer/debugger/target.hpp"
#include "explorer/model/command.hpp"
#include "explorer/model/history.hpp"
#include "explorer/model/story.hpp"

namespace exo::session {

struct DebugMoment {
  const model::History& history;
  const model::Story& story;
  model::EventNumber event;
  debugger::Instant instant;
};

/// Does something to the machine that runs, and says what came of it. Throws InputError when there is none.
using DoLive = std::function<std::string(const model::Command& command)>;

/// The answer to one line; never throws.
[[nodiscard]] std::string debug_command(std::string_view line, const DebugMoment& moment, const DoLive& do_live);

}  // namespace exo::session
