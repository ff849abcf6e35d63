// The visible step buttons: to the left is back, to the right is on. Each is a row of the table of actions.
#include <array>
#include <cmath>

#include "explorer/views/actions.hpp"
#include "explorer/views/debug_parts.hpp"

namespace exo::views {
namespace {

enum class Sign { Into, Over, Out, Stop, Instruction };

struct Step {
  const char* action;
  const char* mark;
  const char* word;
  Sign sign;
  bool back;
};

constexpr std::array<Step, 10> kSteps{{
    {"debug.continue-back", "back to stop", "to stop", Sign::Stop, true},
    {"debug.out-back", "back out", "out", Sign::Out, true},
    {"debug.over-back", "back over", "over", Sign::Over, true},
    {"debug.into-back", "back into", "into", Sign::Into, true},
    {"debug.instruction-back", "back instruction", "", Sign::Instruction, true},
    {"debug.instruction", "step instruction", "", Sign::Instruction, false},
    {"debug.into", "step into", "into", Sign::Into, false},
    {"debug.over", "step over", "over", Sign::Over, false},
    {"debug.out", "step out", "out", Sign::Out, false},
    {"debug.continue", "continue", "to stop", Sign::Stop, false},
}};

void arrow_head(ImDrawList* list, ImVec2 tip, float angle, float size, ImU32 ink) {
  const auto corner = [&](float turn) {
    return ImVec2(tip.x - std::cos(angle + turn) * size, tip.y - std::sin(angle + turn) * size);
  };
  list->AddTriangleFilled(tip, corner(0.55f), corner(-0.55f), ink);
}

/// Drawn as if for a step on; `way` is -1 for one back.
void draw_sign(ImDrawList* list, Sign sign, ImVec2 c, float size, float way, ImU32 ink) {
  const float h = size / 2, thick = std::max(1.2f, size * 0.11f);
  const auto at = [&](float x, float y) { return ImVec2(c.x + way * x * h, c.y + y * h); };
  const auto turned = [&](float angle) { return way > 0 ? angle : 3.14159265f - angle; };
  switch (sign) {
    case Sign::Over:
      list->PathClear();
      for (int i = 0; i <= 12; ++i) {
        const float angle = 3.14159265f * (1 + float(i) / 12);
        list->PathLineTo(at(std::cos(angle) * 0.85f, 0.25f + std::sin(angle) * 0.95f));
      }
      list->PathStroke(ink, 0, thick);
      arrow_head(list, at(0.85f, 0.55f), 1.5707963f, size * 0.34f, ink);
      return dot(list, at(0, 0.75f), size * 0.14f, ink);
    case Sign::Into:
      list->AddLine(at(-0.8f, -0.9f), at(0.15f, 0.15f), ink, thick);
      arrow_head(list, at(0.4f, 0.42f), turned(0.83f), size * 0.38f, ink);
      return dot(list, at(0.75f, 0.78f), size * 0.14f, ink);
    case Sign::Out:
      list->AddLine(at(-0.3f, 0.35f), at(0.5f, -0.5f), ink, thick);
      arrow_head(list, at(0.85f, -0.9f), turned(-0.83f), size * 0.38f, ink);
      return dot(list, at(-0.65f, 0.78f), size * 0.14f, ink);
    case Sign::Stop:
      list->AddTriangleFilled(at(-0.85f, -0.8f), at(0.35f, 0), at(-0.85f, 0.8f), ink);
      return dot(list, at(0.72f, 0), size * 0.15f, ink);
    case Sign::Instruction:
      list->AddLine(at(-0.7f, 0), at(0.3f, 0), ink, thick);
      return arrow_head(list, at(0.8f, 0), turned(0), size * 0.4f, ink);
  }
}

}  // namespace

float draw_steps(const ViewContext& ctx, Box box, bool words) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const bool moving = ctx.debug != nullptr && ctx.debug->moving;
  float x = box.min.x;
  bool back = true;
  for (const Step& step : kSteps) {
    if (back && !step.back) {  // between back and on
      back = false;
      list->AddRectFilled({x + ctx.px(4), box.min.y + ctx.px(4)}, {x + ctx.px(5), box.max.y - ctx.px(4)},
                          ctx.theme.line);
      x += ctx.px(9);
    }
    const bool worded = words && *step.word != 0;
    const float wide = worded ? text_width(ctx.fonts.small, step.word) : 0;
    const float width = ctx.px(worded ? 36.0f : 28.0f) + wide;
    const Box place{{x, box.min.y}, {x + width, box.max.y}};
    action_button(ctx, step.action, step.mark, place, "", {.enabled = !moving});
    const ImU32 ink = moving ? faded(ctx.theme.faint, 0.7f) : step.back ? ctx.theme.soft : ctx.theme.text;
    const float sign = ctx.px(13), y = place.centre().y;
    draw_sign(list, step.sign, {worded ? place.min.x + ctx.px(14) : place.centre().x, y}, sign,
              step.back ? -1.0f : 1.0f, ink);
    if (worded)
      draw_text(list, ctx.fonts.small, {place.min.x + ctx.px(26), y - ctx.fonts.small->FontSize / 2}, ink, step.word);
    x += width + ctx.px(3);
  }
  return x;
}

}  // namespace exo::views
