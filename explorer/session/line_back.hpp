// A step by source line, backwards: out of the instructions that were executed before, the one where the previous line
// began.
#pragma once
#include <optional>
#include <span>

#include "explorer/session/debug_programs.hpp"
#include "explorer/session/rerun.hpp"

namespace exo::session {

/// OutOfEvent: it begins in the kernel's code that writes an event, and is a step over in the function whose event it
/// is.
enum class BackKind { Into, Over, Out, OutOfEvent };

struct LineBack {
  std::optional<debugger::Instant> goal;
  bool deeper = false;  ///< more of the past must be known
};

/// `steps`: of the run, oldest first, up to where it stands; `env` is stepped in, at `pc`.
[[nodiscard]] LineBack line_back(BackKind kind, std::span<const Rerun::Step> steps, debugger::Environment env,
                                 std::uint32_t pc, const debugger::Target& target, DebugPrograms& programs);

}  // namespace exo::session
