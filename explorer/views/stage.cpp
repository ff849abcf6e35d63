#include "explorer/views/stage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "explorer/views/progress_card.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {

void draw_spotlight(const ViewContext& ctx, Box screen) {
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  if (!screen.contains(mouse)) return;
  ImDrawList* list = ImGui::GetForegroundDrawList();
  // One ring, wide enough to reach every corner.
  const float radius = ctx.px(95), reach = std::hypot(screen.width(), screen.height());
  list->AddCircle(mouse, radius + reach / 2, IM_COL32(0, 0, 0, 165), 96, reach);
  list->AddCircle(mouse, radius, faded(ctx.theme.cursor, 0.7f), 96, ctx.px(2));
}

void draw_blank(const ViewContext& ctx, Box screen) {
  ImDrawList* list = ImGui::GetForegroundDrawList();
  ctx.mark("blank", screen);
  list->AddRectFilled(screen.min, screen.max, IM_COL32(0, 0, 0, 255));
}

void draw_notice(const ViewContext& ctx, Box screen, std::string_view text) {
  ImDrawList* list = ImGui::GetForegroundDrawList();
  const float width = std::min(text_width(ctx.fonts.body, text) + ctx.px(40), screen.width() - ctx.px(30));
  const Box box{{screen.centre().x - width / 2, screen.max.y - ctx.px(54)},
                {screen.centre().x + width / 2, screen.max.y - ctx.px(18)}};
  ctx.mark("notice", box);
  list->AddRectFilled(box.min, box.max, ctx.theme.card_hover, ctx.px(6));
  list->AddRect(box.min, box.max, ctx.theme.gap, ctx.px(6), 0, ctx.px(1.4f));
  draw_text_cut(list, ctx.fonts.body, {box.min.x + ctx.px(20), box.centre().y - ctx.fonts.body->FontSize / 2},
                width - ctx.px(40), ctx.theme.text, text);
}

void draw_saving(const ViewContext& ctx, Box screen) {
  const Theme& t = ctx.theme;
  const float width = std::min(ctx.px(440), screen.width() - ctx.px(30)), stop = ctx.px(74);
  const Box box{{screen.centre().x - width / 2, screen.max.y - ctx.px(62)},
                {screen.centre().x + width / 2, screen.max.y - ctx.px(16)}};
  ImDrawList* list = begin_card(ctx, "saving", box, t.line);
  const float left = box.min.x + ctx.px(16), right = box.max.x - stop - ctx.px(22);
  draw_text_cut(list, ctx.fonts.body, {left, box.min.y + ctx.px(9)}, right - left, t.text,
                fmt::format("Saving {}: {:.0f}%", ctx.saving->path, ctx.saving->share * 100));
  progress_line(ctx, box, left, right, ctx.saving->share);
  if (button(ctx, "stop saving", stop_box(ctx, box, stop), "Stop", "Give it up: nothing is kept of the file"))
    ctx.emit(model::StopSaving{});
  end_card();
}

}  // namespace exo::views
