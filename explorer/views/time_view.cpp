// Time: who ran when, what happened when, and the requests, all over one axis of guest time with the one cursor.
// Drawing costs what there are pixels, however many events lie under them. What lies after the cursor is shown faint,
// and of a request nothing that the cursor has not reached: a question must not be answered by looking to the right.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "explorer/model/words.hpp"
#include "explorer/views/objects.hpp"
#include "explorer/views/request_bar.hpp"
#include "explorer/views/time_lanes.hpp"
#include "explorer/views/views.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

constexpr double kTicksPerMicro = 1000.0 / abi::kNanosecondsPerTick;
constexpr double kShortest = 0.5 * kTicksPerMicro, kFirstSpan = 400 * kTicksPerMicro;

void keep_in_sight(const ViewContext& ctx, double now) {
  TimeRange& range = ctx.ui.range;
  if (range.to <= range.from) {
    range.from = now - kFirstSpan * 0.7;
    range.to = range.from + kFirstSpan;
  }
  const double span = range.to - range.from;
  if (range.follow && (now < range.from + span * 0.02 || now > range.from + span * 0.86)) {
    range.from = now - span * 0.7;
    range.to = range.from + span;
  }
  if (range.from < -span * 0.05) {
    range.from = -span * 0.05;
    range.to = range.from + span;
  }
}

void zoom(TimeRange& range, double around, double factor, double longest) {
  const double span = std::clamp((range.to - range.from) * factor, kShortest, std::max(longest, kFirstSpan));
  const double share = (around - range.from) / (range.to - range.from);
  range.from = around - span * share;
  range.to = range.from + span;
}

void draw_axis(const ViewContext& ctx, const Lanes& lanes, float top) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const double step = axis_step(lanes.scale, ctx.px(84));
  const double first = std::ceil(model::micros(1) * std::max(0.0, lanes.scale.ticks(lanes.area.min.x)) / step) * step;
  for (double us = first;; us += step) {
    const float x = lanes.scale.x(us * kTicksPerMicro);
    if (x > lanes.area.max.x) break;
    const std::string text = axis_text(us, step);
    list->AddRectFilled({x, lanes.area.min.y}, {x + 1, lanes.area.max.y}, faded(ctx.theme.line, 0.55f));
    draw_text(list, ctx.fonts.mono_small, {x - text_width(ctx.fonts.mono_small, text) / 2, top}, ctx.theme.faint, text);
  }
}

void draw_runs(const ViewContext& ctx, const Lanes& lanes, double now) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const auto& runs = ctx.index.runs();
  if (runs.empty()) return;
  const double from = std::max(0.0, lanes.scale.ticks(lanes.area.min.x)), to = lanes.scale.ticks(lanes.area.max.x);
  const double newest = double(ctx.history.ticks(ctx.newest()));
  const auto first = std::max<std::ptrdiff_t>(0, ctx.index.run_at(model::Ticks(from)));
  const auto last = to < 0 ? -1 : ctx.index.run_at(model::Ticks(to));
  auto bar = [&](std::uint32_t env, float x0, float x1) {
    if (env == 0 || lanes.y[env] == 0) return;
    const Box lane = lanes.of(env);
    const ImU32 colour = env_colour(ctx.theme, env);
    x0 = std::max(x0, lanes.area.min.x);
    x1 = std::min(std::max(x1, x0 + 1), lanes.area.max.x);
    const float now_x = lanes.scale.x(now);
    const float rounding = std::min(ctx.px(3), (x1 - x0) / 2);
    if (x0 < now_x)
      list->AddRectFilled({x0, lane.min.y}, {std::min(x1, std::max(now_x, x0 + 1)), lane.max.y}, colour, rounding);
    if (x1 > now_x)
      list->AddRectFilled({std::max(x0, now_x), lane.min.y}, {x1, lane.max.y}, blend(ctx.theme.panel, colour, 0.28f),
                          rounding);
  };
  const float width = lanes.area.width();
  if (last - first <= std::ptrdiff_t(width)) {
    for (std::ptrdiff_t i = first; i <= last; ++i) {
      const double end = std::size_t(i) + 1 < runs.size() ? double(runs[std::size_t(i) + 1].from) : newest;
      bar(runs[std::size_t(i)].env, lanes.scale.x(double(runs[std::size_t(i)].from)), lanes.scale.x(end));
    }
    return;
  }
  // More runs than pixels: each pixel says who ran in it.
  std::ptrdiff_t left = first;
  for (float x = lanes.area.min.x; x < lanes.area.max.x; x += 1) {
    const auto right = ctx.index.run_at(model::Ticks(std::max(0.0, lanes.scale.ticks(x + 1))));
    const std::uint64_t who = ctx.index.runners(std::size_t(std::max<std::ptrdiff_t>(0, left)), std::size_t(right + 1));
    for (std::uint32_t env : lanes.envs)
      if ((who >> env) & 1) bar(env, x, x + 1);
    left = right;
    if (lanes.scale.ticks(x) > newest) break;
  }
}

void draw_ticks(const ViewContext& ctx, const Lanes& lanes, double now) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const double to = lanes.scale.ticks(lanes.area.max.x);
  if (to < 0) return;
  const model::EventNumber first =
      ctx.history.at_time(model::Ticks(std::max(0.0, lanes.scale.ticks(lanes.area.min.x))));
  const model::EventNumber last = std::min(ctx.history.at_time(model::Ticks(to)), ctx.index.scanned());
  const std::uint8_t hot = category_number(abi::Event::RevokeAsked);
  auto mark = [&](std::uint32_t env, float x, bool is_hot, bool later) {
    if (lanes.y[env] == 0) return;
    const Box lane = lanes.of(env);
    const float in = lane.height() * 0.25f;
    const ImU32 ink = is_hot ? ctx.theme.hot : ctx.theme.light ? ctx.theme.text : ctx.theme.cursor;
    list->AddRectFilled({x, lane.min.y + in}, {x + std::max(1.0f, ctx.px(1)), lane.max.y - in},
                        faded(ink, is_hot  ? 1.0f
                                   : later ? 0.22f
                                           : 0.55f));
  };
  if (last <= first + 6'000) {
    for (model::EventNumber number = std::max<model::EventNumber>(1, first); number <= last; ++number) {
      const auto ticks = double(ctx.history.ticks(number));
      mark(ctx.index.actor(number), lanes.scale.x(ticks), ctx.index.category(number) == hot, ticks > now);
    }
    return;
  }
  model::EventNumber begin = first;
  for (float x = lanes.area.min.x; x < lanes.area.max.x && begin <= last; x += 1) {
    const model::EventNumber end =
        std::min(ctx.history.at_time(model::Ticks(std::max(0.0, lanes.scale.ticks(x + 1)))), last + 1);
    if (end <= begin) continue;
    const std::uint64_t who = ctx.index.actors(std::max<model::EventNumber>(1, begin), end - 1);
    for (std::uint32_t env : lanes.envs)
      if ((who >> env) & 1) mark(env, x, false, lanes.scale.ticks(x) > now);
    begin = end;
  }
}

void draw_gaps(const ViewContext& ctx, const Lanes& lanes) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  for (const model::Gap& gap : ctx.history.gaps()) {
    const double before = double(ctx.history.ticks(gap.after));
    const double after = gap.after < ctx.newest() ? double(ctx.history.ticks(gap.after + 1)) : before;
    float x0 = lanes.scale.x(before), x1 = lanes.scale.x(after);
    if (x1 < lanes.area.min.x || x0 > lanes.area.max.x) continue;
    x1 = std::max(x1, x0 + ctx.px(4));
    const Box band{{std::max(x0, lanes.area.min.x), lanes.area.min.y},
                   {std::min(x1, lanes.area.max.x), lanes.area.max.y}};
    list->AddRectFilled(band.min, band.max, faded(ctx.theme.gap, 0.22f));
    hatch(list, band, faded(ctx.theme.gap, 0.7f), ctx.px(9), ctx.px(1.2f));
    const std::string text = plural(gap.lost, "event") + " lost";
    const float width = text_width(ctx.fonts.small, text) + ctx.px(10);
    const float x = std::clamp((band.min.x + band.max.x - width) / 2, lanes.area.min.x,
                               std::max(lanes.area.min.x, lanes.area.max.x - width));
    list->AddRectFilled({x, lanes.area.min.y + 1},
                        {x + width, lanes.area.min.y + ctx.fonts.small->FontSize + ctx.px(5)}, ctx.theme.panel,
                        ctx.px(3));
    draw_text(list, ctx.fonts.small, {x + ctx.px(5), lanes.area.min.y + ctx.px(2)}, ctx.theme.gap, text);
  }
}

/// Requests in rows so that none covers another; the names of a row are those of its first request.
std::vector<std::vector<const RequestNow*>> pack(const std::vector<RequestNow>& requests, const Lanes& lanes,
                                                 double now, double room) {
  std::vector<std::vector<const RequestNow*>> rows;
  std::vector<double> ends;
  for (const RequestNow& request : requests) {
    const auto from = double(request.state.requested);
    double to = request.state.done != model::kNever ? double(request.state.done) : now;
    if (request.open() && request.deadline) to = std::max(to, double(request.state.fires));
    if (request.state.notified != model::kNever) to = std::max(to, double(request.state.notified));
    to += room;
    if (to < lanes.scale.ticks(lanes.area.min.x) || from > lanes.scale.ticks(lanes.area.max.x)) continue;
    std::size_t row = 0;
    while (row < rows.size() && ends[row] > from) ++row;
    if (row == rows.size()) {
      rows.emplace_back();
      ends.push_back(0);
    }
    rows[row].push_back(&request);
    ends[row] = to;
  }
  return rows;
}

void draw_cursor(const ViewContext& ctx, const Lanes& lanes, float top, double now) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float x = std::floor(lanes.scale.x(now));
  if (x < lanes.area.min.x - 1 || x > lanes.area.max.x + 1) return;
  const float w = ctx.px(6), h = ctx.px(9);
  list->AddRectFilled({x - ctx.px(0.75f), top + h}, {x + ctx.px(0.75f), lanes.area.max.y}, ctx.theme.cursor);
  list->AddTriangleFilled({x - w, top}, {x + w, top}, {x, top + h}, ctx.theme.cursor);
}

void steer(const ViewContext& ctx, const Lanes& lanes, Box field, double longest) {
  TimeRange& range = ctx.ui.range;
  const Touch on = touch(ctx, "time", field);
  const ImGuiIO& io = ImGui::GetIO();
  if (on.hovered && io.MouseWheel != 0) {
    zoom(range, lanes.scale.ticks(io.MousePos.x), std::pow(0.8, double(io.MouseWheel)), longest);
    range.follow = false;
  }
  if (on.hovered && io.MouseWheelH != 0) {
    const double by = double(io.MouseWheelH) * (range.to - range.from) * 0.08;
    range.from += by;
    range.to += by;
    range.follow = false;
  }
  const bool dragged = ImGui::IsMouseDragging(ImGuiMouseButton_Left, ctx.px(4));
  if (on.held && dragged && io.MouseDelta.x != 0) {
    range.from -= double(io.MouseDelta.x) * lanes.scale.per_pixel;
    range.to -= double(io.MouseDelta.x) * lanes.scale.per_pixel;
    range.follow = false;
  }
  const ImVec2 travel = ImGui::GetMouseDragDelta(ImGuiMouseButton_Left, 0);
  if (on.clicked && std::abs(travel.x) < ctx.px(4) && io.MousePos.x >= lanes.area.min.x) {
    // The last event at or before the moment pointed at.
    const double at = std::max(0.0, lanes.scale.ticks(io.MousePos.x));
    ctx.seek(ctx.history.at_time(model::Ticks(at) + 1) - 1);
    range.follow = true;
  }
  if (on.hovered && !on.held && io.MousePos.x >= lanes.area.min.x) {
    const double at = std::max(0.0, lanes.scale.ticks(io.MousePos.x));
    const model::EventNumber number = ctx.history.at_time(model::Ticks(at) + 1) - 1;
    std::string tip = fmt::format("{} \u00b5s", micros_text(model::Ticks(at)));
    if (number >= 1 && number <= ctx.newest())
      tip += fmt::format("\nlast event {}: {}", grouped(number), model::sentence(ctx.history.event(number), ctx.state));
    tip += "\nClick: look at this moment. Wheel: zoom. Drag: move.";
    tooltip(ctx, tip);
  }
}

}  // namespace

void draw_time(const ViewContext& ctx, Box box) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Theme& t = ctx.theme;
  const auto now = double(ctx.state.now);
  const double longest = double(ctx.history.ticks(ctx.newest())) * 1.15;
  keep_in_sight(ctx, now);

  const float names = ctx.px(110), head = ctx.px(32);
  Lanes lanes;
  lanes.area = {{box.min.x + names, box.min.y + head}, box.max};
  lanes.scale = {ctx.ui.range.from, (ctx.ui.range.to - ctx.ui.range.from) / double(std::max(1.0f, lanes.area.width())),
                 lanes.area.min.x};
  const std::vector<RequestNow> requests = requests_now(ctx);
  const auto rows = pack(requests, lanes, now, double(ctx.px(150)) * lanes.scale.per_pixel);
  for (std::uint32_t env = 1; env < abi::kMaxEnvironments; ++env)
    if (ctx.state.envs[env].state != abi::EnvState::Free || ctx.history.newest().envs[env].state != abi::EnvState::Free)
      lanes.envs.push_back(env);

  // A crowd: only those that ran in this stretch, and the selected, get a lane.
  std::size_t quiet = 0;
  if (lanes.envs.size() > 12) {
    const auto first = std::max<std::ptrdiff_t>(0, ctx.index.run_at(model::Ticks(std::max(0.0, ctx.ui.range.from))));
    const auto last = ctx.index.run_at(model::Ticks(std::max(0.0, ctx.ui.range.to)));
    const std::uint64_t ran = ctx.index.runners(std::size_t(first), std::size_t(last + 1));
    quiet = std::erase_if(lanes.envs, [&](std::uint32_t env) {
      return ((ran >> env) & 1) == 0 && !ctx.ui.selection.is(Selection::Kind::Environment, env);
    });
  }

  const float between = rows.empty() ? 0 : ctx.px(8);
  const float count = std::max(1.0f, float(lanes.envs.size() + rows.size()));
  const float pitch = std::clamp((lanes.area.height() - between) / count, ctx.px(2.5f), ctx.px(26));
  lanes.height = std::max(1.5f, pitch * 0.68f);
  float y = lanes.area.min.y + ctx.px(2);
  for (std::uint32_t env : lanes.envs) {
    lanes.y[env] = y;
    y += pitch;
  }

  list->PushClipRect(box.min, {box.max.x + ctx.px(8), box.max.y}, true);
  steer(ctx, lanes, {{lanes.area.min.x, box.min.y + ctx.px(14)}, box.max}, longest);
  draw_axis(ctx, lanes, box.min.y + ctx.px(14));
  draw_runs(ctx, lanes, now);
  draw_ticks(ctx, lanes, now);
  draw_slice_marks(ctx, lanes, now);
  const bool handed_over = draw_handovers(ctx, lanes, now);
  const bool named = pitch >= ctx.px(11);
  const ImFont* font = pitch >= ctx.px(17) ? ctx.fonts.body : ctx.fonts.small;
  for (std::uint32_t env : lanes.envs) {
    const Box lane = lanes.of(env);
    const Touch on =
        touch(ctx, fmt::format("lane {}", env), {{box.min.x, lane.min.y}, {lanes.area.min.x - ctx.px(6), lane.max.y}});
    const bool lit =
        ctx.ui.selection.is(Selection::Kind::Environment, env) || (ctx.highlight.any && ctx.highlight.envs[env]);
    // Before it is created at the cursor, it has the name that it will get.
    const bool there = ctx.state.envs[env].state != abi::EnvState::Free;
    const std::string name = model::env_name(there ? ctx.state : ctx.history.newest(), env);
    if (named) {
      const float width = std::min(text_width(font, name), names - ctx.px(14));
      draw_text_cut(list, font, {lanes.area.min.x - ctx.px(12) - width, lane.centre().y - font->FontSize / 2},
                    width + 1, lit ? t.text : env_ink(t, env), name);
    } else {
      list->AddRectFilled({lanes.area.min.x - ctx.px(14), lane.min.y}, {lanes.area.min.x - ctx.px(8), lane.max.y},
                          env_colour(t, env));
    }
    if (on.hovered) tooltip(ctx, name);
    choose(ctx, on, Selection::Kind::Environment, env);
  }
  y += between;
  for (const auto& row : rows) {
    const Box lane{{lanes.area.min.x, y}, {lanes.area.max.x, y + lanes.height}};
    for (const RequestNow* request : row) {
      draw_request_bar(ctx, lane, lanes.scale, *request, named);
    }
    const RequestNow& first = *row.back();
    const Touch on = touch(ctx, fmt::format("request lane {}", first.state.id),
                           {{box.min.x, lane.min.y}, {lanes.area.min.x - ctx.px(6), lane.max.y}});
    if (named) {
      const std::string name = asked_words(first.state.asked);
      draw_text_right(list, font, {lanes.area.min.x - ctx.px(12), lane.centre().y - font->FontSize / 2},
                      first.open() || first.phase == Phase::Taken ? t.hot : env_ink(t, first.state.env), name);
    }
    if (on.hovered)
      tooltip(ctx, fmt::format("Request {} to {}: {}", first.state.id, model::env_name(ctx.state, first.state.env),
                               phase_words(first)));
    choose(ctx, on, Selection::Kind::Request, first.state.id);
    y += pitch;
  }
  draw_gaps(ctx, lanes);
  draw_cursor(ctx, lanes, box.min.y + ctx.px(12), now);
  list->PopClipRect();

  // Heading and zoom.
  const float label = draw_label(ctx, box.min, "TIME");
  std::string heading = "\u00b5s of guest time";
  if (quiet != 0) heading += fmt::format(" \u00b7 {} did not run in this stretch", plural(quiet, "environment"));
  if (handed_over) heading += " \u00b7 arrows: entered (solid), asynchronously (dashed), yielded to (thin)";
  draw_text_cut(list, ctx.fonts.small, {box.min.x + label + ctx.px(6), box.min.y - ctx.px(1)},
                box.width() - label - ctx.px(180), t.faint, heading);
  float x = box.max.x;
  auto small_button = [&](std::string_view name, float width, std::string_view text, std::string_view tip,
                          bool active = false) {
    const Box place{{x - width, box.min.y - ctx.px(6)}, {x, box.min.y + ctx.px(12)}};
    x -= width + ctx.px(5);
    return button(ctx, name, place, text, tip, {.active = active});
  };
  TimeRange& range = ctx.ui.range;
  if (small_button("zoom in", ctx.px(26), "+", "Shorter stretch (wheel over the lanes)"))
    zoom(range, now, 0.5, longest);
  if (small_button("zoom out", ctx.px(26), "\u2212", "Longer stretch")) zoom(range, now, 2, longest);
  if (small_button("zoom all", ctx.px(40), "All", "The whole run")) {
    range.from = -longest * 0.02;
    range.to = std::max(longest, kFirstSpan);
  }
  if (small_button("follow", ctx.px(60), "Follow", "Keep the cursor in sight", range.follow))
    range.follow = !range.follow;
}

}  // namespace exo::views
