// The stack of an environment where a run stands, as the steps need it and as it is shown.
#pragma once
#include <string>
#include <vector>

#include "explorer/debugger/target.hpp"
#include "explorer/debugger/unwind.hpp"
#include "explorer/debugger/view.hpp"
#include "explorer/session/debug_programs.hpp"
#include "explorer/session/rerun.hpp"

namespace exo::session {

/// One activation of a function. What was inlined into it belongs to it.
struct Level {
  debugger::Environment env = debugger::kKernel;  ///< whose code
  std::uint32_t pc = 0;                           ///< where it goes on
  std::uint32_t address = 0;                      ///< of the activation (CFA): the same as long as it lasts
  std::uint32_t entry = 0;                        ///< of its function; 0: nobody knows
  std::vector<std::string> inlined;               ///< that it is in, outermost first
};

struct Stack {
  std::vector<Level> levels;                ///< innermost first; empty: no registers
  std::vector<debugger::FrameView> frames;  ///< with what was inlined as frames
  std::vector<debugger::Frame> known;       ///< the same frames, with their registers
  std::string end;                          ///< why it ends
};

[[nodiscard]] Stack stack_of(Rerun& run, debugger::Environment env, DebugPrograms& programs,
                             std::size_t limit = debugger::kMostFrames);
/// How the memory and the symbols of a run are read; good as long as both arguments are.
[[nodiscard]] debugger::StackSource source_of(Rerun& run, DebugPrograms& programs);

}  // namespace exo::session
