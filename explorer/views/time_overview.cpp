// The whole run in a strip. Its columns are counted once for a run and a width, and again when the run has grown: each
// costs two sums, however many events it stands for.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "explorer/model/answers.hpp"
#include "explorer/model/words.hpp"
#include "explorer/views/incidents_view.hpp"
#include "explorer/views/time_actions.hpp"
#include "explorer/views/time_parts.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

struct Row {
  const char* name;
  const char* tip;
  std::vector<Lane> lanes;
};

enum RowNumber : std::size_t { kFaults, kTransfers, kRequests, kPackets };
const std::vector<Row>& rows() {
  static const std::vector<Row> all{
      {"faults",
       "TLB misses: found in the STLB (faint) or passed on to the library OS; and exceptions",
       {Lane::Refill, Lane::Fault}},
      {"transfers", "Protected control transfers and directed yields", {Lane::Transfer}},
      {"requests",
       "Revocation: what was asked and answered, deadlines, and what was taken by force (tall)",
       {Lane::Request, Lane::Deadline, Lane::Abort}},
      {"packets", "Packets that arrived and that were sent", {Lane::Packet}},
  };
  return all;
}

struct Strip {
  Box area;
  TimeScale scale;
  float marks = 0, density = 0, pitch = 0;  ///< heights: band of marks, of the density, of a lane
  [[nodiscard]] float lane_y(std::size_t row) const { return area.min.y + marks + density + pitch * float(row); }
};

Stretch whole_run(const ViewContext& ctx) {
  // A flight recorder's run begins where its memory does.
  const model::Ticks to = std::max<model::Ticks>(ctx.history.ticks(ctx.newest()), abi::ticks_of_micros(10));
  const model::Ticks first = ctx.newest() == 0 ? 0 : ctx.history.ticks(ctx.history.forgotten() + 1);
  return {first > to / 4 ? first : 0, to};
}

const std::vector<TimeUi::Column>& columns(const ViewContext& ctx, const Strip& strip, Stretch run) {
  TimeUi& time = ctx.ui.time;
  const auto count = std::size_t(std::max(1.0f, strip.area.width()));
  if (time.columns.size() == count && time.columns_of == run && time.columns_upto == ctx.index.scanned())
    return time.columns;
  time.columns.assign(count, {});
  time.columns_of = run;
  time.columns_upto = ctx.index.scanned();
  model::EventNumber before = ctx.index.at_time(run.from) - 1;
  LaneCounts upto = ctx.index.lanes_upto(before);
  for (std::size_t i = 0; i < count; ++i) {
    TimeUi::Column& column = time.columns[i];
    const double edge = strip.scale.ticks(strip.area.min.x + float(i + 1));
    column.last = i + 1 == count ? ctx.index.scanned()
                                 : std::max(before, ctx.index.at_time(model::Ticks(std::max(0.0, edge))) - 1);
    column.events = std::uint32_t(column.last - before);
    if (column.events == 0) continue;
    const LaneCounts now = ctx.index.lanes_upto(column.last);
    for (std::size_t lane = 0; lane < kLanes; ++lane) column.lanes[lane] = now[lane] - upto[lane];
    upto = now;
    before = column.last;
  }
  return time.columns;
}

void draw_density(const ViewContext& ctx, const Strip& strip, const std::vector<TimeUi::Column>& columns, float now_x) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  std::uint32_t most = 1;
  for (const auto& column : columns) most = std::max(most, column.events);
  const float bottom = strip.area.min.y + strip.marks + strip.density - ctx.px(2), room = strip.density - ctx.px(3);
  float x = strip.area.min.x, since = x;
  float high = 0;
  auto flush = [&](float end) {
    if (high > 0)
      list->AddRectFilled({since, bottom - high}, {end, bottom}, faded(ctx.theme.soft, since < now_x ? 0.75f : 0.3f));
  };
  for (const auto& column : columns) {
    // The root tells much from little better than the number, and any from none.
    const float height =
        column.events == 0 ? 0 : std::max(1.0f, std::round(room * std::sqrt(float(column.events) / float(most))));
    if (height != high || (since < now_x && x >= now_x)) {
      flush(x);
      since = x;
      high = height;
    }
    x += 1;
  }
  flush(x);
}

/// Counts of one sort as marks, neighbours together.
void draw_counts(const Strip& strip, const std::vector<TimeUi::Column>& columns, Lane lane, float y, float height,
                 ImU32 colour, float now_x, bool later_too, float wide = 1) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  std::uint32_t most = 1;
  for (const auto& column : columns) most = std::max(most, column.lanes[std::size_t(lane)]);
  const float log_most = std::log2(1 + float(most));
  float x = strip.area.min.x, since = -1;
  int shade = 0;
  auto flush = [&] {
    if (since < 0) return;
    const float strength = 0.4f + 0.6f * float(shade) / 4;
    list->AddRectFilled({since, y}, {std::max(x, since + wide), y + height},
                        faded(colour, since < now_x ? strength : strength * 0.35f));
    since = -1;
  };
  for (const auto& column : columns) {
    const std::uint32_t count = column.lanes[std::size_t(lane)];
    const bool shown = count != 0 && (later_too || x <= now_x);
    const int its = shown ? int(4 * std::log2(1 + float(count)) / log_most) : 0;
    if (!shown || its != shade || (since < now_x && x >= now_x)) flush();
    if (shown && since < 0) {
      since = x;
      shade = its;
    }
    x += 1;
  }
  flush();
}

void draw_lanes(const ViewContext& ctx, const Strip& strip, const std::vector<TimeUi::Column>& columns, float now_x,
                std::size_t count) {
  const Theme& t = ctx.theme;
  const float thick = std::max(2.0f, std::floor(strip.pitch * 0.6f)), in = (strip.pitch - thick) / 2;
  const bool future = may_tell_future(ctx);
  const ImU32 ink = t.light ? t.soft : t.text;
  draw_counts(strip, columns, Lane::Refill, strip.lane_y(kFaults) + in, thick, t.faint, now_x, true);
  draw_counts(strip, columns, Lane::Fault, strip.lane_y(kFaults) + in, thick, ink, now_x, true);
  draw_counts(strip, columns, Lane::Transfer, strip.lane_y(kTransfers) + in, thick, ink, now_x, true);
  const float y = strip.lane_y(kRequests);
  // The time a request takes is a line; what happens to it are marks on the line.
  ImDrawList* list = ImGui::GetWindowDrawList();
  constexpr std::size_t kMost = 400;
  std::size_t all = 0;
  for (const std::size_t place : ctx.index.requests().in(ctx.history, 0, ctx.state.now, kMost, all)) {
    const model::RequestState& request = ctx.history.requests()[place];
    const double end = double(std::min(request.done, ctx.state.now));
    const float x0 = strip.scale.x(double(request.requested)), x1 = strip.scale.x(end);
    list->AddRectFilled({x0, y + strip.pitch / 2 - ctx.px(1)}, {std::max(x0 + 1, x1), y + strip.pitch / 2 + ctx.px(1)},
                        t.hot_dark);
  }
  const float wide = std::max(1.0f, ctx.px(1.5f));
  draw_counts(strip, columns, Lane::Request, y + in, thick, t.hot_dark, now_x, future, wide);
  draw_counts(strip, columns, Lane::Deadline, y + in, thick, t.hot, now_x, future, wide);
  draw_counts(strip, columns, Lane::Abort, y, strip.pitch, t.hot, now_x, future, ctx.px(2.5f));
  if (count > kPackets)
    draw_counts(strip, columns, Lane::Packet, strip.lane_y(kPackets) + in, thick, t.accent, now_x, true);
}

std::string column_words(const ViewContext& ctx, const TimeUi::Column& column, model::Ticks at, model::Ticks width) {
  std::string tip = fmt::format("{} \u00b5s: {} within {}", micros_text(at), plural(column.events, "event"),
                                short_micros(std::max<model::Ticks>(1, width)));
  const bool future = may_tell_future(ctx) || column.last <= ctx.cursor;
  constexpr const char* kWords[kLanes][2] = {{"refill", "refills"},     {"fault", "faults"},
                                             {"transfer", "transfers"}, {"word about requests", "words about requests"},
                                             {"deadline", "deadlines"}, {"taken by force", "taken by force"},
                                             {"packet", "packets"}};
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const std::uint32_t count = column.lanes[lane];
    const bool told =
        future || (Lane(lane) != Lane::Request && Lane(lane) != Lane::Deadline && Lane(lane) != Lane::Abort);
    if (count != 0 && told) tip += fmt::format("\n{} {}", grouped(count), kWords[lane][count == 1 ? 0 : 1]);
  }
  return tip + "\nClick: look at this moment. Drag: move the window or its edges.";
}

void draw_marks(const ViewContext& ctx, const Strip& strip) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Theme& t = ctx.theme;
  const float r = std::max(4.0f, strip.marks / 2 - ctx.px(0.5f)), y = strip.area.min.y + strip.marks / 2;
  const int current = ctx.story.current(ctx.cursor);
  float before = -1e9f;
  int order = 0;
  for (const TimeMark& mark : time_marks(ctx)) {
    const float x =
        std::clamp(strip.scale.x(double(ctx.history.ticks(mark.event))), strip.area.min.x, strip.area.max.x);
    const bool bookmark = mark.step < 0 && !mark.bad;
    // Marks that would cover each other stand side by side: their place is at the foot of the line.
    const float at = std::min(std::max(x, before + 2 * r + 1), strip.area.max.x);
    before = at;
    const Box place{{at - r, y - r}, {at + r, y + r}};
    const Touch on = touch(ctx,
                           mark.bad   ? fmt::format("time incident {}", mark.event)
                           : bookmark ? fmt::format("bookmark {}", mark.event)
                                      : fmt::format("time step {}", mark.step + 1),
                           place);
    ++order;
    const bool here = bookmark ? mark.event == ctx.cursor : mark.step == current;
    if (mark.bad) {
      draw_incident_sign(ctx, {at, y}, r, mark.event == ctx.cursor);
      if (on.hovered)
        tooltip(ctx, fmt::format("{}\nEvent {}. Click: go there, with its stack and source.",
                                 model::printable(mark.words), grouped(mark.event)));
      const model::Incident* incident = incident_at(ctx, mark.event);
      if (on.clicked && incident != nullptr) go_to_incident(ctx, *incident);
      continue;
    }
    if (bookmark) {
      list->AddRectFilled({at - r * 0.5f, place.min.y}, {at - r * 0.5f + ctx.px(1.5f), place.max.y}, t.accent);
      list->AddTriangleFilled({at - r * 0.5f, place.min.y}, {at + r, y - r * 0.4f}, {at - r * 0.5f, y + r * 0.2f},
                              t.accent);
    } else {
      list->AddCircleFilled({at, y}, r, here ? t.cursor : on.hovered ? t.card_hover : t.card, 20);
      list->AddCircle({at, y}, r, here ? t.cursor : t.faint, 20, ctx.px(1));
      if (r >= ctx.px(5.5f)) draw_text_centred(list, ctx.fonts.small, place, here ? t.panel : t.soft, mark.name);
    }
    if (on.hovered)
      tooltip(ctx, bookmark ? fmt::format("Bookmark{}{}, at event {}. Click: go there.", mark.name.empty() ? "" : " ",
                                          mark.name, grouped(mark.event))
                   : mark.words.empty() ? fmt::format("Step {}. Click: go there.", mark.step + 1)
                                        : fmt::format("Step {}: {}\nClick: go there.", mark.step + 1, mark.words));
    if (on.clicked) {
      ctx.seek(mark.event);
      ctx.ui.range.follow = true;
    }
  }
}

void drag_window(const ViewContext& ctx, const Strip& strip, Touch on) {
  using Drag = TimeUi::Drag;
  TimeUi& time = ctx.ui.time;
  TimeRange& range = ctx.ui.range;
  const ImGuiIO& io = ImGui::GetIO();
  const double at = strip.scale.ticks(io.MousePos.x);
  const float x0 = strip.scale.x(range.from), x1 = strip.scale.x(range.to), grip = ctx.px(5);
  const bool wide = x1 - x0 > 3 * grip;
  const bool left = wide ? std::abs(io.MousePos.x - x0) <= grip : io.MousePos.x < x0 && io.MousePos.x >= x0 - grip;
  const bool right = wide ? std::abs(io.MousePos.x - x1) <= grip : io.MousePos.x > x1 && io.MousePos.x <= x1 + grip;
  if ((on.hovered && (left || right)) || time.drag == Drag::WindowFrom || time.drag == Drag::WindowTo)
    ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
  if (on.held && time.drag == Drag::None && ImGui::IsMouseClicked(ImGuiMouseButton_Left)) {
    time.drag = left ? Drag::WindowFrom : right ? Drag::WindowTo : Drag::Window;
    time.dragged = false;
    const bool inside = at >= range.from && at <= range.to;
    time.grabbed = time.drag == Drag::WindowFrom ? at - range.from
                   : time.drag == Drag::WindowTo ? at - range.to
                   : inside                      ? at - range.from
                                                 : (range.to - range.from) / 2;
  }
  const bool mine = time.drag == Drag::Window || time.drag == Drag::WindowFrom || time.drag == Drag::WindowTo;
  if (!mine) return;
  if (on.held && (time.dragged || ImGui::IsMouseDragging(ImGuiMouseButton_Left, ctx.px(3)))) {
    time.dragged = true;
    range.follow = false;
    const double wanted = at - time.grabbed, span = range.to - range.from, least = kShortestStretch;
    if (time.drag == Drag::Window) {
      range.from = wanted;
      range.to = wanted + span;
    } else if (time.drag == Drag::WindowFrom) {
      range.from = std::min(wanted, range.to - least);
    } else {
      range.to = std::max(wanted, range.from + least);
    }
  }
  if (!on.held) {
    if (on.clicked && !time.dragged) {
      ctx.seek(ctx.history.at_time(model::Ticks(std::max(0.0, at)) + 1) - 1);
      range.follow = true;
    }
    time.drag = Drag::None;
  }
}

}  // namespace

bool may_tell_future(const ViewContext& ctx) {
  return std::ranges::none_of(ctx.story.steps,
                              [](const model::StoryStep& step) { return step.ask && model::is_open(*step.ask); });
}

float overview_height(const ViewContext& ctx, float panel_height) {
  const std::size_t count =
      ctx.history.total(abi::Event::PacketArrived) + ctx.history.total(abi::Event::PacketSent) == 0 ? rows().size() - 1
                                                                                                    : rows().size();
  if (panel_height < ctx.px(96)) return 0;  // then the lanes are worth more
  const float lane = panel_height > ctx.px(230) ? 11 : panel_height > ctx.px(150) ? 7 : 4;
  return ctx.px((panel_height > ctx.px(230) ? 32.0f : 26.0f) + lane * float(count));
}

void draw_overview(const ViewContext& ctx, Box area, float names) {
  const Theme& t = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Stretch run = whole_run(ctx);
  const std::size_t count =
      ctx.history.total(abi::Event::PacketArrived) + ctx.history.total(abi::Event::PacketSent) == 0 ? rows().size() - 1
                                                                                                    : rows().size();
  Strip strip;
  strip.area = area;
  strip.scale = {double(run.from), double(run.to - run.from) / double(std::max(1.0f, area.width())), area.min.x};
  strip.marks = ctx.px(14);
  strip.pitch = std::floor((area.height() - strip.marks) / (float(count) + 1.7f));
  strip.density = area.height() - strip.marks - strip.pitch * float(count);
  const float now_x = std::floor(strip.scale.x(double(ctx.state.now)));
  const auto& all = columns(ctx, strip, run);

  draw_marks(ctx, strip);
  const Box field{{area.min.x, area.min.y + strip.marks}, area.max};
  const Touch on = touch(ctx, "overview", field);
  list->AddRectFilled(field.min, field.max, faded(t.ground, 0.6f), ctx.px(3));
  list->PushClipRect({area.min.x - ctx.px(4), area.min.y}, {area.max.x + ctx.px(4), area.max.y}, true);

  // The window: what the lanes below show.
  const TimeRange& range = ctx.ui.range;
  const float x0 = std::clamp(strip.scale.x(range.from), area.min.x, area.max.x - 2);
  const float x1 = std::clamp(strip.scale.x(range.to), x0 + ctx.px(2), std::max(x0 + ctx.px(2), area.max.x));
  ctx.mark("overview window", {{x0, field.min.y}, {x1, field.max.y}});
  list->AddRectFilled({x0, field.min.y}, {x1, field.max.y}, faded(t.accent, t.light ? 0.16f : 0.2f), ctx.px(2));
  if (ctx.ui.time.stretch) {
    const float a = strip.scale.x(double(ctx.ui.time.stretch->from)),
                b = strip.scale.x(double(ctx.ui.time.stretch->to));
    list->AddRectFilled({a, field.min.y}, {std::max(b, a + 2), field.max.y}, faded(t.text, 0.16f));
  }
  draw_density(ctx, strip, all, now_x);
  draw_lanes(ctx, strip, all, now_x, count);
  for (const model::Gap& gap : ctx.history.gaps()) {
    const float x = strip.scale.x(double(ctx.history.ticks(gap.after)));
    list->AddRectFilled({x, field.min.y}, {x + ctx.px(2), field.max.y}, faded(t.gap, 0.7f));
  }
  list->AddRect({x0, field.min.y}, {x1, field.max.y}, faded(t.accent, 0.9f), ctx.px(2), 0, ctx.px(1));
  if (x1 - x0 > ctx.px(14))
    for (const float x : {x0, x1})
      list->AddRectFilled({x - ctx.px(1.5f), field.centre().y - ctx.px(7)},
                          {x + ctx.px(1.5f), field.centre().y + ctx.px(7)}, t.accent, ctx.px(1.5f));
  list->AddRectFilled({now_x - ctx.px(0.75f), area.min.y + strip.marks - ctx.px(2)},
                      {now_x + ctx.px(0.75f), area.max.y}, t.cursor);
  list->PopClipRect();

  for (std::size_t row = 0; row < count; ++row) {
    const Box name{{area.min.x - names, strip.lane_y(row)}, {area.min.x - ctx.px(6), strip.lane_y(row) + strip.pitch}};
    const Touch named = touch(ctx, fmt::format("overview {}", rows()[row].name), name);
    if (strip.pitch >= ctx.px(9))
      draw_text_right(list, ctx.fonts.small, {area.min.x - ctx.px(12), name.centre().y - ctx.fonts.small->FontSize / 2},
                      t.faint, rows()[row].name);
    if (named.hovered) tooltip(ctx, rows()[row].tip);
  }
  const Box whole{{area.min.x - names, field.min.y}, {area.min.x - ctx.px(6), field.min.y + strip.density}};
  draw_text_right(list, ctx.fonts.small, {area.min.x - ctx.px(12), whole.centre().y - ctx.fonts.small->FontSize / 2},
                  t.soft, "whole run");
  if (touch(ctx, "overview density", whole).hovered)
    tooltip(ctx, "How many events there are: the root of their number is the height");

  drag_window(ctx, strip, on);
  if (on.hovered && !on.held) {
    const auto pixel = std::size_t(std::clamp(ImGui::GetIO().MousePos.x - area.min.x, 0.0f, float(all.size() - 1)));
    tooltip(ctx,
            column_words(ctx, all[pixel], model::Ticks(std::max(0.0, strip.scale.ticks(area.min.x + float(pixel)))),
                         model::Ticks(strip.scale.per_pixel)));
  }
}

}  // namespace exo::views
