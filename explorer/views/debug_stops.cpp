// The Stops panel: every stop with whom it is for, its condition and how often it was reached; and a line to add one.
#include <fmt/format.h>
#include <imgui.h>
#include <imgui_stdlib.h>

#include <algorithm>
#include <cmath>

#include "explorer/model/words.hpp"
#include "explorer/views/debug_parts.hpp"
#include "explorer/views/views.hpp"

namespace exo::views {
namespace {

std::string hits_of(const BreakView& stop) {
  const std::string hits = plural(stop.hits, "hit");
  return stop.ignore == 0 ? hits : fmt::format("{}, {}/{} passed", hits, stop.passed, stop.ignore);
}

/// 0 for what is no number.
std::uint32_t number_in(const std::string& text) {
  constexpr std::size_t kMostDigits = 9;
  if (text.empty() || text.size() > kMostDigits || text.find_first_not_of("0123456789") != std::string::npos) return 0;
  return std::uint32_t(std::stoul(text));
}

void draw_passes(const ViewContext& ctx) {
  DebugUi& ui = ctx.ui.debug;
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(ctx.px(12), ctx.px(10)));
  if (ImGui::BeginPopup("stop passes", ImGuiWindowFlags_NoMove)) {
    ImGui::TextUnformatted(fmt::format("Stop {} is passed so many times, from now on:", ui.passing).c_str());
    ImGui::SetNextItemWidth(ctx.px(120));
    if (ImGui::IsWindowAppearing()) ImGui::SetKeyboardFocusHere();
    constexpr auto kFlags = ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_CharsDecimal;
    const bool entered = ImGui::InputTextWithHint("##passes", "0", &ui.passes_typed, kFlags);
    ctx.mark("stop passes", {ImGui::GetItemRectMin(), ImGui::GetItemRectMax()});
    if (entered) {
      ctx.emit(model::DebugBreakEdit{model::DebugBreakEdit::What::Ignore, ui.passing, number_in(ui.passes_typed)});
      ImGui::CloseCurrentPopup();
    }
    ImGui::EndPopup();
  }
  ImGui::PopStyleVar();
}

void draw_stop(const ViewContext& ctx, const BreakView& stop, Box row, const debugger::View& view) {
  using What = model::DebugBreakEdit::What;
  const Theme& t = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float middle = row.centre().y;
  const Box sign{row.min, {row.min.x + ctx.px(24), row.max.y}};
  const Box remove{{row.max.x - ctx.px(22), row.min.y}, row.max};
  const std::string hits = hits_of(stop);
  const float hits_width = text_width(ctx.fonts.small, hits);
  const Box passes{{remove.min.x - hits_width - ctx.px(8), row.min.y}, {remove.min.x, row.max.y}};
  const Touch on_sign = stop.gdb ? Touch{} : touch(ctx, fmt::format("enable {}", stop.number), sign);
  const Touch on_remove = stop.gdb ? Touch{} : touch(ctx, fmt::format("remove {}", stop.number), remove);
  const Touch on_passes = stop.gdb ? Touch{} : touch(ctx, fmt::format("passes {}", stop.number), passes);
  const Touch on =
      touch(ctx, stop.gdb ? fmt::format("gdb row {}", -stop.number) : fmt::format("stop row {}", stop.number),
            {{sign.max.x, row.min.y}, {passes.min.x, row.max.y}});
  const FrameView* frame = view.frames.empty() ? nullptr : &view.frames.front();
  const bool here = frame != nullptr && stop.line != 0 && frame->line == stop.line && frame->file == stop.file;
  if (on.hovered || on_sign.hovered || on_remove.hovered || on_passes.hovered)
    list->AddRectFilled(row.min, row.max, t.card, ctx.px(3));
  if (here) list->AddRectFilled(row.min, {row.min.x + ctx.px(3), row.max.y}, t.cursor);
  draw_stop_sign(ctx, {sign.centre().x, middle}, ctx.px(5), stop);
  if (!stop.gdb) draw_text_centred(list, ctx.fonts.body, remove, on_remove.hovered ? t.text : t.faint, "\u00d7");

  const float body = middle - ctx.fonts.body->FontSize / 2, small = middle - ctx.fonts.small->FontSize / 2;
  draw_text(list, ctx.fonts.small, {passes.min.x + ctx.px(4), small}, on_passes.hovered ? t.text : t.soft, hits);
  float x = sign.max.x;
  const float end = passes.min.x - ctx.px(6);
  draw_text_right(list, ctx.fonts.mono_small, {x + ctx.px(14), middle - ctx.fonts.mono_small->FontSize / 2}, t.faint,
                  stop.gdb ? "g" : fmt::format("{}", stop.number));
  x += ctx.px(22);
  const ImU32 ink = stop.enabled ? t.text : t.faint;
  draw_text_cut(list, ctx.fonts.body, {x, body}, end - x, ink, stop.where);
  x += text_width(ctx.fonts.body, stop.where) + ctx.px(10);
  if (stop.env != DebugBreak::kEverywhere) {
    const std::string name = model::env_name(ctx.state, stop.env);
    draw_text_cut(list, ctx.fonts.small, {x, small}, end - x, env_ink(t, stop.env), name);
    x += text_width(ctx.fonts.small, name) + ctx.px(10);
  }
  std::string more = stop.condition.empty() ? std::string() : fmt::format("when {}", stop.condition);
  if (!stop.problem.empty()) more += (more.empty() ? "" : "; ") + stop.problem;
  draw_text_cut(list, ctx.fonts.small, {x, small}, end - x, stop.problem.empty() ? t.soft : t.gap, more);

  if (on.hovered) tooltip(ctx, words_of_stop(ctx, stop));
  if (on_sign.hovered) tooltip(ctx, stop.enabled ? "Disable this stop" : "Enable this stop");
  if (on_remove.hovered) tooltip(ctx, "Remove this stop");
  if (on_passes.hovered)
    tooltip(ctx, "How often it was reached and counted. Click: how often it is passed before that");
  if (on_passes.clicked) {
    ctx.ui.debug.passing = stop.number;
    ctx.ui.debug.passes_typed = stop.ignore == 0 ? std::string() : fmt::format("{}", stop.ignore);
    ImGui::OpenPopup("stop passes");
  }
  if (on_sign.clicked) ctx.emit(model::DebugBreakEdit{stop.enabled ? What::Disable : What::Enable, stop.number});
  if (on_remove.clicked) remove_stop(ctx, stop.number);
}

/// Where, in which environment, on what condition.
void draw_form(const ViewContext& ctx, Box box) {
  DebugUi& ui = ctx.ui.debug;
  const float add = ctx.px(48), who = ctx.px(box.width() > ctx.px(460) ? 130.0f : 92.0f), gap = ctx.px(5);
  const float pass = ctx.px(box.width() > ctx.px(460) ? 62.0f : 40.0f);
  const float fields = box.width() - add - who - pass - 4 * gap, where_width = std::floor(fields * 0.58f);
  float x = box.min.x;
  const auto next = [&](float width) {
    const Box out{{x, box.min.y}, {x + width, box.max.y}};
    x += width + gap;
    return out;
  };
  bool entered =
      text_field(ctx, "stop where", next(where_width), "policy.cpp:42, write count, event Revoke*",
                 "Where to stop: a line (policy.cpp:42), a function (decide), an address (0x400a88),\ndata "
                 "(write EXPRESSION, read EXPRESSION, access EXPRESSION),\nor an event (event QUERY, as in the "
                 "Events panel: event RevokeAborted and env = shell).",
                 ui.where);
  const std::string whose =
      ui.where_env == DebugBreak::kEverywhere ? std::string("everywhere") : model::env_name(ctx.state, ui.where_env);
  if (button(ctx, "stop env", next(who), whose,
             "Stops only in this environment; the same address in another one is "
             "another place"))
    ImGui::OpenPopup("stop envs");
  if (ImGui::BeginPopup("stop envs")) {
    if (ImGui::Selectable("everywhere", ui.where_env == DebugBreak::kEverywhere))
      ui.where_env = DebugBreak::kEverywhere;
    for (const debugger::Thread& one : ctx.debug->threads)
      if (ImGui::Selectable(fmt::format("{}##{}", model::env_name(ctx.state, one.env), one.env).c_str(),
                            ui.where_env == one.env))
        ui.where_env = one.env;
    ImGui::EndPopup();
  }
  entered |= text_field(ctx, "stop when", next(fields - where_width), "when: count > 3",
                        "A condition: the stop counts when this expression is not 0. It may be empty.", ui.only_when);
  entered |=
      text_field(ctx, "stop pass", next(pass), "passes",
                 "So many times it is passed before it counts: 99 stops at the hundredth. It may be empty.", ui.passes);
  const bool clicked =
      button(ctx, "stop add", next(add), "Add", "Adds this stop (Enter)", {.enabled = !ui.where.empty()});
  if ((entered || clicked) && !ui.where.empty()) {
    ctx.emit(DebugBreak{ui.where, ui.where_env, ui.only_when, number_in(ui.passes)});
    ui.passes.clear();
    ui.where.clear();
    ui.only_when.clear();
  }
}

}  // namespace

void draw_stops(const ViewContext& ctx, Box box) {
  if (!debugging(ctx, box)) return;
  const debugger::View& view = *ctx.debug;
  box.min.y += draw_gdb(ctx, box);
  const Box form{{box.min.x, box.max.y - ctx.px(26)}, box.max};
  const Box field{box.min, {box.max.x, form.min.y - ctx.px(6)}};
  if (field.height() > ctx.px(16)) {
    ImGui::SetCursorScreenPos(field.min);
    ImGui::BeginChild("stops", {field.width(), field.height()}, false);
    const ImVec2 origin = ImGui::GetCursorScreenPos();
    const float pitch = ctx.fonts.body->FontSize + ctx.px(8);
    float y = origin.y;
    for (const BreakView& stop : view.breaks) {
      if (y + pitch >= field.min.y && y <= field.max.y)
        draw_stop(ctx, stop, {{origin.x, y}, {field.max.x - ctx.px(10), y + pitch}}, view);
      y += pitch;
    }
    if (view.breaks.empty())
      y += draw_text_wrapped(ImGui::GetWindowDrawList(), ctx.fonts.small, origin,
                             std::min(field.width() - ctx.px(12), ctx.px(480)), ctx.theme.faint,
                             "No stop. Click in the margin of the source, or say where below: a line, a function, an "
                             "address, an access of data, an event.",
                             4);
    draw_passes(ctx);
    ImGui::SetCursorScreenPos({origin.x, y});
    ImGui::Dummy({1, 1});
    ImGui::EndChild();
  }
  draw_form(ctx, form);
}

}  // namespace exo::views
