// The Variables panel: arguments, locals and watch expressions as trees. What changed since the last stop is marked,
// and what can't be read says why.
#include <fmt/format.h>

#include <algorithm>

#include "explorer/views/actions.hpp"
#include "explorer/views/debug_parts.hpp"
#include "explorer/views/overlay.hpp"
#include "explorer/views/views.hpp"

namespace exo::views {
namespace {

using debugger::ValueView;

constexpr const char* kMenu = "value menu";
constexpr int kDeepest = 24;

bool is_pointer(std::string_view type) {
  for (const std::string_view word : {" const", " volatile", "const"})
    if (type.ends_with(word)) type.remove_suffix(word.size());
  return type.ends_with('*');
}

/// What the value's part is called in an expression.
std::string expression_of(const std::string& whole, const ValueView& value, const ValueView& part) {
  if (part.name.empty()) return whole;
  if (part.name == "*") return "*" + whole;
  if (part.name[0] == '[') return whole + part.name;
  return whole + (is_pointer(value.type) ? "->" : ".") + part.name;
}

struct Rows {
  Box field;
  float y = 0, pitch = 0;
  float name_width = 0;
  bool menu = false;
};

void draw_value(const ViewContext& ctx, Rows& rows, const ValueView& value, const std::string& expression,
                const std::string& mark, int depth, bool watch) {
  const Theme& t = ctx.theme;
  DebugUi& ui = ctx.ui.debug;
  const Box row{{rows.field.min.x, rows.y}, {rows.field.max.x - ctx.px(10), rows.y + rows.pitch}};
  rows.y += rows.pitch;
  const bool open = ui.unfolded.contains(mark);
  if (row.max.y > rows.field.min.y && row.min.y < rows.field.max.y) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float right = watch ? row.max.x - ctx.px(22) : row.max.x;
    if (watch) {
      const Box remove{{right, row.min.y}, {row.max.x, row.max.y}};
      const Touch on = touch(ctx, "unwatch " + expression, remove);
      draw_text_centred(list, ctx.fonts.body, remove, on.hovered ? t.text : t.faint, "\u00d7");
      if (on.hovered) tooltip(ctx, "Watch this expression no more");
      if (on.clicked) ctx.emit(model::DebugWatch{expression, true});
    }
    const Touch on = touch(ctx, mark, {row.min, {right, row.max.y}});
    const bool chosen = ui.chosen == expression;
    if (chosen || on.hovered)
      list->AddRectFilled(row.min, {right, row.max.y}, chosen ? t.card_hover : t.card, ctx.px(3));
    if (value.changed) list->AddRectFilled(row.min, {row.min.x + ctx.px(2.5f), row.max.y}, t.accent);
    const float middle = row.centre().y, indent = row.min.x + ctx.px(8) + ctx.px(14) * float(depth);
    if (!value.parts.empty()) {
      const ImVec2 c{indent + ctx.px(4), middle};
      const float h = ctx.px(3.6f);
      if (open)
        list->AddTriangleFilled({c.x - h, c.y - h * 0.7f}, {c.x + h, c.y - h * 0.7f}, {c.x, c.y + h}, t.soft);
      else
        list->AddTriangleFilled({c.x - h * 0.7f, c.y - h}, {c.x + h, c.y}, {c.x - h * 0.7f, c.y + h}, t.soft);
    }
    const ImFont* mono = ctx.fonts.mono_small;
    const float y = middle - mono->FontSize / 2, x = indent + ctx.px(13), values = row.min.x + rows.name_width;
    draw_text_cut(list, mono, {x, y}, values - x - ctx.px(8), value.missing ? t.faint : t.soft,
                  value.name.empty() ? std::string_view(value.type) : std::string_view(value.name));
    const float type_width = std::min(text_width(ctx.fonts.small, value.type), (right - values) * 0.4f);
    const bool typed = right - values > ctx.px(190) && !value.missing;
    draw_text_cut(list, value.missing ? ctx.fonts.small : mono,
                  {values, value.missing ? middle - ctx.fonts.small->FontSize / 2 : y},
                  right - values - (typed ? type_width + ctx.px(12) : ctx.px(4)),
                  value.missing   ? t.faint
                  : value.changed ? t.accent
                                  : t.text,
                  value.text);
    if (typed)
      draw_text_cut(list, ctx.fonts.small, {right - ctx.px(4) - type_width, middle - ctx.fonts.small->FontSize / 2},
                    type_width + 1, t.faint, value.type);
    if (on.hovered)
      tooltip(ctx, fmt::format("{}\n{} {}{}{}", expression, value.type, value.text,
                               value.address ? fmt::format("\nat 0x{:08x}", *value.address) : std::string(),
                               value.changed ? "\nChanged since the last stop." : ""));
    if (on.clicked) {
      ui.chosen = expression;
      if (!value.parts.empty()) open ? (void)ui.unfolded.erase(mark) : (void)ui.unfolded.insert(mark);
    }
    if (on.asked) {
      ui.menu_value = ui.chosen = expression;
      ui.menu_at = ImGui::GetIO().MousePos;
      rows.menu = true;
    }
  }
  if (!open || depth >= kDeepest) return;
  for (std::size_t i = 0; i < value.parts.size(); ++i) {
    const ValueView& part = value.parts[i];
    draw_value(ctx, rows, part, expression_of(expression, value, part),
               fmt::format("{}/{}", mark, part.name.empty() ? fmt::format("#{}", i) : part.name), depth + 1, false);
  }
}

void draw_list(const ViewContext& ctx, Rows& rows, const char* heading, const char* kind,
               const std::vector<ValueView>& values, bool watch) {
  if (values.empty()) return;
  rows.y = draw_section(ctx, rows.field, rows.y + ctx.px(2), heading);
  for (std::size_t i = 0; i < values.size(); ++i)
    draw_value(ctx, rows, values[i], values[i].name, fmt::format("{} {}", kind, values[i].name), 0, watch);
  rows.y += ctx.px(6);
}

std::vector<MenuRow> menu(const ViewContext& ctx) {
  const std::string value = ctx.ui.debug.menu_value;
  const std::uint32_t env = ctx.debug->env;
  const auto stop = [&](const char* name, const char* text, const char* how) {
    return MenuRow{
        name, text, "", false, true, false, [&ctx, value, env, how] { ctx.emit(DebugBreak{how + value, env}); }};
  };
  const Action* last = action_named("debug.last-write");
  return {{"menu last write", "Back to its last write", last == nullptr ? "" : keys_of(*last), false,
           !ctx.debug->moving, false, [&ctx, value] { move(ctx, DebugMove::Kind::LastWrite, true, value); }},
          stop("menu stop written", "Stop when it is written", "write "),
          stop("menu stop read", "Stop when it is read", "read "),
          {"menu watch", "Watch it", "", false, true, true, [&ctx, value] { ctx.emit(model::DebugWatch{value}); }},
          {"menu memory", "Show it in memory", "", false, true, false,
           [&ctx, value] { show_memory_at(ctx, "&" + value, false); }}};
}

}  // namespace

void draw_variables(const ViewContext& ctx, Box box) {
  if (!debugging(ctx, box)) return;
  const debugger::View& view = *ctx.debug;
  const float height = ctx.px(26);
  const Box input{{box.min.x, box.max.y - height}, box.max};
  Rows rows;
  rows.field = {box.min, {box.max.x, input.min.y - ctx.px(6)}};
  rows.pitch = ctx.fonts.mono_small->FontSize + ctx.px(7);
  rows.name_width = std::clamp(box.width() * 0.34f, ctx.px(90), ctx.px(220));
  if (rows.field.height() > rows.pitch) {
    ImGui::SetCursorScreenPos(rows.field.min);
    ImGui::BeginChild("values", {rows.field.width(), rows.field.height()}, false);
    const ImVec2 origin = ImGui::GetCursorScreenPos();
    rows.y = origin.y;
    draw_list(ctx, rows, "ARGUMENTS", "argument", view.arguments, false);
    draw_list(ctx, rows, "LOCALS", "local", view.locals, false);
    draw_list(ctx, rows, "WATCHED", "watch", view.watches, true);
    if (rows.y == origin.y && !view.moving)
      rows.y += draw_text_wrapped(ImGui::GetWindowDrawList(), ctx.fonts.small, origin, rows.field.width() - ctx.px(12),
                                  ctx.theme.faint, "This frame has no arguments and no locals here.", 2);
    ImGui::SetCursorScreenPos({origin.x, rows.y});
    ImGui::Dummy({1, 1});
    ImGui::EndChild();
  }
  if (rows.menu) open_menu(kMenu);
  draw_menu(ctx, kMenu, ctx.ui.debug.menu_at, false, menu(ctx));
  std::string& watch = ctx.ui.debug.watch;
  if (text_field(ctx, "watch input", input, "Watch an expression: table[3].frame",
                 "A piece of C++ that is worked out at every stop. Enter adds it.", watch) &&
      !watch.empty()) {
    ctx.emit(model::DebugWatch{watch});
    watch.clear();
  }
}

}  // namespace exo::views
