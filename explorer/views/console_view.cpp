// What the environments printed, each in its colour, line by line in the order in which the lines began. What is
// printed later than the cursor is faint. Only the rows in sight are worded, so hundreds of thousands cost what forty
// do.
#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "explorer/model/words.hpp"
#include "explorer/views/incidents_view.hpp"
#include "explorer/views/sentence.hpp"
#include "explorer/views/views.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

using model::ConsoleLine;
using model::ConsoleLines;

constexpr std::size_t kBudget = 400'000;        // events a frame
constexpr std::size_t kMostCopied = 1'000'000;  // bytes

std::uint64_t bit_of(std::uint32_t env) { return std::uint64_t{1} << (env % abi::kMaxEnvironments); }

/// The lines that are shown, by row.
class Rows {
 public:
  explicit Rows(ConsoleUi& ui) : ui_(ui) {
    const std::uint64_t gone = ui.lines.gone(), all = gone + ui.lines.size();
    if (ui.hidden != ui.shown_for || ui.shown_to > all || ui.shown_to < gone) {
      ui.shown.clear();
      ui.shown_for = ui.hidden;
      ui.shown_to = gone;
    }
    if (ui.hidden == 0) return;
    ui.shown.erase(ui.shown.begin(), std::ranges::lower_bound(ui.shown, gone));
    for (; ui.shown_to < all; ++ui.shown_to)
      if ((ui.hidden & bit_of(ui.lines[std::size_t(ui.shown_to - gone)].env)) == 0) ui.shown.push_back(ui.shown_to);
  }
  [[nodiscard]] std::size_t size() const { return ui_.hidden == 0 ? ui_.lines.size() : ui_.shown.size(); }
  /// Place of the line among the lines there are.
  [[nodiscard]] std::size_t line(std::size_t row) const {
    return ui_.hidden == 0 ? row : std::size_t(ui_.shown[row] - ui_.lines.gone());
  }
  /// The row of the last line that has begun at an event; size() when there is none.
  [[nodiscard]] std::size_t at(model::EventNumber event) const {
    const std::size_t line = ui_.lines.line_at(event);
    if (line == ui_.lines.size()) return size();
    if (ui_.hidden == 0) return line;
    const auto after = std::ranges::upper_bound(ui_.shown, ui_.lines.gone() + line);
    return after == ui_.shown.begin() ? size() : std::size_t(after - ui_.shown.begin()) - 1;
  }

 private:
  ConsoleUi& ui_;
};

std::string text_of(const ViewContext& ctx, std::size_t index, model::EventNumber at) {
  const ConsoleLines& lines = ctx.ui.console.lines;
  const ConsoleLine& line = lines[index];
  if (!line.mark) return model::console_text(lines.bytes_at(ctx.history, index, at));
  if (const model::Incident* incident = incident_at(ctx, line.event)) return model::printable(incident->text);
  return model::sentence(ctx.history.event(line.event), ctx.history.newest());
}

std::string whole_line(const ViewContext& ctx, std::size_t index) {
  const ConsoleLine& line = ctx.ui.console.lines[index];
  return fmt::format("{} us  {}  {}\n", model::micros(line.at), model::env_name(ctx.history.newest(), line.env),
                     text_of(ctx, index, ctx.newest()));
}

void copy_rows(const ViewContext& ctx, const Rows& rows) {
  std::string text;
  for (std::size_t row = 0; row < rows.size() && text.size() < kMostCopied; ++row)
    if (ctx.ui.console.lines[rows.line(row)].event <= ctx.cursor) text += whole_line(ctx, rows.line(row));
  ImGui::SetClipboardText(text.c_str());
}

/// Whose lines there are, as chips, and the buttons; returns where the lines begin.
float draw_head(const ViewContext& ctx, Box box, const Rows& rows) {
  const Theme& t = ctx.theme;
  ConsoleUi& ui = ctx.ui.console;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float height = ctx.fonts.small->FontSize + ctx.px(10), copy = ctx.px(64);
  if (button(ctx, "console copy", {{box.max.x - copy, box.min.y}, {box.max.x, box.min.y + height}}, "Copy",
             "Puts the lines that are shown, up to this moment, on the clipboard"))
    copy_rows(ctx, rows);
  float x = box.min.x, y = box.min.y;
  const float right = box.max.x - copy - ctx.px(8), most = box.min.y + box.height() * 0.3f;
  for (std::uint64_t who = ui.lines.who(); who != 0; who &= who - 1) {
    const auto env = std::uint32_t(std::countr_zero(who));
    const std::string name = model::env_name(ctx.history.newest(), env);
    const float width = text_width(ctx.fonts.small, name) + ctx.px(27);
    if (x > box.min.x && x + width > right) {
      x = box.min.x;
      y += height + ctx.px(4);
    }
    if (y + height > most) break;
    const Box chip{{x, y}, {x + width, y + height}};
    const Touch on = touch(ctx, fmt::format("console {}", env), chip);
    const bool shown = (ui.hidden & bit_of(env)) == 0;
    if (shown) list->AddRectFilled(chip.min, chip.max, on.hovered ? t.card_hover : t.card, height / 2);
    list->AddRect(chip.min, chip.max, t.line, height / 2, 0, ctx.px(1));
    env_glyph(list, {chip.min.x + ctx.px(12), chip.centre().y}, ctx.px(4.2f), env,
              faded(env_colour(t, env), shown ? 1.0f : 0.4f));
    draw_text(list, ctx.fonts.small, {chip.min.x + ctx.px(20), y + ctx.px(5)}, shown ? t.text : faded(t.faint, 0.7f),
              name);
    if (on.hovered)
      tooltip(ctx, fmt::format("{} what {} prints. With Ctrl: only that.", shown ? "Hide" : "Show", name));
    if (on.clicked) {
      const std::uint64_t others = ui.lines.who() & ~bit_of(env);
      const bool only = (ui.hidden & ui.lines.who()) == others;
      ui.hidden = !ImGui::GetIO().KeyCtrl ? ui.hidden ^ bit_of(env) : only ? 0 : others;
    }
    x += width + ctx.px(5);
  }
  return y + height + ctx.px(8);
}

void draw_line(const ViewContext& ctx, Box row, std::size_t index, float text_x, float time_x) {
  const Theme& t = ctx.theme;
  ConsoleUi& ui = ctx.ui.console;
  const ConsoleLine& line = ui.lines[index];
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Touch on = touch(ctx, fmt::format("console line {}", ui.lines.gone() + index), row);
  const bool later = line.event > ctx.cursor, half = !later && line.last > ctx.cursor;
  const float fade = later ? 0.5f : 1.0f;
  if (line.mark) list->AddRectFilled(row.min, row.max, faded(t.gap, 0.13f * fade));
  if (on.hovered) list->AddRectFilled(row.min, row.max, t.card);
  const float middle = row.centre().y, small = middle - ctx.fonts.mono_small->FontSize / 2;
  if (time_x > 0)
    draw_text_right(list, ctx.fonts.mono_small, {time_x, small}, faded(t.soft, fade), micros_text(line.at));
  const std::string name = model::env_name(ctx.history.newest(), line.env);
  const float x = (time_x > 0 ? time_x : row.min.x) + ctx.px(15);
  env_glyph(list, {x, middle}, ctx.px(4.2f), line.env, faded(env_colour(t, line.env), fade));
  draw_text_cut(list, ctx.fonts.small, {x + ctx.px(10), middle - ctx.fonts.small->FontSize / 2},
                text_x - x - ctx.px(16), faded(env_ink(t, line.env), fade), name);
  // Half printed at the cursor: so much of it, and what follows is faint like all that comes later.
  const std::string text = text_of(ctx, index, later ? line.last : ctx.cursor);
  const ImFont* font = line.mark ? ctx.fonts.body : ctx.fonts.mono;
  const float y = middle - font->FontSize / 2, room = row.max.x - text_x - ctx.px(6);
  draw_text_cut(list, font, {text_x, y}, room, faded(line.mark ? t.text : env_ink(t, line.env), fade), text);
  if (half && !line.mark) {
    const std::string whole = text_of(ctx, index, line.last);
    const float done = text_width(font, text);
    if (whole.size() > text.size() && done < room)
      draw_text_cut(list, font, {text_x + done, y}, room - done, faded(env_ink(t, line.env), 0.5f),
                    std::string_view(whole).substr(text.size()));
  }
  if (on.hovered)
    tooltip(ctx, fmt::format("{}\n{}, {} \u00b5s, event {}{}. Click: {}", text_of(ctx, index, line.last), name,
                             micros_text(line.at), grouped(line.event), line.open ? "; the line has not ended" : "",
                             line.mark ? "go there, with its stack and source." : "go to that moment."));
  if (on.asked) {
    ui.menu_line = ui.lines.gone() + index + 1;
    ImGui::OpenPopup("console menu");
  }
  if (!on.clicked) return;
  const model::Incident* incident = line.mark ? incident_at(ctx, line.event) : nullptr;
  if (incident != nullptr) return go_to_incident(ctx, *incident);
  ctx.out.push_back(model::Seek{line.last});
  ctx.ui.range.follow = true;
}

void draw_line_menu(const ViewContext& ctx, const Rows& rows) {
  ConsoleUi& ui = ctx.ui.console;
  if (!ImGui::BeginPopup("console menu")) return;
  const std::uint64_t number = ui.menu_line - 1;
  if (ui.menu_line == 0 || number < ui.lines.gone() || number >= ui.lines.gone() + ui.lines.size()) {
    ImGui::EndPopup();
    return;
  }
  const auto index = std::size_t(number - ui.lines.gone());
  const std::uint32_t env = ui.lines[index].env;
  if (ImGui::Selectable("Copy this line")) ImGui::SetClipboardText(text_of(ctx, index, ctx.newest()).c_str());
  if (ImGui::Selectable("Copy all that is shown, up to this moment")) copy_rows(ctx, rows);
  ImGui::Separator();
  if (ImGui::Selectable(fmt::format("Only {}###only", model::env_name(ctx.history.newest(), env)).c_str()))
    ui.hidden = ui.lines.who() & ~bit_of(env);
  if (ImGui::Selectable("Everyone", false, ui.hidden == 0 ? ImGuiSelectableFlags_Disabled : 0)) ui.hidden = 0;
  ImGui::EndPopup();
}

}  // namespace

void draw_console(const ViewContext& ctx, Box box) {
  const Theme& t = ctx.theme;
  ConsoleUi& ui = ctx.ui.console;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const std::uint64_t gone = ui.lines.gone();
  ui.lines.update(ctx.history, kBudget);
  const bool reading = ui.lines.scanned() < ctx.newest();
  ui.busy = reading;
  const Rows rows(ui);
  if (ui.lines.size() == 0) {
    const std::string words =
        reading ? fmt::format("Reading the trace: {}%.", ui.lines.scanned() * 100 / ctx.newest())
                : "No environment has printed anything. A library OS prints with print(\"text\\n\"), from "
                  "libos/base/note.hpp: each line stands here, in its colour, at the moment when it was printed.";
    (void)draw_sentence(ctx, ctx.fonts.body, {box.min.x, box.min.y + ctx.px(6)}, std::min(box.width(), ctx.px(480)),
                        t.faint, words);
    return;
  }
  const float head = draw_head(ctx, box, rows);
  const float bar = ctx.px(10), pitch = std::floor(ctx.fonts.mono->FontSize + ctx.px(6));
  const Box table{{box.min.x, head}, {box.max.x - bar - ctx.px(4), box.max.y}};
  if (table.height() < pitch) return;
  const auto count = double(rows.size());
  const double page = std::max(1.0, std::floor(double(table.height() / pitch)));
  const double most = std::max(0.0, count - page);
  if (ui.lines.gone() > gone) ui.top -= double(ui.lines.gone() - gone);
  // The cursor moved, or more was printed where it follows: the last line up to it stays in sight.
  const bool grown = ctx.following && ui.count != ui.lines.gone() + ui.lines.size();
  if (ui.cursor != ctx.cursor || grown || ctx.ui.scroll_to_cursor) {
    const std::size_t row = rows.at(ctx.cursor);
    const double at = row == rows.size() ? 0 : double(row);
    if (at < ui.top || at > ui.top + page - 1) ui.top = ctx.following ? most : at - std::floor(page * 0.6);
    ui.cursor = ctx.cursor;
    ui.count = ui.lines.gone() + ui.lines.size();
  }
  const ImGuiIO& io = ImGui::GetIO();
  if (table.contains(io.MousePos) && io.MouseWheel != 0 &&
      ImGui::IsWindowHovered(ImGuiHoveredFlags_AllowWhenBlockedByActiveItem))
    ui.top -= double(io.MouseWheel) * 3;
  const Box rail{{box.max.x - bar, table.min.y}, {box.max.x, table.max.y}};
  const Touch on = touch(ctx, "console scroll", rail);
  const float thumb = std::max(ctx.px(24), rail.height() * float(std::min(1.0, page / std::max(1.0, count))));
  if (on.held && most > 0)
    ui.top =
        std::clamp(double((io.MousePos.y - rail.min.y - thumb / 2) / std::max(1.0f, rail.height() - thumb)), 0.0, 1.0) *
        most;
  if (on.hovered)
    tooltip(ctx,
            fmt::format("{}{}", plural(rows.size(), "line"), ui.lines.gone() == 0 ? "" : ": older ones are not kept"));
  ui.top = std::clamp(ui.top, 0.0, most);
  if (most > 0) {
    const float thumb_y = rail.min.y + float(ui.top / most) * (rail.height() - thumb);
    list->AddRectFilled({rail.min.x + ctx.px(2), thumb_y}, {rail.max.x, thumb_y + thumb},
                        on.hovered || on.held ? t.faint : t.line, ctx.px(4));
  }
  if (count == 0)
    draw_text(list, ctx.fonts.body, {table.min.x, table.min.y + ctx.px(8)}, t.faint, "Everyone's lines are hidden.");
  // A narrow place has no times, and no room for long names.
  const bool narrow = table.width() < ctx.px(420);
  const float time_x = narrow ? 0 : table.min.x + text_width(ctx.fonts.mono_small, "00 000 000.00") + ctx.px(4);
  const float text_x = (narrow ? table.min.x : time_x) + ctx.px(table.width() < ctx.px(620) ? 92.0f : 120.0f);
  list->PushClipRect(table.min, table.max, true);
  const auto first = std::size_t(ui.top);
  for (std::size_t i = 0; i <= std::size_t(page) && first + i < rows.size(); ++i) {
    const float y = std::floor(table.min.y + pitch * float(i));
    draw_line(ctx, {{table.min.x, y}, {table.max.x, y + pitch}}, rows.line(first + i), text_x, time_x);
  }
  // The moment shown lies behind the last line that has begun.
  if (const std::size_t row = rows.at(ctx.cursor); row < rows.size()) {
    const float y = std::floor(table.min.y + pitch * float(double(row) + 1 - std::floor(ui.top)));
    if (row + 1 < rows.size())
      list->AddRectFilled({table.min.x, y - ctx.px(0.75f)}, {table.max.x, y + ctx.px(0.75f)}, t.cursor);
  }
  list->PopClipRect();
  draw_line_menu(ctx, rows);
}

}  // namespace exo::views
