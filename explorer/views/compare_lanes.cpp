// Who runs, in both runs, on one clock: two thin lanes an environment, A above B, and between them where they differ.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "explorer/model/words.hpp"
#include "explorer/views/compare_parts.hpp"
#include "explorer/views/request_bar.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

constexpr double kTicksPerMicro = 1000.0 / abi::kNanosecondsPerTick;
constexpr std::size_t kRunsAPixel = 16;  ///< more can't be told apart anyway

/// Environments that run in each pixel, as bits: the cost follows the pixels.
std::vector<std::uint64_t> pixels_of(const model::Tally& tally, const TimeScale& scale, std::size_t width,
                                     std::int64_t shift) {
  std::vector<std::uint64_t> out(width);
  const auto& runs = tally.runs();
  const auto end = double(tally.now());
  for (std::size_t x = 0; x < width; ++x) {
    const double from = scale.ticks(scale.left + float(x)) + double(shift), to = from + scale.per_pixel;
    if (to <= 0 || from > end) continue;
    const auto first = std::ranges::upper_bound(runs, model::Ticks(std::max(0.0, from)), {}, &model::Tally::Run::from);
    std::size_t i = std::size_t(first - runs.begin());
    if (i > 0) out[x] |= std::uint64_t{1} << runs[i - 1].env;
    for (std::size_t n = 0; n < kRunsAPixel && i < runs.size() && double(runs[i].from) < to; ++n, ++i)
      out[x] |= std::uint64_t{1} << runs[i].env;
  }
  return out;
}

struct Pair {
  std::string name;
  std::array<std::uint32_t, 2> env{};  ///< 0: not in that run
  std::uint32_t colour = 0;
};

std::vector<Pair> pairs_of(const ComparePicture& picture) {
  std::vector<Pair> pairs;
  for (int run = 0; run < 2; ++run) {
    const model::State& state = *picture.states[std::size_t(run)];
    for (std::uint32_t env = 1; env < abi::kMaxEnvironments; ++env) {
      if (state.envs[env].state == abi::EnvState::Free) continue;
      const std::uint8_t other = run == 0 ? picture.match.second_of[env] : picture.match.first_of[env];
      if (run == 1 && other != model::kNobody) continue;
      Pair pair{model::env_name(state, env), {}, compare_colour(picture, run, env)};
      pair.env[std::size_t(run)] = env;
      if (run == 0 && other != model::kNobody) pair.env[1] = other;
      pairs.push_back(std::move(pair));
    }
  }
  return pairs;
}

bool bit(std::uint64_t set, std::uint32_t env) { return env != 0 && (set >> env & 1) != 0; }

/// Calls draw(first, last) for each stretch of pixels in which `holds`.
template <typename Holds, typename Draw>
void stretches(std::size_t width, Holds holds, Draw draw) {
  for (std::size_t x = 0; x < width;) {
    if (!holds(x)) {
      ++x;
      continue;
    }
    std::size_t end = x + 1;
    while (end < width && holds(end)) ++end;
    draw(x, end);
    x = end;
  }
}

void draw_axis(const ViewContext& ctx, const TimeScale& scale, Box area) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const double step = axis_step(scale, ctx.px(84));
  const double first = std::ceil(scale.from / kTicksPerMicro / step) * step;
  for (double us = first;; us += step) {
    const float x = scale.x(us * kTicksPerMicro);
    if (x > area.max.x) break;
    list->AddLine({x, area.min.y}, {x, area.max.y}, faded(ctx.theme.line, 0.6f));
    const std::string text = axis_text(us, step);
    if (x + text_width(ctx.fonts.mono_small, text) < area.max.x && us > -step / 2)
      draw_text(list, ctx.fonts.mono_small, {x + ctx.px(3), area.min.y - ctx.px(16)}, ctx.theme.faint, text);
  }
}

}  // namespace

float draw_compare_lanes(const ComparePicture& picture, ImVec2 at, float width) {
  const ViewContext& ctx = picture.ctx;
  const Theme& t = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const std::vector<Pair> pairs = pairs_of(picture);
  const float names = ctx.px(104), head = ctx.px(34);
  const float pitch = std::clamp(ctx.px(200) / float(std::max<std::size_t>(1, pairs.size())), ctx.px(9), ctx.px(25));
  const float tall = std::floor(pitch * 0.32f), between = std::max(2.0f, std::floor(pitch * 0.14f));
  draw_label(ctx, at, "WHO RUNS");
  draw_text_cut(list, ctx.fonts.small, {at.x + names, at.y - ctx.px(1)}, width - names - ctx.px(100), t.faint,
                "A above, B beneath; a line between them where only one of them runs");
  const Box area{{at.x + names, at.y + head}, {at.x + width, at.y + head + pitch * float(pairs.size())}};
  if (pairs.empty() || area.width() < 8) return head;
  TimeScale scale;
  scale.left = area.min.x;
  const float wide = ctx.px(92), button_y = at.y - ctx.px(6);
  bool& whole = ctx.ui.compare.whole;
  if (button(ctx, "compare whole", {{at.x + width - wide, button_y}, {at.x + width, button_y + ctx.px(22)}},
             "Whole run", "Shows the whole of both runs, else the stretch that the time bar shows", {.active = whole}))
    whole = !whole;
  const bool chosen = !whole && ctx.ui.range.to > ctx.ui.range.from;
  scale.from = chosen ? ctx.ui.range.from : 0;
  const double to = chosen ? ctx.ui.range.to : double(std::max<model::Ticks>(ctx.history.newest().now, 1)) * 1.01;
  scale.per_pixel = (to - scale.from) / double(area.width());
  draw_axis(ctx, scale, area);
  const auto pixels = std::size_t(area.width());
  const std::array<std::vector<std::uint64_t>, 2> who{
      pixels_of(picture.shown.comparison.tally(0), scale, pixels, 0),
      pixels_of(picture.shown.comparison.tally(1), scale, pixels, picture.shift)};
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const Pair& pair = pairs[i];
    const float y = area.min.y + pitch * float(i);
    const std::array<float, 2> lane{y, y + tall + between};
    if (pitch >= ctx.px(13))
      draw_text_cut(list, ctx.fonts.small, {at.x, y + tall - ctx.fonts.small->FontSize / 2}, names - ctx.px(8),
                    env_ink(t, pair.colour), pair.name);
    else
      dot(list, {at.x + names - ctx.px(8), y + tall}, ctx.px(2.5f), env_colour(t, pair.colour));
    for (std::size_t run = 0; run < 2; ++run)
      stretches(
          pixels, [&](std::size_t x) { return bit(who[run][x], pair.env[run]); },
          [&](std::size_t first, std::size_t last) {
            list->AddRectFilled({area.min.x + float(first), lane[run]}, {area.min.x + float(last), lane[run] + tall},
                                env_colour(t, pair.colour), ctx.px(1));
          });
    stretches(
        pixels, [&](std::size_t x) { return bit(who[0][x], pair.env[0]) != bit(who[1][x], pair.env[1]); },
        [&](std::size_t first, std::size_t last) {
          list->AddRectFilled({area.min.x + float(first), lane[1] - between}, {area.min.x + float(last), lane[1]},
                              t.accent);
        });
  }
  list->PushClipRect({area.min.x, at.y}, area.max, true);
  const float now = scale.x(double(ctx.state.now));
  list->AddLine({now, area.min.y - ctx.px(4)}, {now, area.max.y}, t.cursor, ctx.px(1.6f));
  if (const auto& difference = picture.shown.difference;
      difference.at_event.first != 0 && !difference.sentences[0].empty()) {
    const float x = scale.x(double(difference.at[0]));
    list->AddLine({x, area.min.y}, {x, area.max.y}, faded(t.accent, 0.7f), ctx.px(1));
    difference_mark(ctx, list, {x, area.min.y - ctx.px(4)}, ctx.px(5));
  }
  list->PopClipRect();
  const Touch on = touch(ctx, "compare lanes", area);
  const double there = scale.ticks(ImGui::GetIO().MousePos.x);
  if (on.hovered)
    tooltip(ctx, fmt::format("{} \u00b5s. Click or drag to go there, in both runs.",
                             micros_text(model::Ticks(std::max(0.0, there)))));
  if (on.held || on.clicked) {
    const model::EventNumber after = ctx.history.at_time(model::Ticks(std::max(0.0, there)) + 1);
    ctx.seek(after == 0 ? 0 : after - 1);
  }
  return head + area.height();
}

}  // namespace exo::views
