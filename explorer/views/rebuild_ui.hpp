// What the window keeps about rebuilding: which try it has reacted to, and what it put out of the way for its
// complaints.
#pragma once
#include <cstdint>

namespace exo::views {

struct RebuildUi {
  std::uint64_t seen = 0;    ///< the try whose end was reacted to
  std::uint64_t closed = 0;  ///< the try whose end needs no more saying
  int region = -1;           ///< where the complaints were brought into sight; -1: nowhere
  int panel = -1;            ///< that was there before
  std::uint32_t line = 0;    ///< of the opened file, that was scrolled to
};

}  // namespace exo::views
