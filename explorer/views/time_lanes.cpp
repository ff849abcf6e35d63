// What the lanes show: the axis, runs, events and gaps. What lies after the cursor is faint. When there are more events
// than pixels, a pixel says who ran and who acted in it.
#include "explorer/views/time_lanes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "explorer/model/event_table.hpp"
#include "explorer/views/time_actions.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

constexpr double kTicksPerInstruction = double(abi::kNanosecondsPerInstruction) / abi::kNanosecondsPerTick;
constexpr model::EventNumber kEachByItself = 6'000;

model::Ticks whole(double ticks) { return model::Ticks(std::max(0.0, ticks)); }

}  // namespace

void find_edges(const ViewContext& ctx, Lanes& lanes) {
  lanes.edges.clear();
  const double from = lanes.scale.ticks(lanes.area.min.x), to = lanes.scale.ticks(lanes.area.max.x);
  if (to < 0) return;
  const model::EventNumber first = ctx.index.at_time(whole(from)), last = ctx.index.at_time(whole(to) + 1);
  if (last - first <= kEachByItself) return;
  const auto pixels = std::size_t(std::max(1.0f, lanes.area.width()));
  lanes.edges.reserve(pixels + 1);
  for (std::size_t i = 0; i <= pixels; ++i)
    lanes.edges.push_back(ctx.index.at_time(whole(lanes.scale.ticks(lanes.area.min.x + float(i)))));
}

void draw_axis(const ViewContext& ctx, const Lanes& lanes, float top) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImFont* font = ctx.fonts.mono_small;
  const double last = lanes.scale.ticks(lanes.area.max.x) / kTicksPerMicro;
  if (last < 0) return;
  double step = axis_step(lanes.scale, ctx.px(84));
  // The longest label decides.
  const float room = text_width(font, axis_text(last, step)) + ctx.px(18);
  if (room > ctx.px(84)) step = axis_step(lanes.scale, room);
  const double first = std::ceil(std::max(0.0, lanes.scale.ticks(lanes.area.min.x)) / kTicksPerMicro / step);
  for (double count = first; count * step <= last; count += 1) {
    const double us = count * step;
    const float x = std::floor(lanes.scale.x(us * kTicksPerMicro));
    const std::string text = axis_text(us, step);
    list->AddRectFilled({x, lanes.area.min.y - ctx.px(3)},
                        {x + std::max(1.0f, std::floor(ctx.px(1))), lanes.area.max.y}, faded(ctx.theme.line, 0.55f));
    const float width = text_width(font, text);
    const float at = std::clamp(x - width / 2, lanes.area.min.x, std::max(lanes.area.min.x, lanes.area.max.x - width));
    draw_text(list, font, {at, top}, ctx.theme.faint, text);
  }
  // Between labels: tenths, as far as they stand apart.
  const auto tenth = float(step / 10 * kTicksPerMicro / lanes.scale.per_pixel);
  if (tenth >= ctx.px(5))
    for (double count = std::ceil(std::max(0.0, lanes.scale.ticks(lanes.area.min.x)) / kTicksPerMicro / step * 10);
         count * step / 10 <= last; count += 1) {
      const float x = std::floor(lanes.scale.x(count * step / 10 * kTicksPerMicro));
      list->AddRectFilled({x, lanes.area.min.y - ctx.px(3)}, {x + 1, lanes.area.min.y}, faded(ctx.theme.faint, 0.5f));
    }
  // When instructions lie between events happened is not recorded: how long one is, is.
  const auto instruction = float(kTicksPerInstruction / lanes.scale.per_pixel);
  if (instruction < ctx.px(6)) return;
  const float y = lanes.area.max.y - ctx.px(5), x = lanes.area.max.x - ctx.px(8) - instruction;
  list->AddRectFilled({x, y}, {x + instruction, y + ctx.px(2)}, ctx.theme.soft);
  list->AddRectFilled({x, y - ctx.px(3)}, {x + ctx.px(1), y + ctx.px(5)}, ctx.theme.soft);
  list->AddRectFilled({x + instruction - ctx.px(1), y - ctx.px(3)}, {x + instruction, y + ctx.px(5)}, ctx.theme.soft);
  draw_text_right(list, ctx.fonts.small, {x - ctx.px(6), y - ctx.fonts.small->FontSize / 2}, ctx.theme.soft,
                  fmt::format("one instruction, {} ns", abi::kNanosecondsPerInstruction));
}

void draw_runs(const ViewContext& ctx, const Lanes& lanes, double now) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ProcessorRuns& runs = ctx.index.runs();
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
  if (lanes.edges.empty() || last - first <= std::ptrdiff_t(lanes.area.width())) {
    for (std::ptrdiff_t i = first; i <= last; ++i) {
      const auto at = std::size_t(i);
      const double end = at + 1 < runs.size() ? double(runs[at + 1].from) : newest;
      bar(runs.env(at), lanes.scale.x(double(runs[at].from)), lanes.scale.x(end));
    }
    return;
  }
  // More runs than pixels: each pixel says who ran in it. Neighbours that say the same are one bar.
  std::array<float, abi::kMaxEnvironments> since;
  since.fill(-1);
  std::ptrdiff_t left = first;
  float x = lanes.area.min.x;
  for (std::size_t i = 0; i + 1 < lanes.edges.size() && lanes.scale.ticks(x) <= newest; ++i, x += 1) {
    const auto right = std::max(left, runs.at_event(lanes.edges[i + 1] - 1));
    const std::uint64_t who = ctx.index.runners(std::size_t(left), std::size_t(right + 1));
    for (std::uint32_t env : lanes.envs) {
      const bool runs_here = ((who >> env) & 1) != 0;
      if (runs_here && since[env] < 0) since[env] = x;
      if (!runs_here && since[env] >= 0) {
        bar(env, since[env], x);
        since[env] = -1;
      }
    }
    left = right;
  }
  for (std::uint32_t env : lanes.envs)
    if (since[env] >= 0) bar(env, since[env], x);
}

void draw_events_on_lanes(const ViewContext& ctx, const Lanes& lanes, double now) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const double to = lanes.scale.ticks(lanes.area.max.x);
  if (to < 0) return;
  auto mark = [&](std::uint32_t env, float x, float width, bool is_hot, bool later) {
    if (lanes.y[env] == 0) return;
    const Box lane = lanes.of(env);
    const float in = lane.height() * 0.25f;
    const ImU32 ink = is_hot ? ctx.theme.hot : ctx.theme.light ? ctx.theme.text : ctx.theme.cursor;
    list->AddRectFilled({x, lane.min.y + in}, {x + width, lane.max.y - in},
                        faded(ink, is_hot  ? 1.0f
                                   : later ? 0.22f
                                           : 0.55f));
  };
  const float thin = std::max(1.0f, ctx.px(1));
  if (lanes.edges.empty()) {
    const model::EventNumber first = ctx.index.at_time(whole(lanes.scale.ticks(lanes.area.min.x)));
    const model::EventNumber end = ctx.index.at_time(whole(to) + 1);
    for (model::EventNumber number = first; number < end; ++number) {
      const abi::TraceRecord record = ctx.history.record(number);
      const auto ticks = double(ctx.history.ticks(number));
      const bool hot = model::row_of(record.event).category == model::Category::revocation;
      // Of a request nothing is shown that the cursor has not reached.
      if (hot && number > ctx.cursor) continue;
      mark(record.environment % abi::kMaxEnvironments, lanes.scale.x(ticks), thin, hot, ticks > now);
    }
    return;
  }
  std::array<float, abi::kMaxEnvironments> since;
  since.fill(-1);
  float x = lanes.area.min.x;
  const float now_x = std::floor(lanes.scale.x(now));
  for (std::size_t i = 0; i + 1 < lanes.edges.size(); ++i, x += 1) {
    const model::EventNumber first = lanes.edges[i], end = lanes.edges[i + 1];
    const std::uint64_t who = end > first ? ctx.index.actors(first, end - 1) : 0;
    for (std::uint32_t env : lanes.envs) {
      const bool acts = ((who >> env) & 1) != 0;
      if (since[env] >= 0 && (!acts || (x >= now_x && since[env] < now_x))) {
        mark(env, since[env], x - since[env], false, since[env] >= now_x);
        since[env] = -1;
      }
      if (acts && since[env] < 0) since[env] = x;
    }
  }
  for (std::uint32_t env : lanes.envs)
    if (since[env] >= 0) mark(env, since[env], x - since[env], false, since[env] >= now_x);
}

void draw_gaps(const ViewContext& ctx, const Lanes& lanes) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  float before = -1e9f;
  for (const model::Gap& gap : ctx.history.gaps()) {
    const double begins = double(ctx.history.ticks(gap.after));
    const double ends = gap.after < ctx.newest() ? double(ctx.history.ticks(gap.after + 1)) : begins;
    float x0 = lanes.scale.x(begins), x1 = lanes.scale.x(ends);
    if (x1 < lanes.area.min.x || x0 > lanes.area.max.x) continue;
    x1 = std::max(x1, x0 + ctx.px(4));
    if (x1 < before + ctx.px(2)) continue;  // hidden under the one before
    const Box band{{std::max(x0, lanes.area.min.x), lanes.area.min.y},
                   {std::min(x1, lanes.area.max.x), lanes.area.max.y}};
    list->AddRectFilled(band.min, band.max, faded(ctx.theme.gap, 0.22f));
    hatch(list, band, faded(ctx.theme.gap, 0.7f), ctx.px(9), ctx.px(1.2f));
    const std::string text = plural(gap.lost, "event") + " lost";
    const float width = text_width(ctx.fonts.small, text) + ctx.px(10);
    const float x = std::clamp((band.min.x + band.max.x - width) / 2, lanes.area.min.x,
                               std::max(lanes.area.min.x, lanes.area.max.x - width));
    if (x < before) continue;
    before = x + width;
    list->AddRectFilled({x, lanes.area.min.y + 1},
                        {x + width, lanes.area.min.y + ctx.fonts.small->FontSize + ctx.px(5)}, ctx.theme.panel,
                        ctx.px(3));
    draw_text(list, ctx.fonts.small, {x + ctx.px(5), lanes.area.min.y + ctx.px(2)}, ctx.theme.gap, text);
  }
}

}  // namespace exo::views
