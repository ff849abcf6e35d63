// The Stack panel: whom to look at, and the frames of that one, the latest first. Where a frame was entered through the
// kernel, or from it, a line with words is drawn between the two.
#include <fmt/format.h>

#include <algorithm>

#include "explorer/model/words.hpp"
#include "explorer/views/debug_parts.hpp"
#include "explorer/views/sentence.hpp"
#include "explorer/views/views.hpp"

namespace exo::views {
namespace {

/// Environments as chips, in as many lines as they need; returns the y below them.
float draw_threads(const ViewContext& ctx, Box box) {
  const debugger::View& view = *ctx.debug;
  const Theme& t = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float height = ctx.fonts.small->FontSize + ctx.px(10), most = box.min.y + box.height() * 0.45f;
  float x = box.min.x, y = box.min.y;
  for (const debugger::Thread& one : view.threads) {
    const std::string name = model::env_name(ctx.state, one.env);
    const float width = text_width(ctx.fonts.small, name) + ctx.px(27);
    if (x > box.min.x && x + width > box.max.x) {
      x = box.min.x;
      y += height + ctx.px(4);
    }
    if (y + height > most) break;
    const Box chip{{x, y}, {x + width, y + height}};
    const Touch on = touch(ctx, fmt::format("look {}", one.env), chip);
    const bool chosen = one.env == view.env;
    list->AddRectFilled(chip.min, chip.max, chosen || on.hovered ? t.card_hover : t.card, height / 2);
    list->AddRect(chip.min, chip.max, chosen ? t.accent : t.line, height / 2, 0, ctx.px(chosen ? 1.6f : 1.0f));
    env_glyph(list, {chip.min.x + ctx.px(12), chip.centre().y}, ctx.px(4.2f), one.env, env_colour(t, one.env));
    draw_text(list, ctx.fonts.small, {chip.min.x + ctx.px(20), y + ctx.px(5)},
              chosen                    ? t.text
              : one.env == view.running ? t.text
                                        : t.soft,
              name);
    if (one.env == view.running)  // its instruction is next
      list->AddRectFilled({chip.min.x + height / 2, chip.max.y - ctx.px(2)},
                          {chip.max.x - height / 2, chip.max.y - ctx.px(0.5f)}, t.cursor);
    if (on.hovered)
      tooltip(ctx, fmt::format("{}: {}.{} Click: look at it.", name, one.doing,
                               one.env == view.running ? " Its instruction is next." : ""));
    if (on.clicked && !chosen) ctx.emit(model::DebugLook{one.env, 0});
    x += width + ctx.px(5);
  }
  return y + height + ctx.px(8);
}

/// What lies between two frames, with the colour of the outer one's side at its right end.
void draw_boundary(const ViewContext& ctx, std::size_t i, Box row, const std::string& words, std::uint32_t from,
                   std::uint32_t to) {
  const Theme& t = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float y = row.centre().y, wide = text_width(ctx.fonts.small, words);
  const float x = row.min.x + ctx.px(26);
  list->AddRectFilled({row.min.x, y - ctx.px(0.75f)}, {x - ctx.px(6), y + ctx.px(0.75f)}, env_colour(t, from));
  draw_text_cut(list, ctx.fonts.small, {x, y - ctx.fonts.small->FontSize / 2}, row.max.x - x - ctx.px(30), t.soft,
                words);
  const float end = std::min(x + wide + ctx.px(6), row.max.x - ctx.px(24));
  list->AddRectFilled({end, y - ctx.px(0.75f)}, {row.max.x, y + ctx.px(0.75f)}, env_colour(t, to));
  const Touch on = touch(ctx, fmt::format("boundary {}", i), row);
  if (on.hovered)
    tooltip(ctx, fmt::format("{}: above it runs {}, below it {} waits.", words, model::env_name(ctx.state, from),
                             model::env_name(ctx.state, to)));
}

void draw_frame(const ViewContext& ctx, std::size_t i, Box row) {
  const debugger::View& view = *ctx.debug;
  const FrameView& frame = view.frames[i];
  const Theme& t = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Touch on = touch(ctx, fmt::format("frame of stack {}", i), row);
  const bool chosen = i == view.frame;
  if (chosen || on.hovered) list->AddRectFilled(row.min, row.max, chosen ? t.card_hover : t.card, ctx.px(3));
  if (chosen) list->AddRectFilled(row.min, {row.min.x + ctx.px(3), row.max.y}, i == 0 ? t.cursor : t.accent);
  const float middle = row.centre().y, x = row.min.x + ctx.px(30);
  draw_text_right(list, ctx.fonts.mono_small, {row.min.x + ctx.px(24), middle - ctx.fonts.mono_small->FontSize / 2},
                  t.faint, fmt::format("{}", i));
  env_glyph(list, {x + ctx.px(5), middle}, ctx.px(4.5f), frame.env, env_colour(t, frame.env));
  const std::string place = frame.file.empty()
                                ? fmt::format("0x{:08x}", frame.pc)
                                : fmt::format("{}:{}", frame.file.substr(frame.file.rfind('/') + 1), frame.line);
  const float wide = text_width(ctx.fonts.mono_small, place);
  std::string name = frame.function;
  if (frame.inlined) name += "  (inlined)";
  if (frame.guess) name += "  (a guess)";
  const float start = x + ctx.px(15), room = row.max.x - start - ctx.px(8);
  // The name comes first; the place gives way.
  const bool both = text_width(ctx.fonts.body, name) + wide + ctx.px(12) <= room;
  draw_text_cut(list, ctx.fonts.body, {start, middle - ctx.fonts.body->FontSize / 2},
                both ? room : std::max(room - wide - ctx.px(12), room * 0.55f),
                frame.guess ? t.soft : env_ink(t, frame.env), name);
  draw_text_cut(list, ctx.fonts.mono_small,
                {both ? row.max.x - ctx.px(6) - wide : std::max(row.max.x - ctx.px(6) - wide, start + room * 0.58f),
                 middle - ctx.fonts.mono_small->FontSize / 2},
                both ? wide + 1 : std::min(wide + 1, room * 0.42f), t.soft, place);
  if (on.hovered)
    tooltip(ctx,
            fmt::format("{}\n{}, in {}, at 0x{:08x}{}{}", frame.function,
                        frame.file.empty() ? "nobody knows its source" : fmt::format("{}:{}", frame.file, frame.line),
                        model::env_name(ctx.state, frame.env), frame.pc,
                        frame.inlined ? "\nIt is part of the function below: the compiler put it there." : "",
                        frame.guess ? "\nFound without the compiler's word: it may be wrong." : ""));
  if (on.clicked && !chosen) ctx.emit(model::DebugLook{view.env, std::uint32_t(i)});
}

}  // namespace

void draw_stack(const ViewContext& ctx, Box box) {
  if (!debugging(ctx, box)) return;
  const debugger::View& view = *ctx.debug;
  const float y0 = draw_threads(ctx, box);
  const Box field{{box.min.x, y0}, box.max};
  if (field.height() < ctx.px(16)) return;
  ImGui::SetCursorScreenPos(field.min);
  ImGui::BeginChild("frames", {field.width(), field.height()}, false);
  const float right = field.max.x - ctx.px(10), pitch = ctx.fonts.body->FontSize + ctx.px(8);
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  float y = origin.y;
  const auto in_sight = [&](float top) { return top + pitch >= field.min.y && top <= field.max.y; };
  for (std::size_t i = 0; i < view.frames.size(); ++i) {
    const FrameView& frame = view.frames[i];
    if (i > 0 && !frame.boundary.empty()) {
      if (in_sight(y))
        draw_boundary(ctx, i, {{field.min.x, y}, {right, y + pitch}}, frame.boundary, view.frames[i - 1].env,
                      frame.env);
      y += pitch;
    }
    if (in_sight(y)) draw_frame(ctx, i, {{field.min.x, y}, {right, y + pitch}});
    y += pitch;
  }
  if (!view.stack_end.empty()) {
    y += ctx.px(4);
    y += draw_text_wrapped(ImGui::GetWindowDrawList(), ctx.fonts.small, {field.min.x + ctx.px(30), y},
                           right - field.min.x - ctx.px(30), ctx.theme.faint, view.stack_end, 3);
    ctx.mark("stack end", {{field.min.x, y - pitch}, {right, y}});
  }
  ImGui::SetCursorScreenPos({origin.x, y});
  ImGui::Dummy({1, 1});
  ImGui::EndChild();
}

}  // namespace exo::views
