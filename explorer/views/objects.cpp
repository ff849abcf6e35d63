// Things of the machine as controls, and the answer to "why?" as a sentence over beads on a line.
#include "explorer/views/objects.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "explorer/model/object_words.hpp"
#include "explorer/model/words.hpp"
#include "explorer/views/sentence.hpp"

namespace exo::views {

std::string sentence_about(const ViewContext& ctx, const Selection& what) {
  const model::Subject subject = subject_of(what);
  if (subject.event == 0) return model::sentence_of(subject, ctx.state);
  if (subject.event > ctx.newest()) return "";
  return fmt::format("Event {}: {}.", grouped(subject.event),
                     model::sentence(ctx.history.event(subject.event), ctx.state));
}

void ask_why(const ViewContext& ctx, const Selection& what) {
  if (what.kind == Selection::Kind::None) return;
  WhyUi& ui = ctx.ui.why;
  ui.about = what;
  ui.answer = model::explain(ctx.history, ctx.state, subject_of(what));
  ui.asked_at = ctx.cursor;
  ui.at = ImGui::GetIO().MousePos;
  ui.fresh = true;
}

void choose(const ViewContext& ctx, const Touch& on, Selection::Kind kind, std::uint64_t number) {
  if (on.clicked) ctx.select(kind, number);
  if (on.asked) ask_why(ctx, {kind, number});
}

Touch touch_object(const ViewContext& ctx, std::string_view name, Box box, Selection::Kind kind, std::uint64_t number,
                   std::string_view more) {
  const Touch on = touch(ctx, name, box);
  if (on.hovered)
    tooltip(ctx, fmt::format("{}{}{}\nRight button: why?", sentence_about(ctx, {kind, number}),
                             more.empty() ? "" : "\n", more));
  choose(ctx, on, kind, number);
  return on;
}

namespace {

constexpr float kLeading = 1.25f;

float link_text_height(const ViewContext& ctx, float width, std::string_view text) {
  return wrapped_height(ctx.fonts.body, width - ctx.px(24), text, 1.2f) + ctx.fonts.mono_small->FontSize + ctx.px(9);
}

std::string link_words(const ViewContext& ctx, const model::Link& link) {
  return model::sentence(ctx.history.event(link.event), ctx.state);
}

}  // namespace

float answer_height(const ViewContext& ctx, float width, const model::Because& answer) {
  float height = wrapped_height(ctx.fonts.body, width, answer.sentence, kLeading) + ctx.px(12);
  for (const model::Link& link : answer.chain)
    if (link.event <= ctx.newest()) height += link_text_height(ctx, width, link_words(ctx, link));
  return answer.complete ? height : height + ctx.fonts.small->FontSize + ctx.px(4);
}

float draw_answer(const ViewContext& ctx, ImVec2 at, float width, const model::Because& answer, std::string_view name) {
  const Theme& t = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float start = at.y;
  at.y +=
      draw_sentence(ctx, ctx.fonts.body, at, width, t.text, answer.sentence, {.leading = kLeading}).height + ctx.px(12);
  ImVec2 last{};
  for (std::size_t i = 0; i < answer.chain.size(); ++i) {
    const model::EventNumber number = answer.chain[i].event;
    if (number > ctx.newest()) continue;
    const model::Event event = ctx.history.event(number);
    const std::string text = link_words(ctx, answer.chain[i]);
    const bool hot = model::event_category(event.id) == "revocation", here = number == ctx.cursor;
    const float height = link_text_height(ctx, width, text);
    const Box box{{at.x, at.y - ctx.px(2)}, {at.x + width, at.y + height - ctx.px(4)}};
    const Touch on = touch(ctx, fmt::format("{} {}", name, i), box);
    if (on.hovered || here) list->AddRectFilled(box.min, box.max, on.hovered ? t.card_hover : t.card, ctx.px(4));
    const ImVec2 bead{at.x + ctx.px(8), at.y + ctx.fonts.body->FontSize * 0.6f};
    if (i != 0) list->AddLine({last.x, last.y + ctx.px(6)}, {bead.x, bead.y - ctx.px(6)}, t.line, ctx.px(1.5f));
    dot(list, bead, ctx.px(4), i == 0 && hot ? t.hot : i == 0 ? t.text : t.soft);
    const float x = at.x + ctx.px(22);
    const SentenceDrawn drawn =
        draw_sentence(ctx, ctx.fonts.body, {x, at.y}, width - ctx.px(24), i == 0 || here ? t.text : t.soft, text,
                      {.leading = 1.2f, .clicks = false});
    draw_text(list, ctx.fonts.mono_small, {x, at.y + drawn.height}, t.faint,
              fmt::format("{} \u00b5s{}", micros_text(event.ticks), here ? " \u00b7 shown now" : ""));
    at.y += height;
    last = bead;
    if (on.hovered && !drawn.on_term)
      tooltip(ctx, fmt::format("Event {}: click to go to this moment", grouped(number)));
    if (on.clicked) ctx.seek(number);
  }
  if (!answer.complete) {
    draw_text(list, ctx.fonts.small, at, t.faint, "Earlier causes lie further back than was looked.");
    at.y += ctx.fonts.small->FontSize + ctx.px(4);
  }
  return at.y - start;
}

void why_card(const ViewContext& ctx, Box screen) {
  WhyUi& ui = ctx.ui.why;
  if (ui.about.kind == Selection::Kind::None) return;
  const Theme& t = ctx.theme;
  const float pad = ctx.px(16), width = std::min(ctx.px(380), screen.width() - 2 * pad);
  const float head = ctx.fonts.strong->FontSize + ctx.px(10);
  const float inner = width - 2 * pad;
  const float wanted = head + answer_height(ctx, inner, ui.answer) + 2 * pad;
  const float height = std::min(wanted, screen.height() * 0.72f);
  const ImVec2 corner{std::clamp(ui.at.x + ctx.px(12), pad, std::max(pad, screen.max.x - width - pad)),
                      std::clamp(ui.at.y + ctx.px(12), pad, std::max(pad, screen.max.y - height - pad))};
  const Box box{corner, {corner.x + width, corner.y + height}};
  ctx.mark("why card", box);
  ImGui::SetNextWindowPos(box.min);
  ImGui::SetNextWindowSize({width, height});
  if (ui.fresh) ImGui::SetNextWindowFocus();
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(0, 0));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, ctx.px(7));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, ctx.px(1));
  ImGui::PushStyleColor(ImGuiCol_WindowBg, t.panel);
  ImGui::PushStyleColor(ImGuiCol_Border, t.soft);
  ImGui::Begin("why card", nullptr,
               ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoResize | ImGuiWindowFlags_NoMove |
                   ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoNav);
  ImGui::PushFont(ctx.fonts.body);
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  draw_text_cut(ImGui::GetWindowDrawList(), ctx.fonts.strong, {origin.x + pad, origin.y + pad}, inner - ctx.px(26),
                t.text, ui.answer.question);
  const Box close{{box.max.x - pad - ctx.px(20), origin.y + pad - ctx.px(4)},
                  {box.max.x - pad + ctx.px(2), origin.y + pad + ctx.px(18)}};
  if (button(ctx, "why close", close, "\u00d7", "Close this answer (Esc)")) ui.about = {};
  const float used = draw_answer(ctx, {origin.x + pad, origin.y + pad + head}, inner, ui.answer, "why card");
  ImGui::SetCursorScreenPos({origin.x, origin.y + pad + head + used + pad - ctx.px(1)});
  ImGui::Dummy({1, 1});
  const bool over =
      ImGui::IsWindowHovered(ImGuiHoveredFlags_ChildWindows | ImGuiHoveredFlags_AllowWhenBlockedByActiveItem);
  ImGui::PopFont();
  ImGui::End();
  ImGui::PopStyleColor(2);
  ImGui::PopStyleVar(3);
  if (!ui.fresh && !over && ImGui::IsMouseClicked(ImGuiMouseButton_Left)) ui.about = {};
  ui.fresh = false;
}

}  // namespace exo::views
