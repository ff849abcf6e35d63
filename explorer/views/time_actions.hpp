// What can be done with time, each by a button, a key and the mouse: the stretch in sight, the marks to jump to,
// bookmarks, and the stretch that is selected.
#pragma once
#include <string>
#include <vector>

#include "explorer/views/context.hpp"

namespace exo::views {

enum class TimeAction {
  ZoomIn,
  ZoomOut,
  ZoomAll,
  ZoomToSelection,
  NextMark,
  PreviousMark,
  SetBookmark,     ///< at the cursor; its name can be typed at once
  RemoveBookmark,  ///< the one at the cursor
  UndoBookmarks,
  SetEnd,   ///< of the stretch to select, at the cursor: the first time one end, the second time the other
  SetFrom,  ///< this end at the cursor; the other one stays, or is still to be set
  SetTo,
  ClearStretch,
};

void act(const ViewContext& ctx, TimeAction action);

/// A step of the story that has been reached, a bookmark, or something that ended badly.
struct TimeMark {
  model::EventNumber event = 0;
  int step = -1;     ///< of the story; -1: a bookmark, or bad
  bool bad = false;  ///< ended badly
  std::string name;  ///< "4", or the bookmark's name
  std::string words;
};
/// In order of their events.
[[nodiscard]] std::vector<TimeMark> time_marks(const ViewContext& ctx);

/// Makes the stretch in sight longer (factor above 1) or shorter around a moment that stays where it is.
void zoom(const ViewContext& ctx, double around, double factor);
/// Ticks of the whole run with some air after it: the longest stretch that can be in sight.
[[nodiscard]] double longest_stretch(const ViewContext& ctx);
inline constexpr double kTicksPerMicro = 1000.0 / abi::kNanosecondsPerTick;
/// Three instructions: the shortest stretch in sight. One instruction is 32 ns, a tick of the clock 6 ns.
inline constexpr double kShortestStretch = 3.0 * abi::kNanosecondsPerInstruction / abi::kNanosecondsPerTick;

void select_stretch(const ViewContext& ctx, model::Ticks one, model::Ticks other);
/// What happened in it, counted from the index.
[[nodiscard]] StretchSummary summarize(const ViewContext& ctx, Stretch stretch);
/// In words, a line each: how long, who ran how long, refills, calls and requests, events by category and by who acted.
[[nodiscard]] std::vector<std::string> summary_words(const ViewContext& ctx, const StretchSummary& summary);
/// The events of the stretch only, in the Events panel.
void show_in_events(const ViewContext& ctx);

}  // namespace exo::views
