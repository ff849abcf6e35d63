// What the Compare panel keeps for the user: how the two clocks are laid over each other, what is chosen to compare
// with, and what has been taken in of both runs, so that it is not read again for every picture.
#pragma once
#include <memory>
#include <string>

#include "explorer/model/event.hpp"

namespace exo::views {

struct CompareShown;  // compare_parts.hpp

enum class CompareAlign : std::uint8_t { Time, Events, Step, Difference };

struct CompareUi {
  CompareAlign align = CompareAlign::Time;
  bool choosing = false;       ///< the list of what there is to compare with is shown
  bool list = false;           ///< the list of what differs now is shown
  bool whole = true;           ///< the lanes show the whole runs, not the time bar's stretch
  bool kinds = false;          ///< totals by kind of event as well
  std::string env;             ///< chosen environment for another library OS
  std::string typed;           ///< a file's or lesson's name
  std::string group;           ///< environment whose totals are shown beside those of all; empty: follows the selection
  const void* seen = nullptr;  ///< partner that was there in the picture before: a new one brings the panel forward
  bool busy = false;           ///< not all of both runs has been looked at yet
  std::shared_ptr<CompareShown> shown;
};

}  // namespace exo::views
