// What a view asks of the profile: to count a stretch of the run, and where the result is to go.
#pragma once
#include <string>

#include "explorer/model/event.hpp"

namespace exo::model {

/// Counts every instruction after event `from` up to event `to`, in a second machine, beside whatever goes on.
struct ProfileStretch {
  EventNumber from = 0, to = 0;
};
struct ProfileStop {};  ///< gives up the counting; the profile before stays
/// Stacks, a line each, for programs that draw flame graphs; or all of it as JSON.
struct SaveProfile {
  enum class Kind { Folded, Json } kind = Kind::Folded;
  std::string path;
};

}  // namespace exo::model
