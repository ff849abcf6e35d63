// Round trips against the number of environments that want the processor: answered by a handler in the kernel, they
// stay flat; answered by the owner when its slice comes, they grow (figure 2 of the ASH paper: Wallach, Engler and
// Kaashoek, SIGCOMM'96).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "explorer/model/words.hpp"
#include "explorer/views/downloads_parts.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

constexpr std::size_t kMostTrips = 20'000, kMostDots = 1'000;

/// Of one number of environments.
struct Mean {
  double sum = 0;
  std::uint32_t count = 0;
  [[nodiscard]] double value() const { return count == 0 ? 0 : sum / count; }
};
using Series = std::array<Mean, abi::kMaxEnvironments>;

/// 1, 2 or 5 times a power of ten, so that four or so of them reach the top.
double round_step(double top) {
  const double rough = std::max(top / 4, 1e-9), power = std::pow(10, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 5.0})
    if (factor * power >= rough) return factor * power;
  return 10 * power;
}

/// Those that were over at the cursor; of many the last ones.
std::span<const model::RoundTrip> latest_trips(const ViewContext& ctx) {
  const auto& all = ctx.history.round_trips();
  const auto end = std::ranges::upper_bound(all, ctx.cursor, {}, &model::RoundTrip::answered);
  const std::span<const model::RoundTrip> before(all.begin(), end);
  return before.last(std::min(kMostTrips, before.size()));
}

}  // namespace

void draw_round_trips(const ViewContext& ctx, Box box) {
  const Theme& t = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  draw_label(ctx, box.min, "ROUND TRIP, \u00b5s");
  Series handled{}, owned{};
  double top = 1;
  std::uint32_t most = 1;
  const std::span<const model::RoundTrip> trips = latest_trips(ctx);
  for (const model::RoundTrip& one : trips) {
    const double us = model::micros(one.took);
    Mean& mean = (one.handler != 0 ? handled : owned)[one.busy % abi::kMaxEnvironments];
    mean.sum += us;
    ++mean.count;
    top = std::max(top, us);
    most = std::max<std::uint32_t>(most, one.busy);
  }
  const double step = round_step(top);
  const float left = ctx.px(44), foot = ctx.px(34);
  const Box field{{box.min.x + left, box.min.y + ctx.px(40)}, {box.max.x - ctx.px(8), box.max.y - foot}};
  if (field.height() < ctx.px(30) || field.width() < ctx.px(60)) return;
  const double limit = step * std::ceil(top / step * 1.02);
  const auto y_of = [&](double us) { return field.max.y - float(us / limit) * field.height(); };
  const auto x_of = [&](double n) { return field.min.x + float(n / (most + 0.5)) * field.width(); };
  for (double us = 0; us <= limit * 1.001; us += step) {
    list->AddLine({field.min.x, y_of(us)}, {field.max.x, y_of(us)}, faded(t.line, us == 0 ? 1.0f : 0.5f));
    draw_text_right(list, ctx.fonts.mono_small,
                    {field.min.x - ctx.px(6), y_of(us) - ctx.fonts.mono_small->FontSize / 2}, t.faint,
                    grouped(std::uint64_t(us + 0.5)));
  }
  const std::uint32_t every = most <= 12 ? 1 : most / 8 + 1;
  for (std::uint32_t n = every == 1 ? 1 : every; n <= most; n += every) {
    const std::string text = fmt::format("{}", n);
    draw_text(list, ctx.fonts.mono_small,
              {x_of(n) - text_width(ctx.fonts.mono_small, text) / 2, field.max.y + ctx.px(3)}, t.faint, text);
  }
  draw_text_cut(list, ctx.fonts.small, {field.min.x, field.max.y + ctx.px(17)}, field.width(), t.faint,
                "busy environments");
  // Every answer a faint dot, the means a line.
  for (const model::RoundTrip& one : trips.last(std::min(kMostDots, trips.size()))) {
    dot(list, {x_of(one.busy), y_of(model::micros(one.took))}, ctx.px(2),
        faded(one.handler != 0 ? t.good : t.accent, 0.45f));
  }
  const auto draw = [&](const Series& series, ImU32 colour, std::string_view word, float x) {
    ImVec2 last{};
    bool any = false;
    for (std::uint32_t n = 0; n < series.size(); ++n) {
      if (series[n].count == 0) continue;
      const ImVec2 at{x_of(n), y_of(series[n].value())};
      if (any) list->AddLine(last, at, colour, ctx.px(2));
      dot(list, at, ctx.px(3), colour);
      last = at;
      any = true;
    }
    if (!any) return;
    const float y = box.min.y + ctx.px(19);
    dot(list, {x + ctx.px(4), y + ctx.fonts.small->FontSize / 2}, ctx.px(3.5f), colour);
    draw_text_cut(list, ctx.fonts.small, {x + ctx.px(13), y}, box.width() / 2 - ctx.px(16), t.soft, word);
  };
  draw(handled, t.good, "by a handler", box.min.x);
  draw(owned, t.accent, "by its owner", box.centre().x);
  const Touch on = touch(ctx, "round trips", field);
  if (on.hovered)
    tooltip(ctx,
            "From a packet's arrival to the packet that answers it, against the environments that had slices and "
            "did not sleep when it came. A handler answers while its owner is not scheduled. Of a long run, the last "
            "20 000.");
}

}  // namespace exo::views
