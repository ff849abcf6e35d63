// The rows of time in the table of actions: keys, palette and buttons do the same.
#include <algorithm>

#include "explorer/views/actions.hpp"
#include "explorer/views/time_actions.hpp"

namespace exo::views {
namespace {

Action row(TimeAction what, std::string id, std::string title, std::vector<Chord> keys, std::string detail = {},
           std::function<bool(const ViewContext&)> enabled = nullptr) {
  return {.id = "time." + id,
          .title = std::move(title),
          .detail = std::move(detail),
          .group = Group::Time,
          .keys = std::move(keys),
          .run = [what](const ViewContext& ctx) { act(ctx, what); },
          .enabled = std::move(enabled),
          .opens_field = what == TimeAction::SetBookmark};
}

bool has_stretch(const ViewContext& ctx) { return ctx.ui.time.stretch.has_value(); }
bool has_bookmark(const ViewContext& ctx) {
  return std::ranges::find(ctx.ui.time.bookmarks, ctx.cursor, &Bookmark::event) != ctx.ui.time.bookmarks.end();
}
bool can_undo(const ViewContext& ctx) { return !ctx.ui.time.bookmarks_before.empty(); }

std::vector<Action> make() {
  return {
      row(TimeAction::ZoomIn, "zoom-in", "A shorter stretch of time", {'z'}, "Down to a single instruction, 32 ns."),
      row(TimeAction::ZoomOut, "zoom-out", "A longer stretch of time", {shift('z')}),
      row(TimeAction::ZoomAll, "zoom-all", "The whole run", {','}),
      row(TimeAction::ZoomToSelection, "zoom-selected", "Only the selected time", {ctrl('m')}, "It fills the lanes.",
          has_stretch),
      row(TimeAction::PreviousMark, "mark-previous", "To the step or bookmark before", {'<'}),
      row(TimeAction::NextMark, "mark-next", "To the next step or bookmark", {'>'}),
      row(TimeAction::SetBookmark, "bookmark", "Bookmark this moment", {'m'}, "Its name can be typed at once."),
      row(TimeAction::RemoveBookmark, "bookmark-remove", "Remove the bookmark at the cursor", {shift('m')}, {},
          has_bookmark),
      row(TimeAction::UndoBookmarks, "bookmark-undo", "Undo the last change of bookmarks", {ctrl('z')}, {}, can_undo),
      row(TimeAction::SetFrom, "select-from", "Select time from the cursor on", {'['}),
      row(TimeAction::SetTo, "select-to", "Select time up to the cursor", {']'}),
      row(TimeAction::ClearStretch, "select-none", "Select no time", {}, {}, has_stretch),
  };
}

}  // namespace

std::span<const Action> time_actions() {
  static const std::vector<Action> rows = make();
  return rows;
}

}  // namespace exo::views
