// A step by source line, forwards: which motion of the machine comes next, until another line of this function, its
// caller or (asked for) something that it calls is reached.
//
// A step belongs to one environment. Others run in between, slices end, upcalls come and go: the step is over only when
// its own environment is at a line again, in the same activation or further out.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "explorer/debugger/target.hpp"
#include "explorer/session/debug_programs.hpp"
#include "explorer/session/debug_stack.hpp"

namespace exo::session {

class LineStep {
 public:
  enum class Kind { Into, Over, Out };
  /// `at_event`: it begins in the kernel's code that writes an event, and is a step of the function whose event it is.
  LineStep(Kind kind, debugger::Environment env, bool at_event) : kind_(kind), env_(env), at_event_(at_event) {}

  /// The next motion; nothing when the step is over. Called where the run stands: before the first motion, and after
  /// each that arrived.
  [[nodiscard]] std::optional<debugger::Motion> next(Rerun& run, DebugPrograms& programs);

 private:
  Kind kind_;
  debugger::Environment env_;
  bool at_event_, begun_ = false, assembly_ = false;
  std::uint32_t address_ = 0;  ///< of the activation that is stepped in
  std::uint32_t entry_ = 0;
  std::vector<std::string> inlined_;
  std::uint32_t file_ = 0, line_ = 0;  ///< that is left
  int motions_ = 0;

  [[nodiscard]] debugger::Motion leave(debugger::Symbols* symbols, std::uint32_t pc) const;
  [[nodiscard]] debugger::Motion arrive(const Level& level) const;
  void stand_in(const Level& level, debugger::Symbols* symbols);
};

}  // namespace exo::session
