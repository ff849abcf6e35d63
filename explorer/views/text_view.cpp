// The moment in plain English lines, as text that can be selected with the keyboard, copied, and read by a screen
// reader from the clipboard: the same that `exoscope state --words` prints.
#include <imgui.h>
#include <imgui_stdlib.h>

#include <algorithm>

#include "explorer/model/object_words.hpp"
#include "explorer/views/views.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {

namespace {

/// The text of the moment, made when the moment changes.
const std::string& mirror_of(const ViewContext& ctx) {
  WordsUi& ui = ctx.ui.words;
  const int step = ctx.story.current(ctx.cursor);
  if (ui.mirror_at == ctx.cursor && ui.mirror_of == ctx.newest() && ui.mirror_step == step) return ui.mirror;
  ui.mirror.clear();
  for (const std::string& line : model::text_mirror(ctx.history, ctx.state, ctx.story)) ui.mirror += line + "\n";
  ui.mirror_at = ctx.cursor;
  ui.mirror_of = ctx.newest();
  ui.mirror_step = step;
  return ui.mirror;
}

/// Dear ImGui does not break lines in a field that can be selected, so they are broken here.
std::string broken(const ImFont* font, std::string_view text, float width) {
  std::string shown;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    while (!line.empty()) {
      const char* cut = font->CalcWordWrapPositionA(1.0f, line.data(), line.data() + line.size(), width);
      const auto taken = std::max<std::size_t>(1, std::size_t(cut - line.data()));
      shown.append(line.substr(0, taken)).push_back('\n');
      line.remove_prefix(taken);
      while (!line.empty() && line.front() == ' ') line.remove_prefix(1);
      if (!line.empty()) shown += "    ";
    }
  }
  return shown;
}

}  // namespace

void copy_moment(const ViewContext& ctx) { ImGui::SetClipboardText(mirror_of(ctx).c_str()); }

void draw_text_mirror(const ViewContext& ctx, Box box) {
  const float bar = ctx.px(28);
  const Box copy{box.min, {box.min.x + ctx.px(90), box.min.y + bar}};
  if (button(ctx, "copy text", copy, "Copy all", "Puts these lines on the clipboard")) copy_moment(ctx);
  draw_text_cut(ImGui::GetWindowDrawList(), ctx.fonts.small,
                {copy.max.x + ctx.px(12), copy.centre().y - ctx.fonts.small->FontSize / 2},
                box.max.x - copy.max.x - ctx.px(12), ctx.theme.faint,
                "Select with the mouse, or click and use Ctrl+A, Shift and the arrows, Ctrl+C");
  const Box body{{box.min.x, box.min.y + bar + ctx.px(10)}, box.max};
  ctx.mark("text mirror", body);
  std::string shown = broken(ctx.fonts.body, mirror_of(ctx), body.width() - ctx.px(50));
  ImGui::SetCursorScreenPos(body.min);
  ImGui::PushFont(ctx.fonts.body);
  ImGui::PushStyleColor(ImGuiCol_FrameBg, ctx.theme.panel);
  ImGui::InputTextMultiline("##text mirror", &shown, {body.width(), body.height()}, ImGuiInputTextFlags_ReadOnly);
  if (ImGui::IsItemHovered() && !ImGui::IsItemActive()) tooltip(ctx, "What this moment is, in words");
  ImGui::PopStyleColor();
  ImGui::PopFont();
}

}  // namespace exo::views
