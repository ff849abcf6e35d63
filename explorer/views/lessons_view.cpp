#include "explorer/views/lessons_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "explorer/views/actions.hpp"
#include "explorer/views/overlay.hpp"
#include "explorer/views/sentence.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

int index_of(const ViewContext& ctx, std::string_view name) {
  const auto found = std::ranges::find(ctx.lessons, name, &LessonCard::name);
  return found == ctx.lessons.end() ? -1 : int(found - ctx.lessons.begin());
}

std::string_view lesson_now(const ViewContext& ctx) {
  return ctx.story.lesson.empty() ? lesson_of(ctx.source) : std::string_view(ctx.story.lesson);
}

int columns(const ViewContext& ctx, float width) { return width >= ctx.px(880) ? 2 : 1; }

void choose(ShellUi& shell, int count, int which) {
  shell.lesson = std::clamp(which, 0, std::max(0, count - 1));
  shell.lesson_moved = true;
}

/// The one under way is there already; any other is opened.
void take(const ViewContext& ctx) {
  ShellUi& shell = ctx.ui.shell;
  shell.lessons_open = false;
  if (shell.lesson < 0 || shell.lesson >= int(ctx.lessons.size())) return;
  const LessonCard& lesson = ctx.lessons[std::size_t(shell.lesson)];
  if (lesson.name != lesson_now(ctx)) ctx.emit(model::OpenLesson{lesson.name});
}

void draw_row(const ViewContext& ctx, Box box, int index, bool now) {
  ShellUi& shell = ctx.ui.shell;
  const LessonCard& lesson = ctx.lessons[std::size_t(index)];
  const Theme& t = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Touch on = touch(ctx, "lesson " + lesson.name, box);
  const bool chosen = shell.lesson == index;
  list->AddRectFilled(box.min, box.max, chosen || on.hovered ? t.card_hover : t.card, ctx.px(5));
  if (chosen) list->AddRect(box.min, box.max, t.accent, ctx.px(5), 0, ctx.px(2));
  const float x = box.min.x + ctx.px(44), y = box.min.y + ctx.px(7);
  const std::string minutes = lesson.minutes == 0 ? std::string() : fmt::format("{} min", lesson.minutes);
  const float right = text_width(ctx.fonts.small, minutes) + ctx.px(14);
  draw_text_right(list, ctx.fonts.mono, {box.min.x + ctx.px(32), y}, t.faint, std::to_string(index + 1));
  draw_text_cut(list, ctx.fonts.strong, {x, y}, box.max.x - x - right - ctx.px(8), now ? t.accent : t.text,
                lesson.title);
  draw_text_right(list, ctx.fonts.small, {box.max.x - ctx.px(12), y + ctx.px(1)}, t.faint, minutes);
  draw_text_cut(list, ctx.fonts.small, {x, y + ctx.fonts.strong->FontSize + ctx.px(4)}, box.max.x - x - ctx.px(12),
                t.soft, lesson.goal);
  if (on.hovered) tooltip(ctx, lesson.goal.empty() ? lesson.title : lesson.goal);
  if (on.clicked) {
    shell.lesson = index;
    take(ctx);
  }
}

}  // namespace

std::string_view lesson_of(std::string_view source) {
  const std::size_t slash = source.find_last_of('/');
  if (slash != std::string_view::npos) source.remove_prefix(slash + 1);
  return source.substr(0, source.find_last_of('.'));
}

void open_lessons(const ViewContext& ctx) {
  ShellUi& shell = ctx.ui.shell;
  shell.lessons_open = true;
  shell.palette_open = ctx.ui.help = false;
  shell.lesson_number.clear();
  choose(shell, int(ctx.lessons.size()), index_of(ctx, lesson_now(ctx)));
}

void open_neighbour(const ViewContext& ctx, int step) {
  const int to = index_of(ctx, lesson_now(ctx)) + step;
  if (to >= 0 && to < int(ctx.lessons.size())) ctx.emit(model::OpenLesson{ctx.lessons[std::size_t(to)].name});
}

bool lessons_key(const ViewContext& ctx, Chord chord) {
  ShellUi& shell = ctx.ui.shell;
  const int count = int(ctx.lessons.size()), wide = columns(ctx, ImGui::GetIO().DisplaySize.x);
  const int half = (count + wide - 1) / wide;
  const auto move = [&](int by) {
    choose(shell, count, shell.lesson + by);
    shell.lesson_number.clear();
    return true;
  };
  if (chord == Key::Escape) {
    shell.lessons_open = false;
    return true;
  }
  if (chord == Key::Down) return move(1);
  if (chord == Key::Up) return move(-1);
  if (chord == Key::Right) return move(wide > 1 ? half : 1);
  if (chord == Key::Left) return move(wide > 1 ? -half : -1);
  if (chord == Key::Home) return move(-count);
  if (chord == Key::End) return move(count);
  // What goes on in a lesson goes on from here too: a clicker has no Enter.
  if (chord == Key::Enter || chord == Key::Space || chord == Chord('n') || chord == Key::PageDown) {
    take(ctx);
    return true;
  }
  if (chord.key >= '0' && chord.key <= '9' && !chord.ctrl && !chord.alt) {
    std::string digits = shell.lesson_number + char(chord.key);
    if (std::atoi(digits.c_str()) > count) digits = std::string(1, char(chord.key));
    shell.lesson_number = digits;
    if (const int number = std::atoi(digits.c_str()); number >= 1) choose(shell, count, number - 1);
    return true;
  }
  return false;
}

void draw_lessons(const ViewContext& ctx, Box screen) {
  ShellUi& shell = ctx.ui.shell;
  const Theme& t = ctx.theme;
  const float margin = std::min(ctx.px(40), screen.width() * 0.025f);
  const float width = std::min(screen.width() - 2 * margin, ctx.px(1240));
  const Box card{{screen.centre().x - width / 2, screen.min.y + margin},
                 {screen.centre().x + width / 2, screen.max.y - margin}};
  const Overlay overlay(ctx, "lessons", screen, card);
  ctx.mark("lessons card", card);
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float pad = ctx.px(24), x = card.min.x + pad, inner = card.width() - 2 * pad;
  float y = card.min.y + ctx.px(20);
  draw_text(list, ctx.fonts.sentence, {x, y}, t.text, "Lessons");
  const Box close{{card.max.x - pad - ctx.px(30), y}, {card.max.x - pad, y + ctx.px(28)}};
  if (button(ctx, "lessons close", close, "\u00d7", "Go on with what is open (Esc)")) shell.lessons_open = false;
  y += ctx.fonts.sentence->FontSize + ctx.px(4);
  draw_text_cut(
      list, ctx.fonts.body, {x, y}, inner - ctx.px(40), t.soft,
      "Arrow keys and Enter, a number and Enter, or a click. Each is a machine of its own: break what you like.");
  y += ctx.fonts.body->FontSize + ctx.px(14);

  // The foot: what Enter will open, in full.
  const float foot = ctx.px(92);
  const Box below{{x, card.max.y - foot}, {card.max.x - pad, card.max.y - ctx.px(14)}};
  ImGui::SetCursorScreenPos({x, y});
  ImGui::BeginChild("list", {inner, std::max(1.0f, below.min.y - y - ctx.px(8))}, false);
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const int wide = columns(ctx, screen.width()), count = int(ctx.lessons.size());
  const int half = (count + wide - 1) / std::max(1, wide);
  const float gap = ctx.px(8), bar = ctx.px(14),
              row = ctx.fonts.strong->FontSize + ctx.fonts.small->FontSize + ctx.px(20);
  const float column = (inner - bar - gap * float(wide - 1)) / float(wide);
  const std::string_view now = lesson_now(ctx);
  for (int i = 0; i < count; ++i) {
    const int in_column = i % std::max(1, half), which = i / std::max(1, half);
    const ImVec2 at{origin.x + float(which) * (column + gap), origin.y + float(in_column) * (row + gap / 2)};
    draw_row(ctx, {at, {at.x + column, at.y + row}}, i, ctx.lessons[std::size_t(i)].name == now);
    if (i == shell.lesson && shell.lesson_moved)
      ImGui::SetScrollFromPosY(at.y + row / 2 - ImGui::GetWindowPos().y, 0.5f);
  }
  shell.lesson_moved = false;
  ImGui::SetCursorScreenPos({origin.x, origin.y + float(half) * (row + gap / 2)});
  ImGui::Dummy({1, 1});
  ImGui::EndChild();

  rule(ctx, below.min, inner);
  const float button_width = ctx.px(150);
  const Box go{{below.max.x - button_width, below.min.y + ctx.px(20)}, {below.max.x, below.min.y + ctx.px(56)}};
  if (shell.lesson >= 0 && shell.lesson < count) {
    const LessonCard& lesson = ctx.lessons[std::size_t(shell.lesson)];
    const bool here = lesson.name == now;
    const float room = inner - button_width - ctx.px(24);
    draw_text_cut(list, ctx.fonts.heading, {x, below.min.y + ctx.px(12)}, room, t.text, lesson.title);
    draw_sentence(ctx, ctx.fonts.body, {x, below.min.y + ctx.px(36)}, room, t.soft, lesson.goal,
                  {.lines = 2, .clicks = false});
    if (button(ctx, "lessons open", go, here ? "Go on   Enter" : "Open   Enter",
               here ? "It is the one that is open" : "Start this lesson's machine", {.active = true}))
      take(ctx);
  } else if (count == 0) {
    draw_text(list, ctx.fonts.body, {x, below.min.y + ctx.px(20)}, t.soft, "No lessons were found beside the program.");
  }
  if (overlay.clicked_beside()) shell.lessons_open = false;
}

}  // namespace exo::views
