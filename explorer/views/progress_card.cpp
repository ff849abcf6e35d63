#include "explorer/views/progress_card.hpp"

#include <algorithm>

namespace exo::views {

ImDrawList* begin_card(const ViewContext& ctx, const char* name, Box box, ImU32 line) {
  ctx.mark(name, box);
  ImGui::SetNextWindowPos(box.min);
  ImGui::SetNextWindowSize({box.width(), box.height()});
  ImGui::PushStyleColor(ImGuiCol_WindowBg, ctx.theme.card_hover);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, ctx.px(6));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(0, 0));
  ImGui::Begin(name, nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                   ImGuiWindowFlags_NoFocusOnAppearing | ImGuiWindowFlags_NoNav);
  ImGui::PushFont(ctx.fonts.body);
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRect(box.min, box.max, line, ctx.px(6), 0, ctx.px(1));
  return list;
}

void end_card() {
  ImGui::PopFont();
  ImGui::End();
  ImGui::PopStyleVar(2);
  ImGui::PopStyleColor();
}

void progress_line(const ViewContext& ctx, Box card, float left, float right, double share) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float y = card.max.y - ctx.px(12), done = left + (right - left) * float(share);
  list->AddRectFilled({left, y}, {right, y + ctx.px(3)}, ctx.theme.line, ctx.px(1.5f));
  list->AddRectFilled({left, y}, {std::max(left + ctx.px(3), done), y + ctx.px(3)}, ctx.theme.accent, ctx.px(1.5f));
}

Box stop_box(const ViewContext& ctx, Box card, float width) {
  return {{card.max.x - width - ctx.px(10), card.min.y + ctx.px(9)}, {card.max.x - ctx.px(10), card.max.y - ctx.px(9)}};
}

}  // namespace exo::views
