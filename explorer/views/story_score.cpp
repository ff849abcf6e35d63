// The score at the end of the story: what was predicted and what was true, a click away from where it was asked, and
// the files that a student hands in.
#include <fmt/format.h>
#include <imgui.h>
#include <imgui_stdlib.h>

#include <algorithm>

#include "explorer/model/answers.hpp"
#include "explorer/views/story_parts.hpp"
#include "explorer/views/views.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

/// "abort-deadline-ada-l-score.json": in the working directory, as recordings are.
std::string score_name(const ViewContext& ctx, const char* ending) {
  std::string name = ctx.story.lesson.empty() ? "lesson" : ctx.story.lesson;
  bool gap = true;
  for (const char c : ctx.ui.story.student) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c & 0x80) != 0;
    if (letter && gap) name += '-';
    if (letter) name += c >= 'A' && c <= 'Z' ? char(c + ('a' - 'A')) : c;
    gap = !letter;
  }
  return name + "-score" + ending;
}

void draw_row(StoryColumn& at, const model::StoryStep& step, int number) {
  const ViewContext& ctx = at.ctx;
  const Theme& t = ctx.theme;
  const model::Question& question = *step.ask;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const bool right = model::is_told(question) && question.given && model::is_right(question, *question.given);
  const char* sign = !question.given ? "\u2013" : right ? "\u2713" : "\u2717";
  std::string words = !question.given ? std::string("not answered") : model::shown_text(question, *question.given);
  if (model::is_told(question) && !right)
    words += fmt::format(" \u2192 {}", model::shown_text(question, question.truth));
  const float indent = ctx.px(24), inner = at.width - indent - ctx.px(6);
  const float asked = wrapped_height(ctx.fonts.small, inner, question.text);
  const float said = wrapped_height(ctx.fonts.body, inner, words);
  const Box box = at.take(asked + said + ctx.px(10), 4);
  const Touch on = touch(ctx, fmt::format("score {}", number), box);
  if (on.hovered) list->AddRectFilled(box.min, box.max, t.card_hover, ctx.px(4));
  const float y = box.min.y + ctx.px(4);
  draw_text(list, ctx.fonts.strong, {box.min.x + ctx.px(5), y}, right ? t.good : t.soft, sign);
  draw_text_wrapped(list, ctx.fonts.small, {box.min.x + indent, y}, inner, t.faint, question.text);
  draw_text_wrapped(list, ctx.fonts.body, {box.min.x + indent, y + asked + ctx.px(1)}, inner, right ? t.text : t.soft,
                    words);
  if (on.hovered)
    tooltip(ctx, fmt::format("Back to step {}, where this was asked{}{}", number + 1,
                             model::is_told(question) && !question.explanation.empty() ? ".\n" : "",
                             model::is_told(question) ? question.explanation : std::string()));
  if (on.clicked) ctx.seek(step.reached);
}

void draw_hand_in(StoryColumn& at) {
  const ViewContext& ctx = at.ctx;
  Box box = at.take(ctx.px(30), 8);
  ImGui::SetCursorScreenPos(box.min);
  ImGui::PushFont(ctx.fonts.body);
  ImGui::PushItemWidth(at.width);
  ctx.mark("student", box);
  ImGui::InputTextWithHint("##student", "your name, if it is to be on it", &ctx.ui.story.student);
  if (ImGui::IsItemHovered()) tooltip(ctx, "Stands on the page and in the file that you hand in; may stay empty");
  ImGui::PopItemWidth();
  ImGui::PopFont();
  box = at.take(ctx.px(28), 8);
  const float half = (at.width - ctx.px(8)) / 2;
  const Box left{box.min, {box.min.x + half, box.max.y}}, right{{box.max.x - half, box.min.y}, box.max};
  using Kind = model::SaveScore::Kind;
  if (button(ctx, "save page", left, "Save page", "Save a page for printing: questions, answers, what was true (HTML)"))
    ctx.emit(model::SaveScore{Kind::Page, score_name(ctx, ".html"), ctx.ui.story.student});
  if (button(ctx, "save data", right, "Save data",
             "Save the answers as data, for `exoscope run --answers` to grade (JSON)"))
    ctx.emit(model::SaveScore{Kind::Json, score_name(ctx, ".json"), ctx.ui.story.student});
  if (ctx.story.variations < 2 || !ctx.live()) return;
  box = at.take(ctx.px(28), 8);
  const std::uint64_t next = (ctx.story.seed + std::uint64_t{1}) % ctx.story.variations;
  if (button(ctx, "next variation", box, fmt::format("Try variation {}", next),
             fmt::format("Run the lesson again with other numbers; there are {} variations",
                         grouped(ctx.story.variations))))
    ctx.emit(model::Restart{std::uint32_t(next)});
}

}  // namespace

bool draw_score(StoryColumn& at, int current) {
  const ViewContext& ctx = at.ctx;
  const Theme& t = ctx.theme;
  const auto& steps = ctx.story.steps;
  if (current + 1 != int(steps.size())) return false;
  int open = 0;
  for (const auto& step : steps) {
    if (!step.ask) continue;
    if (step.ask->known == 0 || step.ask->known > ctx.cursor) return false;
    open += model::is_open(*step.ask) ? 1 : 0;
  }
  const model::Score score = model::score_of(ctx.story);
  if (score.questions == 0) return false;
  at.line();
  at.label("YOUR PREDICTIONS");
  at.words(ctx.fonts.heading, t.text, fmt::format("{} of {} right", score.right, score.questions), 4);
  at.words(ctx.fonts.body, t.soft,
           fmt::format("{} at the first try, {} answered{}", score.first_try, score.answered,
                       ctx.story.seed == 0 ? std::string() : fmt::format("; variation {}", ctx.story.seed)),
           10);
  for (int i = 0; i < int(steps.size()); ++i)
    if (steps[std::size_t(i)].ask) draw_row(at, steps[std::size_t(i)], i);
  at.y += ctx.px(6);
  if (open > 0) {
    const Box box = at.take(ctx.px(28), 10);
    if (button(ctx, "reveal all", box, open == 1 ? "Reveal the one left" : fmt::format("Reveal the {} left", open),
               "Show what the machine did where nothing was predicted (Enter)"))
      reveal_answer(ctx);
  }
  draw_hand_in(at);
  return true;
}

}  // namespace exo::views
