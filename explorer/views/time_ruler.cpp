// The mouse over ruler and lanes. The ruler scrubs: the one cursor follows the mouse, and every panel with it. The
// lanes move when dragged; with Shift, both select a stretch.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "explorer/model/words.hpp"
#include "explorer/views/time_actions.hpp"
#include "explorer/views/time_parts.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

using Drag = TimeUi::Drag;

model::Ticks moment(const Lanes& lanes, float x) { return model::Ticks(std::max(0.0, lanes.scale.ticks(x))); }

/// The last event at or before a moment.
model::EventNumber event_at(const ViewContext& ctx, model::Ticks at) { return ctx.history.at_time(at + 1) - 1; }

std::string who_ran(const ViewContext& ctx, model::Ticks at) {
  const std::ptrdiff_t run = ctx.index.run_at(at);
  if (run < 0) return {};
  const std::uint32_t env = ctx.index.runs().env(std::size_t(run));
  return env == 0 ? ", nobody runs" : fmt::format(", {} runs", model::env_name(ctx.history.newest(), env));
}

/// The events under the mouse in words: of the lane's environment if one of them is its own.
std::string words_under(const ViewContext& ctx, const Lanes& lanes, ImVec2 mouse) {
  const model::Ticks at = moment(lanes, mouse.x);
  std::string tip = fmt::format("{} \u00b5s{}", micros_text(at), who_ran(ctx, at));
  const bool future = may_tell_future(ctx);
  std::uint32_t own = 0;
  for (const std::uint32_t env : lanes.envs)
    if (lanes.y[env] != 0 && mouse.y >= lanes.y[env] && mouse.y < lanes.y[env] + lanes.height) own = env;
  const model::EventNumber first = ctx.index.at_time(moment(lanes, mouse.x - ctx.px(3)));
  const model::EventNumber end = ctx.index.at_time(moment(lanes, mouse.x + ctx.px(3)) + 1);
  if (own != 0 && end > first && ((ctx.index.actors(first, end - 1) >> own) & 1) == 0) own = 0;
  constexpr std::size_t kSaid = 4;
  constexpr model::EventNumber kLooked = 2'000;
  std::size_t said = 0;
  for (model::EventNumber number = first; number < std::min(end, first + kLooked) && said < kSaid; ++number) {
    const model::Event event = ctx.history.event(number);
    if (own != 0 && event.env != own) continue;
    if (number > ctx.cursor && !future && model::event_category(event.id) == "revocation") continue;
    ++said;
    tip += fmt::format("\n{}: {}", grouped(number), model::sentence(event, ctx.history.newest()));
  }
  if (said == 0) {
    const model::EventNumber last = event_at(ctx, at);
    if (last >= 1 && last <= ctx.cursor)
      tip += fmt::format("\nlast before it {}: {}", grouped(last),
                         model::sentence(ctx.history.event(last), ctx.history.newest()));
  } else if (end - first > said) {
    tip += fmt::format("\n{} here in all", plural(end - first, "event"));
  }
  return tip;
}

void seek_to(const ViewContext& ctx, model::Ticks at) {
  const model::EventNumber number = event_at(ctx, at);
  if (number != ctx.cursor) ctx.seek(number);
}

void begin(const ViewContext& ctx, const Lanes& lanes, bool on_ruler) {
  TimeUi& time = ctx.ui.time;
  time.drag = ImGui::GetIO().KeyShift ? Drag::Select : on_ruler ? Drag::Scrub : Drag::Move;
  time.grabbed = lanes.scale.ticks(ImGui::GetIO().MousePos.x);
  time.dragged = false;
}

void carry_on(const ViewContext& ctx, const Lanes& lanes) {
  TimeUi& time = ctx.ui.time;
  TimeRange& range = ctx.ui.range;
  const float x = std::clamp(ImGui::GetIO().MousePos.x, lanes.area.min.x, lanes.area.max.x);
  switch (time.drag) {
    case Drag::Scrub:
      range.follow = false;
      return seek_to(ctx, moment(lanes, x));
    case Drag::Move: {
      if (!time.dragged) return;
      const double by = time.grabbed - lanes.scale.ticks(ImGui::GetIO().MousePos.x);
      range.from += by;
      range.to += by;
      range.follow = false;
      return;
    }
    case Drag::Select:
      if (time.dragged) select_stretch(ctx, model::Ticks(std::max(0.0, time.grabbed)), moment(lanes, x));
      return;
    default:
      return;
  }
}

void use_wheel(const ViewContext& ctx, const Lanes& lanes) {
  const ImGuiIO& io = ImGui::GetIO();
  TimeRange& range = ctx.ui.range;
  // Shift turns the wheel aside, as trackpads do by themselves.
  const float along = io.KeyShift ? -io.MouseWheel : io.MouseWheelH;
  if (!io.KeyShift && io.MouseWheel != 0) {
    zoom(ctx, lanes.scale.ticks(io.MousePos.x), std::pow(0.8, double(io.MouseWheel)));
    range.follow = false;
  }
  if (along != 0) {
    const double by = double(along) * (range.to - range.from) * 0.08;
    range.from += by;
    range.to += by;
    range.follow = false;
  }
}

}  // namespace

void draw_flags(const ViewContext& ctx, const Lanes& lanes, Box ruler) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Theme& t = ctx.theme;
  const float height = ctx.fonts.small->FontSize + ctx.px(3);
  for (const Bookmark& bookmark : ctx.ui.time.bookmarks) {
    const float x = std::floor(lanes.scale.x(double(ctx.history.ticks(bookmark.event))));
    if (bookmark.event > ctx.newest() || x < lanes.area.min.x || x > lanes.area.max.x) continue;
    const std::string name = bookmark.name.empty() ? std::string("bookmark") : bookmark.name;
    const float width = std::min(text_width(ctx.fonts.small, name), ctx.px(120)) + ctx.px(9);
    const Box flag{{x, ruler.max.y}, {x + width, ruler.max.y + height}};
    const Touch on = touch(ctx, fmt::format("flag {}", bookmark.event), flag);
    list->AddRectFilled({x, ruler.min.y}, {x + ctx.px(1.5f), lanes.area.max.y}, faded(t.accent, 0.7f));
    list->AddRectFilled(flag.min, flag.max, on.hovered ? t.card_hover : t.card, ctx.px(2));
    list->AddRect(flag.min, flag.max, t.accent, ctx.px(2), 0, ctx.px(1));
    draw_text_cut(list, ctx.fonts.small, {x + ctx.px(5), flag.min.y + ctx.px(1)}, width - ctx.px(6), t.text, name);
    if (on.hovered)
      tooltip(ctx, fmt::format("Bookmark at event {}, {} \u00b5s. Click: go there, and again to rename it.",
                               grouped(bookmark.event), micros_text(ctx.history.ticks(bookmark.event))));
    if (!on.clicked) continue;
    if (ctx.cursor == bookmark.event) {
      ctx.ui.time.naming = bookmark.event;
      ctx.ui.time.naming_begins = true;
    } else {
      ctx.seek(bookmark.event);
    }
  }
}

void draw_selected_stretch(const ViewContext& ctx, const Lanes& lanes, float top) {
  const TimeUi& time = ctx.ui.time;
  ImDrawList* list = ImGui::GetWindowDrawList();
  auto edge = [&](model::Ticks at) {
    const float x = std::floor(lanes.scale.x(double(at)));
    if (x >= lanes.area.min.x && x <= lanes.area.max.x)
      list->AddRectFilled({x, top}, {x + ctx.px(1.5f), lanes.area.max.y}, faded(ctx.theme.text, 0.7f));
    return std::clamp(x, lanes.area.min.x, lanes.area.max.x);
  };
  if (time.stretch) {
    const float a = edge(time.stretch->from), b = edge(time.stretch->to);
    list->AddRectFilled({a, top}, {std::max(a + 1, b), lanes.area.max.y}, faded(ctx.theme.text, 0.12f));
  }
  if (time.one_end) edge(*time.one_end);
}

void steer(const ViewContext& ctx, const Lanes& lanes, Box ruler, Box field) {
  TimeUi& time = ctx.ui.time;
  const ImGuiIO& io = ImGui::GetIO();
  const Touch on_ruler = touch(ctx, "time ruler", ruler);
  const Touch on_lanes = touch(ctx, "time", field);
  const bool held = on_ruler.held || on_lanes.held;
  if (on_ruler.hovered || on_lanes.hovered) use_wheel(ctx, lanes);
  if (held && ImGui::IsMouseClicked(ImGuiMouseButton_Left)) begin(ctx, lanes, on_ruler.held);
  const bool mine = time.drag == Drag::Scrub || time.drag == Drag::Move || time.drag == Drag::Select;
  if (mine && held) {
    time.dragged |= ImGui::IsMouseDragging(ImGuiMouseButton_Left, ctx.px(4));
    carry_on(ctx, lanes);
  } else if (mine) {
    // A click on the lanes looks at that moment; with Shift it selects from the cursor to there.
    if (on_lanes.clicked && !time.dragged && time.drag == Drag::Move) {
      seek_to(ctx, moment(lanes, io.MousePos.x));
      ctx.ui.range.follow = true;
    }
    if ((on_lanes.clicked || on_ruler.clicked) && !time.dragged && time.drag == Drag::Select)
      select_stretch(ctx, ctx.state.now, moment(lanes, io.MousePos.x));
    time.drag = Drag::None;
  }
  if (held || !(on_ruler.hovered || on_lanes.hovered)) return;
  tooltip(ctx,
          words_under(ctx, lanes, io.MousePos) +
              (on_ruler.hovered ? "\nDrag: the cursor follows. With Shift: select."
                                : "\nClick: look at this moment. Wheel: zoom. Drag: move. Shift and drag: select."));
}

}  // namespace exo::views
