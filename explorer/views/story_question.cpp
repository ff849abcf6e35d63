// A step's question: answered by choosing, by typing, or by clicking the object in any panel; the answer can be changed
// until the truth is shown.
#include <fmt/format.h>
#include <imgui.h>
#include <imgui_stdlib.h>

#include <algorithm>

#include "explorer/model/answers.hpp"
#include "explorer/views/sentence.hpp"
#include "explorer/views/story_parts.hpp"
#include "explorer/views/views.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

void draw_choices(StoryColumn& at, const model::Question& question, int step) {
  const ViewContext& ctx = at.ctx;
  const Theme& t = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const bool told = model::is_told(question);
  for (std::size_t i = 0; i < question.choices.size(); ++i) {
    const std::string& choice = question.choices[i];
    const bool given = question.given && *question.given == choice;
    const bool right = told && question.truth == choice;
    const float letter = ctx.px(32), words = at.width - letter - ctx.px(10);
    const float height = std::max(ctx.px(34), wrapped_height(ctx.fonts.body, words, choice) + ctx.px(14));
    const Box box = at.take(height, 8);
    const Touch on = touch(ctx, fmt::format("choice {}", i), box);
    list->AddRectFilled(box.min, box.max, on.hovered && !question.revealed ? t.card_hover : t.card, ctx.px(5));
    list->AddRect(box.min, box.max,
                  right   ? t.good
                  : given ? t.accent
                          : t.line,
                  ctx.px(5), 0, ctx.px(given || right ? 2.0f : 1.0f));
    const float y = box.min.y + ctx.px(8);
    draw_text(list, ctx.fonts.strong, {box.min.x + ctx.px(13), y}, right ? t.good : t.soft,
              std::string(1, char('A' + i)));
    const SentenceDrawn drawn = draw_sentence(ctx, ctx.fonts.body, {box.min.x + letter, y}, words,
                                              given || right ? t.text : t.soft, choice, {.clicks = false});
    if (on.hovered && !drawn.on_term)
      tooltip(ctx, question.revealed ? "The answer is settled" : "Choose what you expect; the machine decides");
    if (on.clicked && !question.revealed) ctx.emit(model::Answer{step, choice});
  }
}

void draw_typed(StoryColumn& at, const model::Question& question, int step) {
  const ViewContext& ctx = at.ctx;
  std::string& text = ctx.ui.story.typed[step];
  const Box box = at.take(ctx.px(30), 10);
  ImGui::SetCursorScreenPos(box.min);
  ImGui::PushFont(ctx.fonts.body);
  ImGui::PushItemWidth(at.width);
  ctx.mark("answer", box);
  const bool object = question.object != model::Look::Object::None;
  const bool env = question.object == model::Look::Object::Environment;
  const std::string hint = !object ? "your answer, then Enter"
                           : env   ? "or type its name, then Enter"
                                   : "or type its number, then Enter";
  if (ImGui::InputTextWithHint("##answer", hint.c_str(), &text, ImGuiInputTextFlags_EnterReturnsTrue) &&
      !text.empty()) {
    ctx.emit(model::Answer{step, text});
    text.clear();
  }
  if (ImGui::IsItemHovered()) tooltip(ctx, "Say what you expect; the machine decides");
  ImGui::PopItemWidth();
  ImGui::PopFont();
}

/// What was given, in a frame of its own: a choice shows that by itself.
void draw_given(StoryColumn& at, const model::Question& question) {
  const ViewContext& ctx = at.ctx;
  ImDrawList* list = ImGui::GetWindowDrawList();
  if (!question.given) return;
  const std::string words = model::shown_text(question, *question.given);
  const float height = std::max(ctx.px(34), wrapped_height(ctx.fonts.body, at.width - ctx.px(26), words) + ctx.px(14));
  const Box box = at.take(height, 8);
  list->AddRectFilled(box.min, box.max, ctx.theme.card, ctx.px(5));
  list->AddRect(box.min, box.max, ctx.theme.accent, ctx.px(5), 0, ctx.px(2));
  draw_text_wrapped(list, ctx.fonts.body, {box.min.x + ctx.px(13), box.min.y + ctx.px(8)}, at.width - ctx.px(26),
                    ctx.theme.text, words);
  ctx.mark("given", box);
}

void draw_reveal(StoryColumn& at, const model::Question& question, int step) {
  const ViewContext& ctx = at.ctx;
  const Theme& t = ctx.theme;
  const Box row = at.take(ctx.px(28), 10);
  const Box box{row.min, {row.min.x + std::min(at.width, ctx.px(110)), row.max.y}};
  if (button(ctx, "reveal", box, "Reveal", "Show what the machine did; your answer can't be changed then (Enter)"))
    ctx.emit(model::Reveal{step});
  const bool nudged = ctx.ui.story.nudged == step && !question.given;
  draw_text_cut(ImGui::GetWindowDrawList(), ctx.fonts.small, {box.max.x + ctx.px(10), row.min.y + ctx.px(7)},
                row.max.x - box.max.x - ctx.px(10), nudged ? t.accent : t.faint,
                question.given ? "noted; it can be changed"
                : nudged       ? "predict, or Next again"
                               : "");
}

}  // namespace

void draw_outcome(StoryColumn& at, const model::Question& question, int step) {
  const ViewContext& ctx = at.ctx;
  const Theme& t = ctx.theme;
  if (!question.revealed) {
    draw_reveal(at, question, step);
    return;
  }
  if (question.truth.empty()) {
    at.words(ctx.fonts.body, t.soft, "The machine has not decided it yet: go on.", 8);
    return;
  }
  const bool right = question.given && model::is_right(question, *question.given);
  at.words(ctx.fonts.strong, right ? t.good : t.text,
           (right            ? "\u2713 Yes: "
            : question.given ? "The machine says: "
                             : "The machine's answer: ") +
               model::shown_text(question, question.truth),
           6);
  if (question.given && !right)
    at.words(ctx.fonts.body, t.soft, "You expected: " + model::shown_text(question, *question.given), 6);
  if (right && question.late) at.words(ctx.fonts.small, t.faint, "Answered after the machine had decided.", 6);
  at.words(ctx.fonts.body, t.soft, question.explanation, 8);
}

void draw_question(StoryColumn& at, const model::Question& question, int step) {
  const ViewContext& ctx = at.ctx;
  const Theme& t = ctx.theme;
  const bool object = question.object != model::Look::Object::None;
  at.label(object && !question.revealed ? "PREDICT BY A CLICK" : "PREDICT");
  at.words(ctx.fonts.strong, t.text, question.text, 10);
  if (object && !question.revealed)
    at.words(ctx.fonts.body, t.accent,
             fmt::format("Click the {} in any panel{}.", model::object_noun(question.object),
                         question.given ? "; another click changes it" : ""),
             8);
  if (!question.choices.empty()) {
    draw_choices(at, question, step);
  } else if (!question.revealed) {
    draw_given(at, question);
    draw_typed(at, question, step);
  }
  draw_outcome(at, question, step);
}

void draw_decided(StoryColumn& at, int current) {
  const ViewContext& ctx = at.ctx;
  const auto began = ctx.story.steps[std::size_t(current)].reached;
  for (int i = 0; i < current; ++i) {
    const auto& ask = ctx.story.steps[std::size_t(i)].ask;
    if (!ask || ask->known < began || ask->known > ctx.cursor) continue;
    at.line();
    at.label(fmt::format("ASKED AT STEP {}", i + 1));
    at.words(ctx.fonts.strong, ctx.theme.text, ask->text, 8);
    draw_outcome(at, *ask, i);
  }
}

}  // namespace exo::views
