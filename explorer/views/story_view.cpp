// The story: the current step as one large sentence, what to look at, and the question to be answered before the
// machine shows the truth. The dots are the steps; those that have been reached can be gone back to.
#include <fmt/format.h>
#include <imgui.h>
#include <imgui_stdlib.h>

#include <algorithm>

#include "explorer/views/views.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

struct Column {
  const ViewContext& ctx;
  float x, y, width;

  void words(const ImFont* font, ImU32 colour, std::string_view text, float after, float leading = 1.3f) {
    if (text.empty()) return;
    y += draw_text_wrapped(ImGui::GetWindowDrawList(), font, {x, y}, width, colour, text, 100, leading) + ctx.px(after);
  }
  void line() {
    rule(ctx, {x, y}, width);
    y += ctx.px(16);
  }
  void label(std::string_view text) {
    draw_label(ctx, {x, y}, text);
    y += ctx.fonts.label->FontSize + ctx.px(12);
  }
};

void draw_choices(Column& at, const model::Question& question, int step, bool shown) {
  const ViewContext& ctx = at.ctx;
  const Theme& t = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  for (std::size_t i = 0; i < question.choices.size(); ++i) {
    const std::string& choice = question.choices[i];
    const bool given = question.given && *question.given == choice;
    const bool right = shown && !question.truth.empty() && question.truth == choice;
    const float letter = ctx.px(32);
    const float height =
        std::max(ctx.px(34), wrapped_height(ctx.fonts.body, at.width - letter - ctx.px(10), choice) + ctx.px(14));
    const Box box{{at.x, at.y}, {at.x + at.width, at.y + height}};
    const Touch on = touch(ctx, fmt::format("choice {}", i), box);
    list->AddRectFilled(box.min, box.max, on.hovered ? t.card_hover : t.card, ctx.px(5));
    list->AddRect(box.min, box.max,
                  right   ? t.good
                  : given ? t.accent
                          : t.line,
                  ctx.px(5), 0, ctx.px(given || right ? 2.0f : 1.0f));
    const float y = box.min.y + ctx.px(8);
    draw_text(list, ctx.fonts.strong, {box.min.x + ctx.px(13), y}, right ? t.good : t.soft,
              std::string(1, char('A' + i)));
    draw_text_wrapped(list, ctx.fonts.body, {box.min.x + letter, y}, at.width - letter - ctx.px(10),
                      given || right ? t.text : t.soft, choice);
    if (on.hovered) tooltip(ctx, "Choose what you expect; the machine decides");
    if (on.clicked && !shown) ctx.emit(model::Answer{step, choice});
    at.y = box.max.y + ctx.px(8);
  }
}

void draw_typed(Column& at, const model::Question& question, int step) {
  const ViewContext& ctx = at.ctx;
  std::string& text = ctx.ui.typed[step];
  ImGui::SetCursorScreenPos({at.x, at.y});
  ImGui::PushFont(ctx.fonts.body);
  ImGui::PushItemWidth(at.width);
  ctx.mark("answer", {{at.x, at.y}, {at.x + at.width, at.y + ctx.px(30)}});
  const std::string hint = question.given ? *question.given : std::string("your answer, then Enter");
  if (ImGui::InputTextWithHint("##answer", hint.c_str(), &text, ImGuiInputTextFlags_EnterReturnsTrue) && !text.empty())
    ctx.emit(model::Answer{step, text});
  ImGui::PopItemWidth();
  ImGui::PopFont();
  at.y += ctx.px(40);
}

void draw_question(Column& at, const model::Question& question, int step) {
  const ViewContext& ctx = at.ctx;
  const Theme& t = ctx.theme;
  at.label("PREDICT");
  at.words(ctx.fonts.strong, t.text, question.text, 10);
  const bool shown = ctx.ui.revealed.count(step) != 0;
  if (question.choices.empty())
    draw_typed(at, question, step);
  else
    draw_choices(at, question, step, shown);
  if (!shown) {
    const Box box{{at.x, at.y}, {at.x + std::min(at.width, ctx.px(110)), at.y + ctx.px(28)}};
    if (button(ctx, "reveal", box, "Reveal", "Show what the machine did (Enter)")) ctx.ui.revealed.insert(step);
    if (question.given) {
      draw_text_cut(ImGui::GetWindowDrawList(), ctx.fonts.small, {box.max.x + ctx.px(10), at.y + ctx.px(7)},
                    at.x + at.width - box.max.x - ctx.px(10), t.faint, "your answer is noted");
    }
    at.y = box.max.y + ctx.px(12);
    return;
  }
  if (question.truth.empty()) {
    at.words(ctx.fonts.body, t.soft, "The machine has not decided it yet: run on.", 8);
    return;
  }
  const bool right = question.given && *question.given == question.truth;
  at.words(ctx.fonts.strong, right || !question.given ? t.good : t.text,
           (right            ? "Yes: "
            : question.given ? "The machine says: "
                             : "The machine's answer: ") +
               question.truth,
           6);
  at.words(ctx.fonts.body, t.soft, question.explanation, 8);
}

void draw_expectations(Column& at) {
  const ViewContext& ctx = at.ctx;
  const Theme& t = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  if (ctx.story.expectations.empty()) return;
  at.line();
  at.label("EXPECTED AT THE END");
  for (const model::Verdict& verdict : ctx.story.expectations) {
    const ImU32 colour = !verdict.ok ? t.faint : *verdict.ok ? t.good : t.gap;
    const float line = ctx.fonts.small->FontSize;
    if (!verdict.ok)
      list->AddCircle({at.x + ctx.px(5), at.y + line * 0.55f}, ctx.px(3.5f), colour, 16, ctx.px(1.3f));
    else
      dot(list, {at.x + ctx.px(5), at.y + line * 0.55f}, ctx.px(4), colour);
    std::string text = verdict.text;
    if (verdict.ok && !*verdict.ok) text += " (did not hold)";
    at.y += draw_text_wrapped(list, ctx.fonts.small, {at.x + ctx.px(18), at.y}, at.width - ctx.px(18),
                              verdict.ok ? t.soft : t.faint, text) +
            ctx.px(4);
  }
  at.y += ctx.px(8);
}

void draw_dots(const ViewContext& ctx, Box box, int current) {
  const Theme& t = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const auto count = float(ctx.story.steps.size());
  const float pitch = std::min(ctx.px(22), box.width() / std::max(1.0f, count));
  for (int i = 0; i < int(ctx.story.steps.size()); ++i) {
    const model::StoryStep& step = ctx.story.steps[std::size_t(i)];
    const ImVec2 centre{box.min.x + pitch * (float(i) + 0.5f), box.centre().y};
    const bool now = i == current, reached = step.reached != 0 && step.reached <= ctx.cursor;
    dot(list, centre, ctx.px(now ? 5.5f : 4.0f),
        now                 ? t.accent
        : reached           ? t.soft
        : step.reached != 0 ? t.faint
                            : t.line);
    const Touch on =
        touch(ctx, fmt::format("step {}", i), {{centre.x - pitch / 2, box.min.y}, {centre.x + pitch / 2, box.max.y}});
    if (on.hovered)
      tooltip(ctx, step.reached != 0 ? fmt::format("Step {}: {}", i + 1, step.say)
                                     : fmt::format("Step {} has not been reached yet", i + 1));
    if (on.clicked && step.reached != 0) ctx.seek(step.reached);
  }
}

}  // namespace

void draw_story(const ViewContext& ctx, Box box) {
  const Theme& t = ctx.theme;
  const int current = ctx.story.current(ctx.cursor);
  const auto steps = ctx.story.steps.size();
  const float foot = ctx.px(34);
  ImGui::SetCursorScreenPos(box.min);
  ImGui::BeginChild("story", {box.width(), std::max(1.0f, box.height() - foot - ctx.px(8))}, false);
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  Column at{ctx, origin.x, origin.y, box.width() - ctx.px(8)};
  at.label(steps == 0    ? std::string("STORY")
           : current < 0 ? fmt::format("STORY \u00b7 {} STEPS", steps)
                         : fmt::format("STORY \u00b7 STEP {} OF {}", current + 1, steps));
  if (current < 0) {
    at.words(ctx.fonts.sentence, t.text, ctx.story.title.empty() ? std::string(ctx.source) : ctx.story.title, 14,
             1.25f);
    at.words(ctx.fonts.body, t.soft, ctx.story.goal, 16);
    at.words(ctx.fonts.body, t.faint,
             steps == 0 ? "This one tells no story: step through it freely, or inject something."
                        : "Press N for the first step, or Space to let it run.",
             16);
  } else {
    const model::StoryStep& step = ctx.story.steps[std::size_t(current)];
    at.words(ctx.fonts.sentence, t.text, step.say, 16, 1.25f);
    at.words(ctx.fonts.body, t.soft, step.hint, 18);
    if (step.ask) {
      at.line();
      draw_question(at, *step.ask, current);
    }
  }
  if (steps == 0 || current + 1 == int(steps) || ctx.status == MachineStatus::Finished) draw_expectations(at);
  ImGui::SetCursorScreenPos({origin.x, at.y});
  ImGui::Dummy({1, 1});
  ImGui::EndChild();

  const float button_width = ctx.px(86);
  draw_dots(ctx, {{box.min.x, box.max.y - foot}, {box.max.x - button_width - ctx.px(10), box.max.y}}, current);
  if (steps != 0) {
    const Box next{{box.max.x - button_width, box.max.y - ctx.px(30)}, box.max};
    if (button(ctx, "next step", next, "Next", "Run on to the next step of the story (N or Page Down)",
               {.icon = Icon::Story}))
      ctx.emit(model::StepStory{});
  }
}

}  // namespace exo::views
