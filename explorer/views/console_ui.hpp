// What the Console panel keeps: the lines found so far, whose of them are shown, and how far it is scrolled; and what
// was said about what ended badly.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "explorer/model/console_lines.hpp"

namespace exo::views {

struct ConsoleUi {
  model::ConsoleLines lines;
  std::uint64_t hidden = 0;          ///< environments whose lines are not shown, as bits
  std::vector<std::uint64_t> shown;  ///< numbers of lines, when some are hidden
  std::uint64_t shown_for = 0;       ///< `hidden` that it was made for
  std::uint64_t shown_to = 0;        ///< lines looked at for it
  double top = 0;                    ///< first row in sight
  model::EventNumber cursor = 0;     ///< that the rows last kept in sight
  std::uint64_t count = 0;           ///< lines at that time
  bool busy = false;                 ///< not all of the trace has been read
  std::uint64_t menu_line = 0;       ///< number + 1 of the line that the menu is about
};

struct IncidentUi {
  std::size_t told = 0;  ///< incidents whose notice was put away
};

}  // namespace exo::views
