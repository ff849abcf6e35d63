// The actions on time that change nothing but the user's own choices, or seek.
#include "explorer/views/time_actions.hpp"

#include <algorithm>

#include "explorer/model/answers.hpp"
#include "explorer/views/incidents_view.hpp"
#include "explorer/views/views.hpp"

namespace exo::views {
namespace {

constexpr double kFirstSpan = 400 * kTicksPerMicro;

void remember(TimeUi& time) {
  constexpr std::size_t kMost = 100;
  time.bookmarks_before.push_back(time.bookmarks);
  if (time.bookmarks_before.size() > kMost) time.bookmarks_before.erase(time.bookmarks_before.begin());
}

void set_bookmark(const ViewContext& ctx) {
  TimeUi& time = ctx.ui.time;
  const auto at = std::ranges::lower_bound(time.bookmarks, ctx.cursor, {}, &Bookmark::event);
  if (at == time.bookmarks.end() || at->event != ctx.cursor) {
    remember(time);
    time.bookmarks.insert(at, {ctx.cursor, {}});
  }
  time.naming = ctx.cursor;
  time.naming_begins = true;
}

void remove_bookmark(const ViewContext& ctx) {
  TimeUi& time = ctx.ui.time;
  const auto at = std::ranges::find(time.bookmarks, ctx.cursor, &Bookmark::event);
  if (at == time.bookmarks.end()) return;
  remember(time);
  time.bookmarks.erase(at);
  time.naming = 0;
}

void undo_bookmarks(TimeUi& time) {
  if (time.bookmarks_before.empty()) return;
  time.bookmarks = std::move(time.bookmarks_before.back());
  time.bookmarks_before.pop_back();
  time.naming = 0;
}

void jump(const ViewContext& ctx, bool forwards) {
  const auto marks = time_marks(ctx);
  const TimeMark* found = nullptr;
  for (const TimeMark& mark : marks) {
    if (forwards && mark.event > ctx.cursor) {
      found = &mark;
      break;
    }
    if (!forwards && mark.event < ctx.cursor) found = &mark;
  }
  if (found == nullptr) return;
  ctx.seek(found->event);
  ctx.ui.range.follow = true;
}

void set_end(const ViewContext& ctx) {
  TimeUi& time = ctx.ui.time;
  if (!time.one_end) {
    time.one_end = ctx.state.now;
    return;
  }
  select_stretch(ctx, *time.one_end, ctx.state.now);
  time.one_end.reset();
}

}  // namespace

double longest_stretch(const ViewContext& ctx) {
  return std::max(kFirstSpan, double(ctx.history.ticks(ctx.newest())) * 1.15);
}

void zoom(const ViewContext& ctx, double around, double factor) {
  TimeRange& range = ctx.ui.range;
  const double before = std::max(1e-3, range.to - range.from);
  const double span = std::clamp(before * factor, kShortestStretch, longest_stretch(ctx));
  const double share = std::clamp((around - range.from) / before, 0.0, 1.0);
  range.from = around - span * share;
  range.to = range.from + span;
}

std::vector<TimeMark> time_marks(const ViewContext& ctx) {
  std::vector<TimeMark> marks;
  for (int i = 0; i < int(ctx.story.steps.size()); ++i) {
    const model::StoryStep& step = ctx.story.steps[std::size_t(i)];
    if (step.reached == 0 || step.reached > ctx.newest()) continue;
    // What lies behind an open question is not said before it is reached.
    const bool sealed = step.reached > ctx.cursor && model::is_sealed(ctx.story, i);
    marks.push_back({step.reached, i, false, std::to_string(i + 1), sealed ? std::string() : step.say});
  }
  for (const Bookmark& bookmark : ctx.ui.time.bookmarks)
    if (bookmark.event <= ctx.newest()) marks.push_back({bookmark.event, -1, false, bookmark.name, bookmark.name});
  if (ctx.incidents != nullptr)
    for (const model::Incident& one : ctx.incidents->incidents)
      if (may_tell(ctx, one)) marks.push_back({one.event, -1, true, {}, one.text});
  std::ranges::stable_sort(marks, {}, &TimeMark::event);
  return marks;
}

void select_stretch(const ViewContext& ctx, model::Ticks one, model::Ticks other) {
  ctx.ui.time.stretch = Stretch{std::min(one, other), std::max(one, other)};
}

void show_in_events(const ViewContext& ctx) {
  if (!ctx.ui.time.stretch) return;
  const StretchSummary summary = summarize(ctx, *ctx.ui.time.stretch);
  ctx.ui.choice.first = summary.first;
  ctx.ui.choice.last = std::max<model::EventNumber>(summary.last, 1);
  const int events = panel_named("events");
  if (ctx.ui.shell.panel != events && ctx.ui.shell.second != events) ctx.ui.shell.panel = events;
  ctx.ui.events_top = 0;
}

void act(const ViewContext& ctx, TimeAction action) {
  TimeRange& range = ctx.ui.range;
  TimeUi& time = ctx.ui.time;
  const auto now = double(ctx.state.now);
  // Around the cursor when it is in sight.
  const double around = now >= range.from && now <= range.to ? now : (range.from + range.to) / 2;
  switch (action) {
    case TimeAction::ZoomIn:
      return zoom(ctx, around, 0.5);
    case TimeAction::ZoomOut:
      return zoom(ctx, around, 2);
    case TimeAction::ZoomAll:
      range.from = -longest_stretch(ctx) * 0.02;
      range.to = longest_stretch(ctx);
      return;
    case TimeAction::ZoomToSelection: {
      if (!time.stretch) return;
      const double air = std::max(kShortestStretch, double(time.stretch->to - time.stretch->from) * 0.05);
      range.from = double(time.stretch->from) - air;
      range.to = double(time.stretch->to) + air;
      range.follow = false;
      return;
    }
    case TimeAction::NextMark:
      return jump(ctx, true);
    case TimeAction::PreviousMark:
      return jump(ctx, false);
    case TimeAction::SetBookmark:
      return set_bookmark(ctx);
    case TimeAction::RemoveBookmark:
      return remove_bookmark(ctx);
    case TimeAction::UndoBookmarks:
      return undo_bookmarks(time);
    case TimeAction::SetEnd:
      return set_end(ctx);
    case TimeAction::SetFrom:
    case TimeAction::SetTo:
      if (!time.stretch) return set_end(ctx);
      select_stretch(ctx, ctx.state.now, action == TimeAction::SetFrom ? time.stretch->to : time.stretch->from);
      return;
    case TimeAction::ClearStretch:
      time.stretch.reset();
      time.one_end.reset();
      return;
  }
}

}  // namespace exo::views
