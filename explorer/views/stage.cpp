#include "explorer/views/stage.hpp"

#include <fmt/format.h>

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

void draw_saving(const ViewContext& ctx, Box screen) {
  const Theme& t = ctx.theme;
  const float width = std::min(ctx.px(440), screen.width() - ctx.px(30)), stop = ctx.px(74);
  const Box box{{screen.centre().x - width / 2, screen.max.y - ctx.px(62)},
                {screen.centre().x + width / 2, screen.max.y - ctx.px(16)}};
  ctx.mark("saving", box);
  ImGui::SetNextWindowPos(box.min);
  ImGui::SetNextWindowSize({box.width(), box.height()});
  ImGui::PushStyleColor(ImGuiCol_WindowBg, t.card_hover);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, ctx.px(6));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(0, 0));
  ImGui::Begin("saving", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                   ImGuiWindowFlags_NoFocusOnAppearing | ImGuiWindowFlags_NoNav);
  ImGui::PushFont(ctx.fonts.body);
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRect(box.min, box.max, t.line, ctx.px(6), 0, ctx.px(1));
  const float left = box.min.x + ctx.px(16), right = box.max.x - stop - ctx.px(22);
  draw_text_cut(list, ctx.fonts.body, {left, box.min.y + ctx.px(9)}, right - left, t.text,
                fmt::format("Saving {}: {:.0f}%", ctx.saving->path, ctx.saving->share * 100));
  const float y = box.max.y - ctx.px(12), done = left + (right - left) * float(ctx.saving->share);
  list->AddRectFilled({left, y}, {right, y + ctx.px(3)}, t.line, ctx.px(1.5f));
  list->AddRectFilled({left, y}, {std::max(left + ctx.px(3), done), y + ctx.px(3)}, t.accent, ctx.px(1.5f));
  if (button(ctx, "stop saving",
             {{box.max.x - stop - ctx.px(10), box.min.y + ctx.px(9)}, {box.max.x - ctx.px(10), box.max.y - ctx.px(9)}},
             "Stop", "Give it up: nothing is kept of the file"))
    ctx.emit(model::StopSaving{});
  ImGui::PopFont();
  ImGui::End();
  ImGui::PopStyleVar(2);
  ImGui::PopStyleColor();
}

}  // namespace exo::views
