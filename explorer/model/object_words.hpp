// What a thing is, in one plain sentence, and the whole state in plain lines: for tooltips, screen readers and copying.
#pragma once
#include <string>
#include <vector>

#include "explorer/model/explain.hpp"

namespace exo::model {

/// "Frame 5 belongs to stubborn, in generation 3, with two bindings on it."
[[nodiscard]] std::string sentence_of(const Subject& subject, const State& state);

/// The moment in plain English, one fact a line: the story's step, the time, who runs, each environment, the requests
/// with the time left, what the last event changed. `state` is the history's at state.number.
[[nodiscard]] std::vector<std::string> text_mirror(const History& history, const State& state, const Story& story);

}  // namespace exo::model
