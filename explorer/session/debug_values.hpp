// Variables and expressions at a frame of a standing run, as rows to be shown.
#pragma once
#include <string>
#include <vector>

#include "explorer/debugger/expression.hpp"
#include "explorer/debugger/view.hpp"
#include "explorer/session/debug_breaks.hpp"
#include "explorer/session/debug_stack.hpp"

namespace exo::session {

/// Fills arguments, locals and watches of `view`, for the frame that it looks at; what has another text than under the
/// same name before is marked.
void show_values(debugger::View& view, const Stack& stack, const std::vector<std::string>& watches, Rerun& run,
                 DebugPrograms& programs);

/// The place in memory that an expression names at a frame. Throws InputError: it has no value, or is nowhere.
[[nodiscard]] DataPlace data_at(const std::string& expression, const Stack& stack, std::size_t frame, Rerun& run,
                                DebugPrograms& programs);
/// The number that it is: an address to look at. Throws InputError.
[[nodiscard]] std::uint32_t number_at(const std::string& expression, const Stack& stack, std::size_t frame, Rerun& run,
                                      DebugPrograms& programs);
/// Whether a condition holds at the innermost frame. One that can't be evaluated holds, and `why` says what is missing:
/// better one stop too many than one that nobody sees.
[[nodiscard]] bool holds(const debugger::Expression& condition, debugger::Environment env, Rerun& run,
                         DebugPrograms& programs, std::string& why);

}  // namespace exo::session
