// The whole state as canonical text: one line a thing, in a fixed order, a function of the state alone, so that two
// moments or two runs can be compared with diff. What is pristine (free frames never used, empty slots) is left out.
#pragma once
#include <string>

#include "explorer/model/state.hpp"

namespace exo::model {

[[nodiscard]] std::string state_text(const State& state);

}  // namespace exo::model
