// The table of a query's "count by": value, bar, count, share, first event.
#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>
#include <cmath>

#include "explorer/views/query_box.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {

void draw_counts(const ViewContext& ctx, Box box, const model::CountTable& table) {
  const Theme& t = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const auto& rows = table.rows();
  const std::string field(table.field().name);
  const float small = ctx.fonts.small->FontSize, row_height = ctx.px(24);
  const float count_x = box.min.x + std::min(ctx.px(330), box.width() * 0.48f), share_x = count_x + ctx.px(70);
  const float first_x = box.max.x - ctx.px(4), bar_x = share_x + ctx.px(14);
  const bool wide = box.width() > ctx.px(560);
  draw_text(list, ctx.fonts.small, box.min, t.faint, field);
  draw_text_right(list, ctx.fonts.small, {count_x, box.min.y}, t.faint, "events");
  draw_text_right(list, ctx.fonts.small, {share_x, box.min.y}, t.faint, "share");
  if (wide) draw_text_right(list, ctx.fonts.small, {first_x, box.min.y}, t.faint, "first event");
  rule(ctx, {box.min.x, box.min.y + small + ctx.px(3)}, box.width());

  std::string below = fmt::format("{} in {}", plural(rows.size(), "value"), plural(table.events(), "event"));
  if (table.with() != table.events())
    below += fmt::format("; {} of them {} no {}", grouped(table.events() - table.with()),
                         table.events() - table.with() == 1 ? "has" : "have", field);
  if (table.others() != 0) below += fmt::format("; {} more have further values", grouped(table.others()));
  const Box body{{box.min.x, box.min.y + small + ctx.px(6)}, {box.max.x, box.max.y - small - ctx.px(8)}};
  draw_text_cut(list, ctx.fonts.small, {box.min.x, body.max.y + ctx.px(5)}, box.width(), t.faint, below);

  const double page = std::max(1.0, std::floor(double(body.height() / row_height)));
  double& top = ctx.ui.data.counts_top;
  const ImGuiIO& io = ImGui::GetIO();
  if (body.contains(io.MousePos) && io.MouseWheel != 0) top -= double(io.MouseWheel) * 3;
  top = std::clamp(top, 0.0, std::max(0.0, double(rows.size()) - page));
  const double most = rows.empty() ? 1 : double(rows.front().count);
  list->PushClipRect(body.min, body.max, true);
  for (std::size_t i = 0; i <= std::size_t(page) && std::size_t(top) + i < rows.size(); ++i) {
    const auto& one = rows[std::size_t(top) + i];
    const float y = std::floor(body.min.y + row_height * float(i));
    const Box place{{body.min.x, y}, {body.max.x, y + row_height}};
    const Touch on = touch(ctx, fmt::format("count {}", one.value), place);
    if (on.hovered) list->AddRectFilled(place.min, place.max, t.card);
    const double share = double(one.count) / double(std::max<std::uint64_t>(1, table.events()));
    const float words = place.centre().y - ctx.fonts.body->FontSize / 2;
    const float digits = place.centre().y - ctx.fonts.mono_small->FontSize / 2;
    draw_text_cut(list, ctx.fonts.body, {place.min.x, words}, count_x - place.min.x - ctx.px(70), t.text, one.value);
    draw_text_right(list, ctx.fonts.mono_small, {count_x, digits}, t.text, grouped(one.count));
    draw_text_right(list, ctx.fonts.mono_small, {share_x, digits}, t.soft, fmt::format("{:.1f}%", share * 100));
    const float end = first_x - (wide ? ctx.px(90) : 0);
    const float bar = float(double(one.count) / most) * (end - bar_x);
    if (end > bar_x)
      list->AddRectFilled({bar_x, place.centre().y - ctx.px(4)},
                          {bar_x + std::max(ctx.px(2), bar), place.centre().y + ctx.px(4)}, faded(t.accent, 0.7f),
                          ctx.px(2));
    if (wide) draw_text_right(list, ctx.fonts.mono_small, {first_x, digits}, t.faint, grouped(one.first));
    if (on.hovered)
      tooltip(ctx, fmt::format("{} events with {} = {}, the first is event {}.\nA click shows them.",
                               grouped(one.count), field, one.value, grouped(one.first)));
    if (on.clicked) ctx.ui.choice.text = model::with_test(ctx.ui.filter.query(), field, one.value);
  }
  list->PopClipRect();
}

}  // namespace exo::views
