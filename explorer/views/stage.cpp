#include "explorer/views/stage.hpp"

#include <algorithm>
#include <cmath>

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

}  // namespace exo::views
