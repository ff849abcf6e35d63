// The story: the current step as one large sentence, what to look at, and the question to be answered before the
// machine shows the truth. The dots are the steps; those that have been reached can be gone back to.
#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>
#include <utility>

#include "explorer/model/answers.hpp"
#include "explorer/model/words.hpp"
#include "explorer/views/actions.hpp"
#include "explorer/views/sentence.hpp"
#include "explorer/views/story_parts.hpp"
#include "explorer/views/views.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {

void StoryColumn::words(const ImFont* font, ImU32 colour, std::string_view text, float after, float leading) {
  if (text.empty()) return;
  y += draw_sentence(ctx, font, {x, y}, width, colour, text, {.leading = leading}).height + ctx.px(after);
}

void StoryColumn::line() {
  rule(ctx, {x, y}, width);
  y += ctx.px(16);
}

void StoryColumn::label(std::string_view text) {
  draw_label(ctx, {x, y}, text);
  y += ctx.fonts.label->FontSize + ctx.px(12);
}

Box StoryColumn::take(float height, float after) {
  const Box box{{x, y}, {x + width, y + height}};
  y = box.max.y + ctx.px(after);
  return box;
}

namespace {

void draw_expectations(StoryColumn& at) {
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
    at.y += draw_sentence(ctx, ctx.fonts.small, {at.x + ctx.px(18), at.y}, at.width - ctx.px(18),
                          verdict.ok ? t.soft : t.faint, text)
                .height +
            ctx.px(4);
  }
  at.y += ctx.px(8);
}

/// A question that was asked and whose truth is not shown.
bool waits(const ViewContext& ctx) {
  return std::ranges::any_of(ctx.story.steps, [](const model::StoryStep& step) {
    return step.reached != 0 && step.ask && model::is_open(*step.ask);
  });
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
      tooltip(ctx, step.reached == 0                            ? fmt::format("Step {} has not been reached yet", i + 1)
                   : !reached && model::is_sealed(ctx.story, i) ? fmt::format("Step {}: predict first", i + 1)
                                                                : fmt::format("Step {}: {}", i + 1, step.say));
    if (on.clicked && step.reached != 0) ctx.seek(step.reached);
  }
}

}  // namespace

const model::Question* open_question(const ViewContext& ctx) {
  const int step = ctx.story.current(ctx.cursor);
  if (step < 0) return nullptr;
  const auto& ask = ctx.story.steps[std::size_t(step)].ask;
  return ask && model::is_open(*ask) ? &*ask : nullptr;
}

void reveal_answer(const ViewContext& ctx) {
  if (open_question(ctx) != nullptr) return ctx.emit(model::Reveal{ctx.story.current(ctx.cursor)});
  // At the end: what nobody answered, all of it.
  for (int i = 0; i < int(ctx.story.steps.size()); ++i)
    if (const auto& ask = ctx.story.steps[std::size_t(i)].ask;
        ask && model::is_open(*ask) && ask->known != 0 && ask->known <= ctx.cursor)
      ctx.emit(model::Reveal{i});
}

void story_on(const ViewContext& ctx) {
  const int step = ctx.story.current(ctx.cursor);
  const model::Question* question = open_question(ctx);
  if (question != nullptr && !question->given && ctx.ui.story.nudged != step) {
    ctx.ui.story.nudged = step;
    return;
  }
  ctx.ui.story.nudged = -1;
  ctx.emit(model::StepStory{});
}

void answer_by_click(const ViewContext& ctx, const Selection& before) {
  using Kind = Selection::Kind;
  using Object = model::Look::Object;
  const Selection& now = ctx.ui.selection;
  const model::Question* question = open_question(ctx);
  if (question == nullptr || now == before) return;
  constexpr std::pair<Kind, Object> kKinds[] = {
      {Kind::Frame, Object::Frame},  {Kind::Environment, Object::Environment}, {Kind::TlbEntry, Object::TlbEntry},
      {Kind::Slice, Object::Slice},  {Kind::Request, Object::Request},         {Kind::Download, Object::Download},
      {Kind::Packet, Object::Packet}};
  for (const auto& [kind, object] : kKinds) {
    if (now.kind != kind || question->object != object) continue;
    const bool env = kind == Kind::Environment;
    ctx.emit(model::Answer{ctx.story.current(ctx.cursor),
                           env ? model::env_name(ctx.state, std::uint32_t(now.number)) : std::to_string(now.number)});
  }
}

void draw_story(const ViewContext& ctx, Box box) {
  const Theme& t = ctx.theme;
  const int current = ctx.story.current(ctx.cursor);
  const auto steps = ctx.story.steps.size();
  const float foot = ctx.px(34);
  ImGui::SetCursorScreenPos(box.min);
  ImGui::BeginChild("story", {box.width(), std::max(1.0f, box.height() - foot - ctx.px(8))}, false);
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  StoryColumn at{ctx, origin.x, origin.y, box.width() - ctx.px(14)};
  const std::string variation =
      ctx.story.seed == 0 ? std::string() : fmt::format(" \u00b7 VARIATION {}", ctx.story.seed);
  at.label((steps == 0    ? std::string("STORY")
            : current < 0 ? fmt::format("STORY \u00b7 {} STEPS", steps)
                          : fmt::format("STORY \u00b7 STEP {} OF {}", current + 1, steps)) +
           variation);
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
    if (!draw_score(at, current)) draw_decided(at, current);
  }
  if (steps == 0 || current + 1 == int(steps) || ctx.status == MachineStatus::Finished) {
    // What is expected tells much: not while a question waits.
    if (!waits(ctx))
      draw_expectations(at);
    else if (!ctx.story.expectations.empty())
      at.words(ctx.fonts.small, t.faint, "What the lesson expects is shown when every answer is revealed.", 8);
  }
  ImGui::SetCursorScreenPos({origin.x, at.y});
  ImGui::Dummy({1, 1});
  ImGui::EndChild();

  const float button_width = ctx.px(100);
  draw_dots(ctx, {{box.min.x, box.max.y - foot}, {box.max.x - button_width - ctx.px(10), box.max.y}}, current);
  if (steps != 0) {
    const Box next{{box.max.x - button_width, box.max.y - ctx.px(30)}, box.max};
    // Its key stands on it: nobody has to look it up.
    action_button(ctx, "story.next", "next step", next, "Next  N", {.icon = Icon::Story});
  }
}

}  // namespace exo::views
