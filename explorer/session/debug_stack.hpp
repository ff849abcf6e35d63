// The stack of an environment where a run stands, as the steps need it and as it is shown.
#pragma once
#include <string>
#include <vector>

#include "explorer/debugger/target.hpp"
#include "explorer/debugger/view.hpp"
#include "explorer/session/debug_programs.hpp"

namespace exo::session {

/// One activation of a function. What was inlined into it belongs to it.
struct Level {
  debugger::Environment env = debugger::kKernel;  ///< whose code
  std::uint32_t pc = 0;                           ///< where it goes on
  std::uint32_t address = 0;                      ///< of the activation (CFA): the same as long as it lasts
  std::uint32_t entry = 0;                        ///< of its function; 0: nobody knows
};

struct Stack {
  std::vector<Level> levels;                ///< innermost first; empty: no registers
  std::vector<debugger::FrameView> frames;  ///< with what was inlined as frames
  std::vector<std::size_t> level_of;        ///< of each frame
  std::string end;                          ///< why it ends
};

[[nodiscard]] Stack stack_of(debugger::Target& target, debugger::Environment env, DebugPrograms& programs);

}  // namespace exo::session
