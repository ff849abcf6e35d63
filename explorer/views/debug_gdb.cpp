// gdb beside the window: what to type so that it connects, whether it is there, and whether it stands elsewhere.
#include <imgui.h>

#include "explorer/views/arrangement.hpp"
#include "explorer/views/debug_parts.hpp"
#include "explorer/views/views.hpp"

namespace exo::views {
namespace {

const char* words_of(const debugger::GdbView& gdb) {
  if (!gdb.connected) return "gdb may connect. In a terminal:";
  if (gdb.moves) return "gdb is connected, and waits for the run to stop";
  if (gdb.behind) return "gdb is connected, and still shows where it was: exo here (in gdb) brings it here";
  return "gdb is connected, and stands here, too";
}

const char* tip_of(const debugger::GdbView& gdb) {
  if (!gdb.connected)
    return "gdb-multiarch as it is, or an IDE (assets/gdb/README.md), goes through this very run: one cursor for both.";
  if (gdb.moves) return "Esc stops the run, as Ctrl-C in gdb does.";
  return "Steps here and steps in gdb move the same run. gdb's stops stop it here, and the stops here stop gdb.";
}

}  // namespace

float draw_gdb(const ViewContext& ctx, Box box) {
  const debugger::GdbView& gdb = ctx.debug->gdb;
  if (!gdb.open) return 0;
  const Theme& t = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float small = ctx.fonts.small->FontSize, gap = ctx.px(6), pad = ctx.px(5);
  const float command = gdb.connected ? 0 : ctx.px(24) + gap;
  const Box ground{box.min, {box.max.x, box.min.y + small + 2 * pad + command}};
  list->AddRectFilled(ground.min, ground.max, t.card, ctx.px(3));
  if (gdb.connected) list->AddRectFilled(ground.min, {ground.min.x + ctx.px(3), ground.max.y}, t.accent, ctx.px(3));
  const float x = ground.min.x + ctx.px(10), right = ground.max.x - pad;
  draw_text_cut(list, ctx.fonts.small, {x, ground.min.y + pad}, right - x, gdb.connected ? t.text : t.soft,
                words_of(gdb));
  const Box words{ground.min, {ground.max.x, ground.min.y + small + 2 * pad}};
  if (touch(ctx, "gdb state", words).hovered) tooltip(ctx, tip_of(gdb));
  if (!gdb.connected) {
    const float y = words.max.y, copy = ctx.px(52);
    const Box field{{x, y}, {right - copy - gap, y + ctx.px(24)}};
    draw_text_cut(list, ctx.fonts.mono_small, {field.min.x, field.centre().y - ctx.fonts.mono_small->FontSize / 2},
                  field.width(), t.text, gdb.command);
    if (touch(ctx, "gdb command", field).hovered) tooltip(ctx, gdb.command);
    if (button(ctx, "gdb copy", {{right - copy, y}, {right, y + ctx.px(24)}}, "Copy",
               "Copies the command, to be put into a terminal"))
      ImGui::SetClipboardText(gdb.command.c_str());
  }
  return ground.height() + gap;
}

void let_gdb_connect(const ViewContext& ctx) {
  begin_debugging(ctx);
  show_panel_last(ctx.ui, panel_named("stops"));
  ctx.emit(model::DebugGdb{});
}

}  // namespace exo::views
