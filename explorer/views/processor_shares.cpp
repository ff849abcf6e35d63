// Shares of the processor: of the newest slices before the cursor, how many each environment got, and how that share
// settled. A slice counts for who ran longest in it, whoever owns it: so a scheduler outside the kernel can be judged.
// One that was handed on before a timer tick had passed counts for nobody: it was not had.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "explorer/model/words.hpp"
#include "explorer/views/objects.hpp"
#include "explorer/views/processor_parts.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

using Counts = std::array<std::uint32_t, abi::kMaxEnvironments>;

struct Shares {
  std::vector<std::uint8_t> winners;  ///< of each slice, oldest first; nobody's are left out
  Counts counts{};
  std::vector<std::uint32_t> order;  ///< environments that got any, most first
};

Shares count(const ViewContext& ctx) {
  Shares shares;
  const auto& turns = ctx.index.turns();
  constexpr model::Ticks kTick = abi::ticks_of_micros(abi::kTickMicros);
  constexpr std::size_t kFarthest = 20'000;  // turns looked back over
  std::size_t looked = 0;
  for (std::size_t i = ctx.index.turns_at(ctx.cursor); i-- > 0 && ++looked < kFarthest;) {
    if (shares.winners.size() >= std::size_t(ctx.ui.share_turns)) break;
    const model::Ticks end = end_of(ctx, i);
    if (turns[i].forfeited || end - turns[i].from < kTick) continue;
    if (const std::uint32_t env = runner_of(ctx.index, turns[i], end); env != 0)
      shares.winners.push_back(std::uint8_t(env));
  }
  std::ranges::reverse(shares.winners);
  for (const std::uint8_t env : shares.winners) ++shares.counts[env];
  for (std::uint32_t env = 1; env < abi::kMaxEnvironments; ++env)
    if (shares.counts[env] != 0) shares.order.push_back(env);
  std::ranges::stable_sort(shares.order, [&](auto a, auto b) { return shares.counts[a] > shares.counts[b]; });
  return shares;
}

void draw_lines(const ViewContext& ctx, Box box, const Shares& shares) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Theme& t = ctx.theme;
  const float names = ctx.px(34);
  const Box area{{box.min.x + names, box.min.y + ctx.px(4)}, {box.max.x, box.max.y - ctx.px(18)}};
  for (int percent = 0; percent <= 100; percent += 25) {
    const float y = area.max.y - area.height() * float(percent) / 100;
    list->AddRectFilled({area.min.x, y}, {area.max.x, y + 1}, faded(t.line, percent == 0 ? 1.0f : 0.6f));
    if (percent % 50 == 0 || area.height() > ctx.px(90))
      draw_text_right(list, ctx.fonts.mono_small, {area.min.x - ctx.px(6), y - ctx.fonts.mono_small->FontSize / 2},
                      t.faint, fmt::format("{}%", percent));
  }
  const std::size_t total = shares.winners.size();
  const auto x_of = [&](std::size_t turn) {
    return area.min.x + area.width() * float(turn) / float(std::max<std::size_t>(1, total));
  };
  for (auto env = shares.order.rbegin(); env != shares.order.rend(); ++env) {
    std::vector<ImVec2> points;
    std::uint32_t got = 0;
    float before = -1e9f;
    for (std::size_t i = 0; i < total; ++i) {
      got += shares.winners[i] == *env;
      const float x = x_of(i + 1);
      if (x - before < 1 && i + 1 != total) continue;
      before = x;
      points.push_back({x, area.max.y - area.height() * float(got) / float(i + 1)});
    }
    list->AddPolyline(points.data(), int(points.size()), env_colour(t, *env), 0, ctx.px(2));
  }
  draw_text(list, ctx.fonts.mono_small, {area.min.x, area.max.y + ctx.px(4)}, t.faint, "1");
  draw_text_right(list, ctx.fonts.mono_small, {area.max.x, area.max.y + ctx.px(4)}, t.faint, plural(total, "slice"));
}

void draw_list(const ViewContext& ctx, Box box, const Shares& shares) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Theme& t = ctx.theme;
  const float pitch = ctx.px(21);
  float y = box.min.y;
  std::size_t shown = 0;
  for (const std::uint32_t env : shares.order) {
    const bool last = y + 2 * pitch > box.max.y && shown + 1 < shares.order.size();
    if (last) {
      draw_text(list, ctx.fonts.small, {box.min.x, y}, t.faint,
                fmt::format("and {} more", shares.order.size() - shown));
      return;
    }
    const std::string share =
        fmt::format("{:.1f} %", 100.0 * shares.counts[env] / double(std::max<std::size_t>(1, shares.winners.size())));
    const std::string count = fmt::format("{:>4}", shares.counts[env]);
    const Box row{{box.min.x, y - ctx.px(2)}, {box.max.x, y + pitch - ctx.px(4)}};
    const Touch on = touch(ctx, fmt::format("share {}", env), row);
    if (on.hovered || ctx.ui.selection.is(Selection::Kind::Environment, env))
      list->AddRectFilled(row.min, row.max, t.card_hover, ctx.px(3));
    env_glyph(list, {box.min.x + ctx.px(6), y + ctx.fonts.small->FontSize * 0.55f}, ctx.px(4.5f), env,
              env_colour(t, env));
    const float numbers = text_width(ctx.fonts.mono_small, count + " 100.0 %") + ctx.px(10);
    draw_text_cut(list, ctx.fonts.small, {box.min.x + ctx.px(16), y}, box.width() - ctx.px(20) - numbers,
                  env_ink(t, env), model::env_name(ctx.state, env));
    draw_text_right(list, ctx.fonts.mono_small, {box.max.x - ctx.px(4), y + ctx.px(1)}, t.text, share);
    draw_text_right(list, ctx.fonts.mono_small,
                    {box.max.x - ctx.px(10) - text_width(ctx.fonts.mono_small, "100.0 %"), y + ctx.px(1)}, t.soft,
                    count);
    if (on.hovered)
      tooltip(ctx, fmt::format("{} got {} of the last {}", model::env_name(ctx.state, env), shares.counts[env],
                               plural(shares.winners.size(), "slice")));
    choose(ctx, on, Selection::Kind::Environment, env);
    y += pitch;
    ++shown;
  }
}

}  // namespace

void draw_shares(const ViewContext& ctx, Box box) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float label = draw_label(ctx, box.min, "SHARES");
  float x = box.min.x + label + ctx.px(8);
  x += draw_text(list, ctx.fonts.small, {x, box.min.y - ctx.px(1)}, ctx.theme.faint, "of the last") + ctx.px(8);
  for (const int turns : {50, 200, 1000}) {
    const std::string name = fmt::format("{}", turns);
    const float width = text_width(ctx.fonts.small, name) + ctx.px(14);
    if (button(ctx, "shares " + name, {{x, box.min.y - ctx.px(5)}, {x + width, box.min.y + ctx.px(15)}}, name,
               fmt::format("Count over the last {} slices before the cursor", turns),
               {.active = ctx.ui.share_turns == turns}))
      ctx.ui.share_turns = turns;
    x += width + ctx.px(4);
  }
  box.min.y += ctx.fonts.label->FontSize + ctx.px(14);
  const Shares shares = count(ctx);
  if (shares.winners.empty()) {
    draw_text(list, ctx.fonts.body, {box.min.x, box.min.y + ctx.px(14)}, ctx.theme.faint,
              "Nobody has had the processor for a timer tick yet.");
    return;
  }
  const float names = std::min(ctx.px(180), box.width() * 0.45f);
  draw_lines(ctx, {box.min, {box.max.x - names - ctx.px(12), box.max.y}}, shares);
  draw_list(ctx, {{box.max.x - names, box.min.y}, box.max}, shares);
}

}  // namespace exo::views
