// The Source panel: the text with the line that is next, stops in the margin, instructions between the lines if wanted.
// Only the rows in sight are drawn. Every stop scrolls the line it is at into sight.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "explorer/model/words.hpp"
#include "explorer/views/actions.hpp"
#include "explorer/views/debug_source_parts.hpp"
#include "explorer/views/rebuild_parts.hpp"
#include "explorer/views/sentence.hpp"
#include "explorer/views/views.hpp"

namespace exo::views {
namespace {

/// A row is a line, or an instruction that belongs to the line above it.
struct Row {
  std::uint32_t line = 0;  ///< 0: an instruction
  const debugger::InstructionView* code = nullptr;
};

std::vector<Row> rows_of(const debugger::View& view, bool code) {
  std::vector<Row> out;
  std::vector<std::vector<const debugger::InstructionView*>> of_line(code ? view.source.text.size() + 1 : 0);
  if (view.source.text.empty()) {
    for (const auto& one : view.code) out.push_back({0, &one});
    return out;
  }
  if (code) {
    std::uint32_t line = 0;  // what belongs to no line stands with what comes before it
    for (const auto& one : view.code) {
      if (one.line != 0) line = one.line;
      if (line != 0 && line < of_line.size()) of_line[line].push_back(&one);
    }
  }
  out.reserve(view.source.text.size() + (code ? view.code.size() : 0));
  for (std::uint32_t line = 1; line <= view.source.text.size(); ++line) {
    out.push_back({line, nullptr});
    if (code)
      for (const auto* one : of_line[line]) out.push_back({0, one});
  }
  return out;
}

struct Look {
  const debugger::View& view;
  const ImFont* mono;
  float cell, pitch;
  float number_right, arrow, text;  ///< x of the columns
  std::uint32_t next_line = 0;      ///< where the latest frame stands, if it is in this file
  std::uint32_t frame_line = 0;     ///< where the frame looked at stands, when that is another one
  std::uint32_t pc = 0;             ///< of the frame looked at
};

/// The next instruction is here: full. It called, and will come back: hollow.
void draw_arrow(const ViewContext& ctx, ImVec2 c, bool full) {
  const float h = ctx.px(4.5f);
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImVec2 a{c.x - h, c.y - h}, b{c.x + h, c.y}, d{c.x - h, c.y + h};
  if (full)
    list->AddTriangleFilled(a, b, d, ctx.theme.cursor);
  else
    list->AddTriangle(a, b, d, ctx.theme.cursor, ctx.px(1.4f));
}

void draw_go(const ViewContext& ctx, ImVec2 c) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float h = ctx.px(3.5f);
  for (const float x : {-h, h * 0.4f})
    list->AddTriangleFilled({c.x + x, c.y - h}, {c.x + x + h * 1.3f, c.y}, {c.x + x, c.y + h}, ctx.theme.accent);
}

void draw_line(const ViewContext& ctx, const Look& look, std::uint32_t line, Box row) {
  const Theme& t = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const debugger::SourceView& source = look.view.source;
  const bool has_code = line <= source.has_code.size() && source.has_code[line - 1];
  const bool next = line == look.next_line, caller = line == look.frame_line;
  const float y = row.centre().y - look.mono->FontSize / 2, middle = row.centre().y;
  const Box margin{row.min, {look.number_right + ctx.px(3), row.max.y}};
  const Box go{{margin.max.x, row.min.y}, {look.text - ctx.px(2), row.max.y}};
  const Touch on_margin = touch(ctx, fmt::format("stop {}", line), margin);
  const Touch on_go = touch(ctx, fmt::format("to {}", line), go);
  const Touch on_text = touch(ctx, fmt::format("line {}", line), {{go.max.x, row.min.y}, row.max});

  if (next || caller)
    list->AddRectFilled(row.min, row.max, next ? t.card_hover : t.card);
  else if (line == ctx.ui.debug.line || on_text.hovered)
    list->AddRectFilled({go.max.x, row.min.y}, row.max, faded(t.card, on_text.hovered ? 1.0f : 0.7f));
  if (line == ctx.ui.debug.line)
    list->AddRectFilled({go.max.x, row.min.y}, {go.max.x + ctx.px(2), row.max.y}, t.accent);
  if (next) list->AddRectFilled(row.min, {row.min.x + ctx.px(3), row.max.y}, t.cursor);

  const auto stops = stops_at(look.view, line);
  const ImVec2 sign{row.min.x + ctx.px(11), middle};
  if (!stops.empty())
    draw_stop_sign(ctx, sign, ctx.px(4.8f), *stops.front());
  else if (on_margin.hovered)
    list->AddCircle(sign, ctx.px(4.5f), has_code ? t.accent : t.faint, 20, ctx.px(1.2f));
  draw_text_right(list, look.mono, {look.number_right, y}, has_code ? t.text : faded(t.faint, 0.75f),
                  fmt::format("{}", line));
  if (next || caller)
    draw_arrow(ctx, {look.arrow, middle}, next);
  else if (on_go.hovered && has_code)
    draw_go(ctx, {look.arrow, middle});
  else if (has_code)
    list->AddRectFilled({look.arrow - ctx.px(1), middle - ctx.px(2)}, {look.arrow + ctx.px(1), middle + ctx.px(2)},
                        t.faint);
  std::string shown;
  const std::string* text = &source.text[line - 1];
  if (text->find('\t') != std::string::npos) {
    for (const char c : *text) c == '\t' ? shown.append(4 - shown.size() % 4, ' ') : shown.append(1, c);
    text = &shown;
  }
  draw_code_text(ctx, look.mono, {look.text + ctx.px(4), y}, *text, false);

  if (on_margin.hovered) {
    std::string tip;
    for (const BreakView* one : stops) tip += words_of_stop(ctx, *one) + "\n";
    tooltip(ctx, tip + (!stops.empty() ? "Click: no stop here any more."
                        : has_code     ? fmt::format("Click: stop here, {}. Right button: more.",
                                                     whose_stop(ctx, env_of_source(look.view)))
                                       : std::string("No code comes from this line: a stop is at the next one that "
                                                         "has some.")));
  }
  if (on_go.hovered && has_code) tooltip(ctx, with_keys("On to this line. With Shift: back to it", "debug.to-line"));
  if (on_margin.clicked) toggle_stop(ctx, line);
  if (on_go.clicked && has_code)
    move(ctx, DebugMove::Kind::To, ImGui::GetIO().KeyShift, place_of_line(look.view, line));
  if (on_text.clicked || on_margin.clicked) ctx.ui.debug.line = line;
  if (on_margin.asked || on_go.asked || on_text.asked) open_source_menu(ctx, line, 0);
}

void draw_instruction(const ViewContext& ctx, const Look& look, const debugger::InstructionView& one, Box row) {
  const Theme& t = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImFont* mono = ctx.fonts.mono_small;
  const bool next = one.address == look.pc;
  const float y = row.centre().y - mono->FontSize / 2, middle = row.centre().y;
  const Box margin{row.min, {look.number_right + ctx.px(3), row.max.y}};
  const Touch on_margin = touch(ctx, fmt::format("stop 0x{:08x}", one.address), margin);
  const Touch on = touch(ctx, fmt::format("instruction 0x{:08x}", one.address), {{margin.max.x, row.min.y}, row.max});
  if (next) list->AddRectFilled(row.min, row.max, look.view.frame == 0 ? t.card_hover : t.card);
  if (const BreakView* stop = stop_at_address(look.view, one.address))
    draw_stop_sign(ctx, {row.min.x + ctx.px(11), middle}, ctx.px(4), *stop);
  else if (on_margin.hovered)
    list->AddCircle({row.min.x + ctx.px(11), middle}, ctx.px(4), t.accent, 20, ctx.px(1.2f));
  if (next) draw_arrow(ctx, {look.arrow, middle}, look.view.frame == 0);
  const float x = look.text + ctx.px(look.view.source.text.empty() ? 4 : 20), cell = text_width(mono, "0");
  draw_text(list, mono, {x, y}, t.faint, fmt::format("{:08x}", one.address));
  draw_text(list, mono, {x + 10 * cell, y},
            next           ? t.text
            : one.readable ? t.soft
                           : t.faint,
            one.readable ? std::string_view(one.text)
            : look.view.env != debugger::kKernel && one.address < debugger::kKernelAddresses
                ? "no binding: it can't be read"
                : "it can't be read");
  if (on.hovered && one.readable) tooltip(ctx, fmt::format("0x{:08x}: the word {:08x}", one.address, one.word));
  if (on_margin.hovered) tooltip(ctx, "Stop at this instruction. Right button: more.");
  if (on_margin.clicked) {
    if (const BreakView* stop = stop_at_address(look.view, one.address))
      remove_stop(ctx, stop->number);
    else
      ctx.emit(DebugBreak{fmt::format("0x{:08x}", one.address), env_of_source(look.view)});
  }
  if (on_margin.asked || on.asked) open_source_menu(ctx, 0, one.address);
}

void draw_rows(const ViewContext& ctx, Box field) {
  const debugger::View& view = *ctx.debug;
  DebugUi& ui = ctx.ui.debug;
  const std::vector<Row> rows = rows_of(view, ui.code);
  Look look{
      view, ctx.fonts.mono, text_width(ctx.fonts.mono, "0"), std::floor(ctx.fonts.mono->FontSize + ctx.px(4.5f)), 0, 0,
      0};
  const FrameView* frame = frame_looked_at(view);
  if (frame != nullptr) {
    look.pc = frame->pc;
    if (view.frame == 0 && frame->file == view.source.file) look.next_line = frame->line;
    if (view.frame != 0) look.frame_line = frame->line;
    if (view.frame != 0 && view.frames[0].file == view.source.file) look.next_line = view.frames[0].line;
  }
  if (ui.file != view.source.file) {
    ui.file = view.source.file;
    ui.line = 0;
  }
  std::size_t longest = 0;
  for (const std::string& line : view.source.text) longest = std::max(longest, line.size());
  const float digits =
      std::max(3.0f, std::floor(std::log10(float(std::max<std::size_t>(1, view.source.text.size()))) + 1));

  ImGui::SetCursorScreenPos(field.min);
  ImGui::BeginChild("source text", {field.width(), field.height()}, false, ImGuiWindowFlags_HorizontalScrollbar);
  ctx.mark("source text", field);
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  look.number_right = origin.x + ctx.px(20) + digits * look.cell;
  look.arrow = look.number_right + ctx.px(11);
  look.text = look.arrow + ctx.px(10);
  const float width = std::max(field.width() - ctx.px(12), look.text - origin.x + look.cell * float(longest + 2));
  // A stop, or another frame, brings its line into sight.
  if (ui.seen != view.stops || ui.seen_frame != view.frame) {
    ui.seen = view.stops;
    ui.seen_frame = view.frame;
    const std::uint32_t wanted = look.frame_line != 0 ? look.frame_line : look.next_line;
    for (std::size_t i = 0; i < rows.size(); ++i)
      if (rows[i].code != nullptr && (wanted == 0 || ui.code) ? rows[i].code->address == look.pc
                                                              : rows[i].line != 0 && rows[i].line == wanted) {
        const float y = look.pitch * float(i), top = ImGui::GetScrollY(), room = field.height();
        if (y < top + 2 * look.pitch || y > top + room - 4 * look.pitch)
          ImGui::SetScrollY(std::max(0.0f, y - room * 0.4f));
        if (wanted != 0 && rows[i].line == wanted) ui.line = wanted;
      }
  }
  const auto first = std::size_t(std::max(0.0f, (field.min.y - origin.y) / look.pitch));
  const std::size_t last = std::min(rows.size(), first + std::size_t(field.height() / look.pitch) + 2);
  for (std::size_t i = first; i < last; ++i) {
    const Box row{{origin.x, origin.y + look.pitch * float(i)},
                  {origin.x + width, origin.y + look.pitch * float(i + 1)}};
    if (rows[i].line != 0)
      draw_line(ctx, look, rows[i].line, row);
    else
      draw_instruction(ctx, look, *rows[i].code, row);
  }
  ImGui::SetCursorScreenPos({origin.x, origin.y + look.pitch * float(rows.size())});
  ImGui::Dummy({width, 1});
  ImGui::EndChild();
}

/// Where it stands, why there, and how far the run is.
void draw_status(const ViewContext& ctx, Box box) {
  const debugger::View& view = *ctx.debug;
  const Theme& t = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  ctx.mark("debug status", box);
  float x = box.min.x, right = box.max.x;
  const float y = box.centre().y - ctx.fonts.small->FontSize / 2;
  if (view.moving) {
    const Box stop{{right - ctx.px(112), box.min.y}, box.max};
    action_button(ctx, "debug.interrupt", "debug interrupt", stop, "Stop (Esc)");
    right = stop.min.x - ctx.px(8);
  } else {
    const std::string at = fmt::format("event {}, instruction {}", grouped(view.event), grouped(view.instant));
    draw_text_right(list, ctx.fonts.small, {right, y}, t.faint, at);
    right -= text_width(ctx.fonts.small, at) + ctx.px(10);
  }
  env_glyph(list, {x + ctx.px(5), box.centre().y}, ctx.px(4.5f), view.env, env_colour(t, view.env));
  x += ctx.px(15);
  x += draw_text(list, ctx.fonts.small, {x, y}, env_ink(t, view.env), model::env_name(ctx.state, view.env)) + ctx.px(8);
  draw_text_cut(list, ctx.fonts.small, {x, y}, right - x,
                view.failed   ? t.gap
                : view.moving ? t.accent
                              : t.text,
                view.status);
}

}  // namespace

void draw_source(const ViewContext& ctx, Box box) {
  if (ctx.opened != nullptr) return draw_opened_source(ctx, box);
  if (!debugging(ctx, box)) return;
  const debugger::View& view = *ctx.debug;
  const Theme& t = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float height = ctx.px(26);
  float y = box.min.y;
  const float x = draw_steps(ctx, {{box.min.x, y}, {box.max.x, y + height}}, box.width() >= ctx.px(820)) + ctx.px(8);
  const Box code{{box.max.x - ctx.px(58), y}, {box.max.x, y + height}};
  action_button(ctx, "debug.code", "debug code", code, "Code", {.active = ctx.ui.debug.code});
  const Box rebuild{{code.min.x - ctx.px(78), y}, {code.min.x - ctx.px(5), y + height}};
  action_button(ctx, "debug.rebuild", "rebuild", rebuild, "Rebuild");
  const FrameView* frame = frame_looked_at(view);
  const std::string where = frame == nullptr           ? std::string()
                            : view.source.file.empty() ? frame->function
                                                       : fmt::format("{}:{}", view.source.file, frame->line);
  draw_text_cut(list, ctx.fonts.small, {x, y + (height - ctx.fonts.small->FontSize) / 2}, rebuild.min.x - x - ctx.px(8),
                t.soft, where);
  if (frame != nullptr && touch(ctx, "source file", {{x, y}, {rebuild.min.x - ctx.px(8), y + height}}).hovered)
    tooltip(ctx, fmt::format("{}\n{}", where, frame->function));
  y += height + ctx.px(6);
  if (!view.source.warning.empty() || (view.source.text.empty() && !view.code.empty())) {
    const std::string words = !view.source.warning.empty()
                                  ? view.source.warning
                                  : std::string("Nobody knows the source of this code: its instructions.");
    const Box line{{box.min.x, y}, {box.max.x, y + ctx.fonts.small->FontSize + ctx.px(6)}};
    list->AddRectFilled(line.min, line.max, faded(t.gap, view.source.warning.empty() ? 0.08f : 0.18f), ctx.px(3));
    draw_text_cut(list, ctx.fonts.small, {line.min.x + ctx.px(8), line.min.y + ctx.px(3)}, line.width() - ctx.px(16),
                  t.text, words);
    ctx.mark("source warning", line);
    y = line.max.y + ctx.px(4);
  }
  const Box status{{box.min.x, box.max.y - ctx.px(20)}, box.max};
  const Box field{{box.min.x, y}, {box.max.x, status.min.y - ctx.px(4)}};
  if (field.height() > ctx.px(16)) {
    if (view.frames.empty())
      draw_sentence(ctx, ctx.fonts.body, {field.min.x, field.min.y + ctx.px(8)}, std::min(field.width(), ctx.px(480)),
                    t.faint, view.moving ? std::string() : view.stack_end);
    else
      draw_rows(ctx, field);
  }
  draw_status(ctx, status);
  draw_source_menu(ctx);
}

}  // namespace exo::views
