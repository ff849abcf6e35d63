// The menu of a line or an instruction: stops for this environment, for all, on a condition; and going there.
#include <fmt/format.h>
#include <imgui.h>
#include <imgui_stdlib.h>

#include "explorer/model/words.hpp"
#include "explorer/views/debug_source_parts.hpp"
#include "explorer/views/overlay.hpp"

namespace exo::views {
namespace {

constexpr const char* kMenu = "source menu";
constexpr const char* kCondition = "stop condition";

std::string place_of_menu(const ViewContext& ctx) {
  const DebugUi& ui = ctx.ui.debug;
  return ui.menu_line != 0 ? place_of_line(*ctx.debug, ui.menu_line) : fmt::format("0x{:08x}", ui.menu_address);
}

std::vector<const BreakView*> stops_of_menu(const ViewContext& ctx) {
  if (ctx.ui.debug.menu_line != 0) return stops_at(*ctx.debug, ctx.ui.debug.menu_line);
  const BreakView* one = stop_at_address(*ctx.debug, ctx.ui.debug.menu_address);
  return one == nullptr ? std::vector<const BreakView*>{} : std::vector<const BreakView*>{one};
}

std::vector<MenuRow> rows(const ViewContext& ctx, bool& ask) {
  std::vector<MenuRow> out;
  const std::string place = place_of_menu(ctx);
  const FrameView* frame = frame_looked_at(*ctx.debug);
  // Code of the kernel runs on behalf of the one who has the processor.
  const bool kernel = frame == nullptr || frame->env == debugger::kKernel;
  const std::uint32_t env = kernel ? ctx.debug->env : frame->env;
  const auto stops = stops_of_menu(ctx);
  const auto set = [&](std::uint32_t who) {
    bool there = false;
    for (const BreakView* one : stops) there |= !one->gdb && one->env == who && one->condition.empty();
    return MenuRow{who == DebugBreak::kEverywhere ? "menu stop everywhere" : "menu stop here",
                   who == DebugBreak::kEverywhere ? std::string("Stop here, in every environment")
                   : kernel ? fmt::format("Stop here, while {} has the processor", model::env_name(ctx.state, who))
                            : fmt::format("Stop here, only in {}", model::env_name(ctx.state, who)),
                   "",
                   there,
                   true,
                   false,
                   [&ctx, place, who] {
                     ctx.emit(DebugBreak{place, who});
                   }};
  };
  if (env != debugger::kKernel) out.push_back(set(env));
  out.push_back(set(DebugBreak::kEverywhere));
  out.push_back(
      {"menu stop condition", "Stop here with a condition\u2026", "", false, true, false, [&ask] { ask = true; }});
  for (const BreakView* one : stops) {
    if (one->gdb) continue;
    const int number = one->number;
    const bool enabled = one->enabled;
    out.push_back({fmt::format("menu enable {}", number),
                   fmt::format("{} stop {}", enabled ? "Disable" : "Enable", number), "", false, true,
                   one == stops.front(), [&ctx, number, enabled] {
                     using What = model::DebugBreakEdit::What;
                     ctx.emit(model::DebugBreakEdit{enabled ? What::Disable : What::Enable, number});
                   }});
    out.push_back({fmt::format("menu remove {}", number), fmt::format("Remove stop {}", number), "", false, true, false,
                   [&ctx, number] { remove_stop(ctx, number); }});
  }
  const auto go = [&](const char* name, const char* text, bool back, const char* keys) {
    out.push_back({name, text, keys, false, !ctx.debug->moving, !back,
                   [&ctx, place, back] { move(ctx, DebugMove::Kind::To, back, place); }});
  };
  go("menu to", "On to here", false, "");
  go("menu back to", "Back to here", true, "");
  return out;
}

void draw_condition(const ViewContext& ctx) {
  DebugUi& ui = ctx.ui.debug;
  ImGui::SetNextWindowPos(ui.menu_at);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(ctx.px(12), ctx.px(10)));
  if (ImGui::BeginPopup(kCondition, ImGuiWindowFlags_NoMove)) {
    const std::string place = place_of_menu(ctx);
    ImGui::TextUnformatted(fmt::format("Stop at {} when", place).c_str());
    ImGui::SetNextItemWidth(ctx.px(300));
    if (ImGui::IsWindowAppearing()) ImGui::SetKeyboardFocusHere();
    const bool entered = ImGui::InputTextWithHint("##condition", "count > 3 && page->frame == 5", &ui.condition,
                                                  ImGuiInputTextFlags_EnterReturnsTrue);
    ctx.mark("condition", {ImGui::GetItemRectMin(), ImGui::GetItemRectMax()});
    if (entered && !ui.condition.empty()) {
      ctx.emit(DebugBreak{place, env_of_source(*ctx.debug), ui.condition});
      ui.condition.clear();
      ImGui::CloseCurrentPopup();
    }
    ImGui::EndPopup();
  }
  ImGui::PopStyleVar();
}

}  // namespace

void open_source_menu(const ViewContext& ctx, std::uint32_t line, std::uint32_t address) {
  DebugUi& ui = ctx.ui.debug;
  ui.menu_line = line;
  ui.menu_address = address;
  ui.menu_at = ImGui::GetIO().MousePos;
  ui.open_menu = true;
}

void draw_source_menu(const ViewContext& ctx) {
  DebugUi& ui = ctx.ui.debug;
  if (ui.open_menu) {
    open_menu(kMenu);
    ui.open_menu = false;
  }
  bool ask = false;
  draw_menu(ctx, kMenu, ui.menu_at, false, rows(ctx, ask));
  if (ask) ImGui::OpenPopup(kCondition);
  draw_condition(ctx);
}

}  // namespace exo::views
