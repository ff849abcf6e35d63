// What the time bar keeps for the user: bookmarks with their undo, the stretch that is selected, what is being dragged,
// and the columns of the overview as they were worked out last.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "explorer/views/event_counts.hpp"

namespace exo::views {

struct Bookmark {
  model::EventNumber event = 0;
  std::string name;
  friend bool operator==(const Bookmark&, const Bookmark&) = default;
};

/// A stretch of guest time, both ends included.
struct Stretch {
  model::Ticks from = 0, to = 0;
  friend bool operator==(const Stretch&, const Stretch&) = default;
};

/// What happened in a stretch: all of it counted, nothing estimated.
struct StretchSummary {
  Stretch stretch;
  model::EventNumber first = 1, last = 0;  ///< its events; none when last < first
  EventTotals totals;
  std::array<model::Ticks, abi::kMaxEnvironments> ran{};  ///< 0: nobody ran
  [[nodiscard]] std::uint64_t events() const { return last < first ? 0 : last - first + 1; }
};

struct TimeUi {
  std::vector<Bookmark> bookmarks;                      ///< in order of their events, one at each at most
  std::vector<std::vector<Bookmark>> bookmarks_before;  ///< before each change, the newest last
  model::EventNumber naming = 0;                        ///< bookmark whose name is being typed; 0: none
  bool naming_begins = false;                           ///< its field has not got the keyboard yet

  std::optional<Stretch> stretch;
  std::optional<model::Ticks> one_end;  ///< set at the cursor, waiting for the other
  StretchSummary summary;               ///< of the stretch selected, as it was counted last
  model::EventNumber summary_of = 0;    ///< events indexed by then

  enum class Drag : std::uint8_t { None, Scrub, Move, Select, Window, WindowFrom, WindowTo } drag = Drag::None;
  double grabbed = 0;                              ///< where in time, in ticks
  bool dragged = false;                            ///< it has moved: not a click
  float scrolled_envs = 0, scrolled_requests = 0;  ///< lanes that lie above those in sight, in pixels
  model::EventNumber scrolled_at = 0;              ///< the cursor for which the lane of who runs was scrolled to

  /// A pixel's worth of the overview.
  struct Column {
    model::EventNumber last = 0;  ///< the last event in it or before it
    LaneCounts lanes{};           ///< events in it
    std::uint32_t events = 0;
  };
  std::vector<Column> columns;
  Stretch columns_of;
  model::EventNumber columns_upto = 0;  ///< events indexed when they were counted
};

}  // namespace exo::views
