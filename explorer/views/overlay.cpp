#include "explorer/views/overlay.hpp"

#include <algorithm>

#include "explorer/views/widgets.hpp"

namespace exo::views {

Overlay::Overlay(const ViewContext& ctx, const char* name, Box screen, Box card) : card_(card) {
  ImGui::SetNextWindowPos(screen.min);
  ImGui::SetNextWindowSize({screen.width(), screen.height()});
  ImGui::PushStyleColor(ImGuiCol_WindowBg, faded(ctx.theme.ground, 0.72f));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 0.0f);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(0, 0));
  ImGui::Begin(name, nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                   ImGuiWindowFlags_NoNav);
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(card.min, card.max, ctx.theme.panel, ctx.px(8));
  list->AddRect(card.min, card.max, ctx.theme.line, ctx.px(8), 0, ctx.px(1));
  ImGui::PushFont(ctx.fonts.body);
}

Overlay::~Overlay() {
  ImGui::PopFont();
  ImGui::End();
  ImGui::PopStyleVar(2);
  ImGui::PopStyleColor();
}

bool Overlay::clicked_beside() const {
  return ImGui::IsMouseClicked(0) && ImGui::IsWindowHovered(ImGuiHoveredFlags_ChildWindows) &&
         !card_.contains(ImGui::GetIO().MousePos);
}

void open_menu(const char* id) { ImGui::OpenPopup(id); }

void draw_menu(const ViewContext& ctx, const char* id, ImVec2 at, bool from_right, const std::vector<MenuRow>& rows) {
  if (!ImGui::IsPopupOpen(id)) return;
  const float row = ctx.fonts.body->FontSize + ctx.px(10), pad = ctx.px(8), tick = ctx.px(20);
  float words = 0, keys = 0, height = 2 * pad;
  for (const MenuRow& one : rows) {
    words = std::max(words, text_width(ctx.fonts.body, one.text));
    keys = std::max(keys, text_width(ctx.fonts.mono_small, one.keys));
    height += row + (one.rule_above ? ctx.px(9) : 0);
  }
  const ImVec2 screen = ImGui::GetIO().DisplaySize;
  const ImVec2 size{2 * pad + tick + words + ctx.px(18) + keys + ctx.px(6), std::min(height, screen.y - ctx.px(8))};
  at.x = std::clamp(from_right ? at.x - size.x : at.x, 0.0f, std::max(0.0f, screen.x - size.x));
  at.y = std::clamp(at.y, 0.0f, std::max(0.0f, screen.y - size.y));
  ImGui::SetNextWindowPos(at);
  ImGui::SetNextWindowSize(size);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(0, 0));
  if (ImGui::BeginPopup(id, ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoNav)) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    float y = at.y + pad;
    for (const MenuRow& one : rows) {
      if (one.rule_above) {
        rule(ctx, {at.x + pad, y + ctx.px(4)}, size.x - 2 * pad);
        y += ctx.px(9);
      }
      const Box line{{at.x + pad / 2, y}, {at.x + size.x - pad / 2, y + row}};
      const Touch on = touch(ctx, one.name, line);
      if (on.hovered && one.enabled) list->AddRectFilled(line.min, line.max, ctx.theme.card_hover, ctx.px(4));
      const ImU32 ink = one.enabled ? ctx.theme.text : ctx.theme.faint;
      if (one.chosen) dot(list, {at.x + pad + ctx.px(7), line.centre().y}, ctx.px(3.5f), ctx.theme.accent);
      draw_text(list, ctx.fonts.body, {at.x + pad + tick, line.centre().y - ctx.fonts.body->FontSize / 2}, ink,
                one.text);
      draw_text_right(list, ctx.fonts.mono_small,
                      {at.x + size.x - pad - ctx.px(4), line.centre().y - ctx.fonts.mono_small->FontSize / 2},
                      ctx.theme.faint, one.keys);
      if (on.clicked && one.enabled) {
        one.run();
        ImGui::CloseCurrentPopup();
      }
      y += row;
    }
    ImGui::EndPopup();
  }
  ImGui::PopStyleVar();
}

}  // namespace exo::views
