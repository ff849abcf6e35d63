// What there is to compare with: this lesson with another library OS, another lesson, a recording.
#include <fmt/format.h>
#include <imgui.h>
#include <imgui_stdlib.h>

#include <algorithm>

#include "explorer/views/compare_parts.hpp"
#include "explorer/views/sentence.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

void choose(const ViewContext& ctx, model::CompareWith with) {
  ctx.ui.compare.choosing = false;
  ctx.ui.compare.shown.reset();
  ctx.emit(std::move(with));
}

/// Buttons in lines; returns which was pressed, or -1, and moves `at` beneath them.
template <typename Words, typename Tip>
int wrapped_buttons(const ViewContext& ctx, std::string_view mark, const std::vector<std::string>& names, ImVec2& at,
                    float width, int active, Words words, Tip tip) {
  const float height = ctx.px(26), gap = ctx.px(6);
  int pressed = -1;
  float x = at.x;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string text = words(i);
    const float wide = std::min(width, text_width(ctx.fonts.body, text) + ctx.px(22));
    if (x + wide > at.x + width && x > at.x) {
      x = at.x;
      at.y += height + gap;
    }
    if (button(ctx, fmt::format("{} {}", mark, names[i]), {{x, at.y}, {x + wide, at.y + height}}, text, tip(i),
               {.active = int(i) == active}))
      pressed = int(i);
    x += wide + gap;
  }
  at.y += height + ctx.px(10);
  return pressed;
}

void draw_other_program(const ViewContext& ctx, const model::PartnerChoices& choices, ImVec2& at, float width) {
  CompareUi& ui = ctx.ui.compare;
  ImDrawList* list = ImGui::GetWindowDrawList();
  if (choices.environments.empty() || choices.programs.empty()) return;
  draw_label(ctx, at, "THE SAME LESSON, ANOTHER LIBRARY OS");
  at.y += ctx.px(22);
  std::vector<std::string> names;
  int active = -1;
  for (const auto& [name, program] : choices.environments) {
    if (name == ui.env) active = int(names.size());
    names.push_back(name);
  }
  const int env = wrapped_buttons(
      ctx, "compare in", names, at, width, active,
      [&](std::size_t i) {
        const auto& [name, program] = choices.environments[i];
        return name == program ? name : fmt::format("{} ({})", name, program);
      },
      [&](std::size_t i) { return fmt::format("What else could run in the environment {}?", names[i]); });
  if (env >= 0) ui.env = names[std::size_t(env)];
  if (ui.env.empty() || (active < 0 && env < 0)) {
    draw_text(list, ctx.fonts.small, at, ctx.theme.faint, "Choose whose library OS is to be another.");
    at.y += ctx.px(24);
    return;
  }
  draw_text(list, ctx.fonts.small, at, ctx.theme.soft, fmt::format("In {} runs instead:", ui.env));
  at.y += ctx.px(20);
  const int program = wrapped_buttons(
      ctx, "compare runs", choices.programs, at, width, -1, [&](std::size_t i) { return choices.programs[i]; },
      [&](std::size_t i) {
        return fmt::format("Run the lesson once more, with {} in {}, and compare", choices.programs[i], ui.env);
      });
  if (program >= 0) choose(ctx, {"", {{ui.env, choices.programs[std::size_t(program)]}}});
}

void draw_file(const ViewContext& ctx, ImVec2& at, float width) {
  CompareUi& ui = ctx.ui.compare;
  const float height = ImGui::GetFrameHeight(), wide = ctx.px(90);
  ImGui::SetCursorScreenPos(at);
  ImGui::PushItemWidth(std::max(ctx.px(60), std::min(width, ctx.px(520)) - wide - ctx.px(8)));
  const bool entered = ImGui::InputTextWithHint("##what", "a recording, a scenario file or a lesson's name", &ui.typed,
                                                ImGuiInputTextFlags_EnterReturnsTrue);
  ctx.mark("compare what", {ImGui::GetItemRectMin(), ImGui::GetItemRectMax()});
  if (ImGui::IsItemHovered())
    tooltip(ctx, "The name of a lesson, or the path of a scenario file or of a recording (.exotrace)");
  const float x = ImGui::GetItemRectMax().x + ctx.px(8);
  ImGui::PopItemWidth();
  const bool pressed = button(ctx, "compare open", {{x, at.y}, {x + wide, at.y + height}}, "Compare",
                              "Open it, or run it to its end, and compare", {.enabled = !ui.typed.empty()});
  if ((entered || pressed) && !ui.typed.empty()) choose(ctx, {ui.typed, {}});
  at.y += height + ctx.px(14);
}

}  // namespace

void draw_compare_choices(const ViewContext& ctx, Box box) {
  ImGui::SetCursorScreenPos(box.min);
  ImGui::BeginChild("choices", {box.width(), std::max(1.0f, box.height())}, false);
  const ImVec2 start = ImGui::GetCursorScreenPos();
  ImVec2 at = start;
  const float width = box.width() - ctx.px(16);
  ImDrawList* list = ImGui::GetWindowDrawList();
  at.y += draw_sentence(ctx, ctx.fonts.body, at, std::min(width, ctx.px(620)), ctx.theme.soft,
                        "Two runs side by side on one clock: what differs is marked, and the totals stand beneath. "
                        "The other run is made in the background; this one stays as it is.")
              .height +
          ctx.px(14);
  if (ctx.partner != nullptr && !ctx.partner->problem.empty())
    at.y += draw_text_wrapped(list, ctx.fonts.strong, at, width, ctx.theme.text, ctx.partner->problem) + ctx.px(14);
  if (ctx.partner_choices == nullptr) {
    ctx.emit(model::FindPartners{});
  } else {
    const model::PartnerChoices& choices = *ctx.partner_choices;
    draw_other_program(ctx, choices, at, width);
    const float wide = std::min(width, ctx.px(420)), tall = ctx.px(26);
    if (button(ctx, "compare edited", {at, {at.x + wide, at.y + tall}}, "This lesson, as its file is now",
               "Before and after an edit: runs the scenario's file as it stands on disk"))
      choose(ctx, {});
    at.y += tall + ctx.px(18);
    const auto offer = [&](std::string_view heading, std::string_view mark, const auto& lessons, auto tip) {
      if (lessons.empty()) return;
      draw_label(ctx, at, heading);
      at.y += ctx.px(22);
      std::vector<std::string> names;
      for (const auto& lesson : lessons) names.push_back(lesson.what);
      const int pressed = wrapped_buttons(
          ctx, mark, names, at, width, -1, [&](std::size_t i) { return lessons[i].title; },
          [&](std::size_t i) { return fmt::format(fmt::runtime(tip), names[i]); });
      if (pressed >= 0) choose(ctx, {names[std::size_t(pressed)], {}});
    };
    draw_label(ctx, at, "A FILE");
    at.y += ctx.px(22);
    draw_file(ctx, at, width);
    offer("A RECORDING", "compare trace", choices.recordings, "Compare with the recording {}");
    offer("ANOTHER LESSON", "compare lesson", choices.lessons, "Run {} to its end, and compare");
  }
  ImGui::SetCursorScreenPos(start);
  ImGui::Dummy({width, at.y - start.y});
  ImGui::EndChild();
}

}  // namespace exo::views
