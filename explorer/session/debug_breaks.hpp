// The stops that somebody asked for: what was typed, the places that it means in this run, and how often it was
// reached.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "explorer/debugger/expression.hpp"
#include "explorer/debugger/target.hpp"
#include "explorer/debugger/view.hpp"
#include "explorer/model/debug_command.hpp"
#include "explorer/model/history.hpp"
#include "explorer/model/query.hpp"
#include "explorer/session/debug_programs.hpp"

namespace exo::session {

struct Break {
  debugger::BreakView view;
  std::vector<debugger::Place> places;
  std::optional<model::Query> events;  ///< instead of places
  std::optional<debugger::Expression> condition;
};

/// Address and size of the data that an expression names, seen from where the run stands. Throws InputError.
struct DataPlace {
  debugger::Environment env = debugger::kKernel;
  std::uint32_t address = 0, bytes = 4;
};
using FindData = std::function<DataPlace(const std::string& expression, debugger::Environment env)>;

class DebugBreaks {
 public:
  /// Adds a stop, or takes away the one that is the same. Throws InputError: there is no such place.
  void toggle(const model::DebugBreak& asked, const debugger::Target& target, DebugPrograms& programs,
              const FindData& find_data);
  void edit(const model::DebugBreakEdit& edit);
  /// Those of another build: with their numbers, at the places that `where` says they have now. One that has no place
  /// any more stays, with its problem.
  void take_over(const DebugBreaks& before, const std::function<std::string(const debugger::BreakView&)>& where,
                 const debugger::Target& target, DebugPrograms& programs, const FindData& find_data);
  /// Finds the places anew: programs were built, or environments came.
  void resolve(const debugger::Target& target, DebugPrograms& programs);

  [[nodiscard]] const std::vector<Break>& all() const { return breaks_; }
  [[nodiscard]] std::vector<Break>& all() { return breaks_; }
  /// Places of all that are enabled.
  [[nodiscard]] std::vector<debugger::Place> places() const;
  [[nodiscard]] std::vector<debugger::BreakView> views() const;

  /// Places of code that a text means ("policy.cpp:42", "decide", "0x400a88") in `env`, or in every environment. `view`
  /// learns the line, and what is to be said about it. Throws InputError.
  [[nodiscard]] static std::vector<debugger::Place> code_places(const std::string& where, debugger::Environment env,
                                                                const debugger::Target& target, DebugPrograms& programs,
                                                                debugger::BreakView& view);

 private:
  std::vector<Break> breaks_;
  int next_ = 1;
};

}  // namespace exo::session
