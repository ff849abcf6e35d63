// Typing a query: Tab takes the completion that is chosen, the arrows choose another one, a click takes any.
#include "explorer/views/query_box.hpp"

#include <fmt/format.h>
#include <imgui.h>
#include <imgui_stdlib.h>

#include <algorithm>

#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

constexpr std::size_t kRows = 9;
constexpr const char* kTip =
    "Search the events. Plain words must all occur in the sentence; a field can be compared:\n"
    "event = RevokeAborted and env = stubborn\n"
    "frame in 5..12 or page >= 0x10010\n"
    "time in 1200us..1300us and not category = tlb\n"
    "event = Revoke* count by env\n"
    "Tab completes, the arrows choose.";

/// With what follows: a space, so that typing goes on.
std::string with_completion(const std::string& text, const model::Completions& found, std::size_t row) {
  return text.substr(0, std::min(found.from, text.size())) + found.all[row].text + " ";
}

int on_key(ImGuiInputTextCallbackData* data) {
  auto& ui = *static_cast<DataUi*>(data->UserData);
  const auto& all = ui.completions.all;
  if (all.empty()) return 0;
  if (data->EventFlag == ImGuiInputTextFlags_CallbackHistory) {
    const std::size_t last = all.size() - 1;
    ui.chosen = data->EventKey == ImGuiKey_UpArrow ? (ui.chosen == 0 ? last : ui.chosen - 1)
                                                   : (ui.chosen >= last ? 0 : ui.chosen + 1);
    return 0;
  }
  if (data->CursorPos != data->BufTextLen) return 0;  // completions are of the end
  const std::string whole = with_completion(std::string(data->Buf, std::size_t(data->BufTextLen)), ui.completions,
                                            std::min(ui.chosen, all.size() - 1));
  data->DeleteChars(0, data->BufTextLen);
  data->InsertChars(0, whole.c_str());
  return 0;
}

/// The list below the box, over what is drawn there. Returns whether the mouse is over it.
bool draw_completions(const ViewContext& ctx, Box box) {
  const Theme& t = ctx.theme;
  DataUi& ui = ctx.ui.data;
  const auto& all = ui.completions.all;
  ImDrawList* list = ImGui::GetForegroundDrawList();
  const float row = ctx.px(22);
  const std::size_t shown = std::min(kRows, all.size());
  const std::size_t first = ui.chosen < kRows ? 0 : std::min(ui.chosen - kRows + 1, all.size() - shown);
  const Box ground{{box.min.x, box.max.y + ctx.px(2)},
                   {box.min.x + std::min(box.width(), ctx.px(560)), box.max.y + ctx.px(10) + row * float(shown)}};
  list->AddRectFilled(ground.min, ground.max, t.panel, ctx.px(5));
  list->AddRect(ground.min, ground.max, t.line, ctx.px(5), 0, ctx.px(1));
  for (std::size_t i = 0; i < shown; ++i) {
    const auto& one = all[first + i];
    const float y = ground.min.y + ctx.px(4) + row * float(i);
    const Box place{{ground.min.x + ctx.px(3), y}, {ground.max.x - ctx.px(3), y + row}};
    const Touch on = touch(ctx, fmt::format("complete {}", one.text), place);
    if (on.hovered || first + i == ui.chosen)
      list->AddRectFilled(place.min, place.max, on.hovered ? t.card_hover : t.card, ctx.px(4));
    const float words = place.min.x + ctx.px(8);
    draw_text(list, ctx.fonts.body, {words, place.centre().y - ctx.fonts.body->FontSize / 2}, t.text, one.text);
    const float help = words + std::max(ctx.px(130), text_width(ctx.fonts.body, one.text) + ctx.px(14));
    draw_text_cut(list, ctx.fonts.small, {help, place.centre().y - ctx.fonts.small->FontSize / 2},
                  place.max.x - help - ctx.px(6), t.faint, one.help);
    if (on.clicked) {
      ctx.ui.choice.text = with_completion(ctx.ui.choice.text, ui.completions, first + i);
      ctx.ui.focus_search = true;
    }
  }
  ctx.mark("completions", ground);
  return ground.contains(ImGui::GetIO().MousePos);
}

/// The part that is wrong, underlined in the box, and in words below it: what, and what to do.
float draw_error(const ViewContext& ctx, Box box, const model::QueryError& error) {
  const Theme& t = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const std::string& text = ctx.ui.choice.text;
  const std::size_t from = std::min(error.position, text.size()), to = std::min(from + error.length, text.size());
  const float left = box.min.x + ImGui::GetStyle().FramePadding.x;
  const float a = left + text_width(ctx.fonts.body, text.substr(0, from));
  const float b = std::max(a + ctx.px(6), left + text_width(ctx.fonts.body, text.substr(0, to)));
  if (b < box.max.x) list->AddRectFilled({a, box.max.y - ctx.px(4)}, {b, box.max.y - ctx.px(2)}, t.accent);
  const float y = box.max.y + ctx.px(5);
  const float lines = draw_text_wrapped(list, ctx.fonts.small, {box.min.x, y}, box.width(), t.text,
                                        fmt::format("{}: {}.", error.what, error.remedy), 2);
  ctx.mark("query error", {{box.min.x, y}, {box.max.x, y + lines}});
  return y + lines + ctx.px(2);
}

}  // namespace

float draw_query_box(const ViewContext& ctx, Box box) {
  DataUi& ui = ctx.ui.data;
  std::string& text = ctx.ui.choice.text;
  ImGui::SetCursorScreenPos(box.min);
  ImGui::PushItemWidth(box.width());
  ctx.mark("search", box);
  if (ctx.ui.focus_search) {
    ImGui::SetKeyboardFocusHere();
    ctx.ui.focus_search = false;
  }
  ImGui::InputTextWithHint("##search", "event = RevokeAborted and env = stubborn, or words (Ctrl F)", &text,
                           ImGuiInputTextFlags_CallbackCompletion | ImGuiInputTextFlags_CallbackHistory, on_key, &ui);
  const bool typing = ImGui::IsItemActive();
  const bool hovered = ImGui::IsItemHovered();
  ImGui::PopItemWidth();
  if (hovered && !typing) tooltip(ctx, kTip);

  if (typing && ui.completed != text) ui.chosen = 0;
  if (typing && (!ui.typing || ui.completed != text)) {
    ui.completions = model::complete(text, ctx.history.newest());
    ui.completed = text;
  }
  // The list stays while the mouse is over it, so that a click finds it.
  bool over = false;
  const bool open = (typing || ui.typing) && !text.empty() && !ui.completions.all.empty();
  if (open) over = draw_completions(ctx, box);
  ui.typing = typing || ctx.ui.focus_search || (over && ui.typing);

  const auto& error = ctx.ui.filter.error();
  return error && !text.empty() ? draw_error(ctx, box, *error) : box.max.y;
}

}  // namespace exo::views
