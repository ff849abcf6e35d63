#include "explorer/views/debug_parts.hpp"

#include <fmt/format.h>
#include <imgui.h>
#include <imgui_stdlib.h>

#include <algorithm>

#include "explorer/model/words.hpp"
#include "explorer/views/actions.hpp"
#include "explorer/views/arrangement.hpp"
#include "explorer/views/sentence.hpp"
#include "explorer/views/views.hpp"

namespace exo::views {

bool debugging(const ViewContext& ctx, Box box) {
  if (ctx.debug != nullptr && ctx.debug->there) return true;
  const float width = std::min(box.width(), ctx.px(480));
  const float height = draw_sentence(ctx, ctx.fonts.body, {box.min.x, box.min.y + ctx.px(6)}, width, ctx.theme.faint,
                                     "Nobody debugs. The run can be executed again, up to any instruction of what has "
                                     "happened: forwards and backwards, line by line.")
                           .height;
  const float y = box.min.y + ctx.px(16) + height;
  action_button(ctx, "debug.begin", "debug begin", {{box.min.x, y}, {box.min.x + ctx.px(150), y + ctx.px(30)}},
                "Debug from here");
  return false;
}

void show_debugger(const ViewContext& ctx) {
  bool seen = false;
  for (int i = 0; i < regions_in_use(ctx.ui); ++i) seen |= region(ctx.ui, i) == panel_named("source");
  if (!seen) (void)choose_layout(ctx.ui, "Debug");
}

void begin_debugging(const ViewContext& ctx) {
  show_debugger(ctx);
  if (ctx.debug == nullptr) ctx.emit(model::DebugLook{});
}

void move(const ViewContext& ctx, DebugMove::Kind kind, bool back, std::string place) {
  if (ctx.debug == nullptr) begin_debugging(ctx);
  ctx.emit(DebugMove{kind, back, std::move(place)});
}

const FrameView* frame_looked_at(const debugger::View& view) {
  return view.frame < view.frames.size() ? &view.frames[view.frame] : nullptr;
}

std::string place_of_line(const debugger::View& view, std::uint32_t line) {
  return fmt::format("{}:{}", view.source.file, line);
}

std::uint32_t env_of_source(const debugger::View& view) {
  const FrameView* frame = frame_looked_at(view);
  return frame == nullptr || frame->env == debugger::kKernel ? DebugBreak::kEverywhere : frame->env;
}

std::vector<const BreakView*> stops_at(const debugger::View& view, std::uint32_t line) {
  std::vector<const BreakView*> out;
  for (const BreakView& one : view.breaks)
    if (line != 0 && one.line == line && one.file == view.source.file) out.push_back(&one);
  return out;
}

const BreakView* stop_at_address(const debugger::View& view, std::uint32_t address) {
  const std::string where = fmt::format("0x{:08x}", address);
  const auto found =
      std::ranges::find_if(view.breaks, [&](const BreakView& one) { return one.where == where && !one.gdb; });
  return found == view.breaks.end() ? nullptr : &*found;
}

void remove_stop(const ViewContext& ctx, int number) {
  ctx.emit(model::DebugBreakEdit{model::DebugBreakEdit::What::Remove, number});
}

void toggle_stop(const ViewContext& ctx, std::uint32_t line) {
  if (ctx.debug == nullptr || line == 0 || ctx.debug->source.file.empty()) return;
  const auto there = stops_at(*ctx.debug, line);
  bool ours = false;  // gdb's are gdb's affair
  for (const BreakView* one : there) {
    if (one->gdb) continue;
    ours = true;
    remove_stop(ctx, one->number);
  }
  if (!ours) ctx.emit(DebugBreak{place_of_line(*ctx.debug, line), env_of_source(*ctx.debug)});
}

std::string whose_stop(const ViewContext& ctx, std::uint32_t env) {
  return env == DebugBreak::kEverywhere ? std::string("everywhere") : "only in " + model::env_name(ctx.state, env);
}

std::string words_of_stop(const ViewContext& ctx, const BreakView& stop) {
  std::string out = stop.gdb ? "Set in gdb, and changed there" : fmt::format("Stop {}", stop.number);
  out += fmt::format(": {}, {}", stop.where, whose_stop(ctx, stop.env));
  if (!stop.condition.empty()) out += fmt::format(", when {}", stop.condition);
  if (stop.ignore != 0) out += fmt::format(", passed the first {} times", grouped(stop.ignore));
  if (!stop.enabled) out += ", disabled";
  out += fmt::format(". Reached {}.", stop.hits == 1 ? "once" : fmt::format("{} times", grouped(stop.hits)));
  if (!stop.problem.empty()) out += "\n" + stop.problem;
  return out;
}

void draw_stop_sign(const ViewContext& ctx, ImVec2 centre, float radius, const BreakView& stop) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const bool all = stop.env == DebugBreak::kEverywhere;
  const ImU32 ink = all ? ctx.theme.accent : env_ink(ctx.theme, stop.env);
  if (stop.gdb) {  // a square: not one of ours
    const float half = radius * 0.8f;
    return list->AddRectFilled({centre.x - half, centre.y - half}, {centre.x + half, centre.y + half}, ink, ctx.px(1));
  }
  if (!stop.enabled) return list->AddCircle(centre, radius * 0.8f, ink, 20, ctx.px(1.5f));
  if (all)
    list->AddCircleFilled(centre, radius, ink, 20);
  else
    env_glyph(list, centre, radius, stop.env, ink);
  if (!stop.condition.empty()) list->AddCircleFilled(centre, radius * 0.4f, ctx.theme.panel, 12);
}

bool text_field(const ViewContext& ctx, const char* name, Box box, const char* hint, std::string_view tip,
                std::string& text) {
  ctx.mark(name, box);
  ImGui::SetCursorScreenPos(box.min);
  ImGui::PushID(name);
  ImGui::SetNextItemWidth(box.width());
  const bool entered = ImGui::InputTextWithHint("##field", hint, &text, ImGuiInputTextFlags_EnterReturnsTrue);
  if (ImGui::IsItemHovered() && !ImGui::IsItemActive()) tooltip(ctx, tip);
  ImGui::PopID();
  return entered;
}

float draw_section(const ViewContext& ctx, Box box, float y, std::string_view words) {
  draw_label(ctx, {box.min.x, y}, words);
  return y + ctx.fonts.label->FontSize + ctx.px(6);
}

}  // namespace exo::views
