#include "explorer/views/command_palette.hpp"

#include <fmt/format.h>
#include <imgui_stdlib.h>

#include <algorithm>

#include "explorer/model/glossary.hpp"
#include "explorer/model/words.hpp"
#include "explorer/views/fuzzy.hpp"
#include "explorer/views/overlay.hpp"
#include "explorer/views/terms.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

using Kind = Selection::Kind;

constexpr int kLines = 11;
constexpr std::size_t kMost = 60;

void add(std::vector<Offer>& out, std::string_view typed, Offer offer, std::string_view also = {}) {
  offer.score = fit(typed, offer.title);
  // Other words for the same thing count a little less than its title.
  if (offer.score == 0 && !also.empty()) offer.score = fit(typed, offer.title + " " + std::string(also)) / 2;
  if (offer.score > 0) out.push_back(std::move(offer));
}

Offer selecting(std::string title, std::string kind, Kind what, std::uint64_t number) {
  return {
      .title = std::move(title), .kind = std::move(kind), .keys = {}, .run = [what, number](const ViewContext& ctx) {
        ctx.ui.selection = {what, number};
      }};
}

/// The first number among the typed words; -1 when there is none.
long long number_in(std::string_view typed) {
  const auto first = std::ranges::find_if(typed, [](char c) { return c >= '0' && c <= '9'; });
  if (first == typed.end()) return -1;
  long long out = 0;
  for (auto at = first; at != typed.end() && *at >= '0' && *at <= '9' && out < 1'000'000'000'000; ++at)
    out = out * 10 + (*at - '0');
  return out;
}

void add_numbered(const ViewContext& ctx, std::string_view typed, std::vector<Offer>& out) {
  const long long number = number_in(typed);
  if (number < 0) return;
  const auto n = std::uint64_t(number);
  const model::State& state = ctx.state;
  if (n < abi::kFrameCount) {
    const std::uint32_t owner = state.frames[n].owner;
    add(out, typed,
        selecting(fmt::format("Frame {}", n), owner == 0 ? "free" : model::env_name(state, owner), Kind::Frame, n),
        "page");
  }
  if (n < abi::kTlbEntries) add(out, typed, selecting(fmt::format("TLB entry {}", n), "object", Kind::TlbEntry, n));
  if (n < abi::kSlicePositions) add(out, typed, selecting(fmt::format("Slice {}", n), "object", Kind::Slice, n));
  for (const model::RequestState& request : state.requests)
    if (request.id != 0 && request.id == n)
      add(out, typed, selecting(fmt::format("Request {}", n), model::env_name(state, request.env), Kind::Request, n),
          "revocation");
  if (n > 0 && n <= ctx.newest())
    add(out, typed,
        {.title = fmt::format("Event {}", n), .kind = "go there", .keys = {}, .run = [n](const ViewContext& at) {
           at.seek(n);
         }});
}

void add_terms(std::string_view typed, std::vector<Offer>& out) {
  for (const model::GlossaryEntry& entry : model::glossary())
    add(out, typed,
        {.title = fmt::format("Glossary: {}", entry.term),
         .kind = entry.slides.empty() ? "term" : entry.source().substr(0, entry.source().find(" \u00b7 ")),
         .keys = {},
         .run = [term = entry.term](const ViewContext& ctx) { open_term(ctx, term); }},
        "term word meaning what is");
}

void add_objects(const ViewContext& ctx, std::string_view typed, std::vector<Offer>& out) {
  for (std::uint32_t env = 1; env < abi::kMaxEnvironments; ++env)
    if (ctx.state.envs[env].state != abi::EnvState::Free)
      add(out, typed,
          selecting(fmt::format("{}", model::env_name(ctx.state, env)), fmt::format("environment {}", env),
                    Kind::Environment, env),
          fmt::format("environment library OS {}", env));
  for (const LessonCard& lesson : ctx.lessons)
    add(out, typed,
        {.title = lesson.title,
         .kind = "lesson",
         .keys = {},
         .run = [name = lesson.name](const ViewContext& at) { at.emit(model::OpenLesson{name}); }},
        "lesson open " + lesson.name);
  for (std::size_t i = 0; i < ctx.story.steps.size(); ++i)
    if (const model::StoryStep& step = ctx.story.steps[i]; step.reached != 0)
      add(out, typed,
          {.title = fmt::format("Step {} of the story", i + 1),
           .kind = "go there",
           .keys = {},
           .run = [to = step.reached](const ViewContext& at) { at.seek(to); }});
  add_numbered(ctx, typed, out);
}

void take(const ViewContext& ctx, const Offer& offer) {
  ctx.ui.shell.palette_open = false;
  if (offer.enabled) offer.run(ctx);
}

void draw_line(const ViewContext& ctx, Box line, const Offer& offer, bool chosen) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Theme& t = ctx.theme;
  if (chosen) list->AddRectFilled(line.min, line.max, t.card_hover, ctx.px(4));
  const float y = line.centre().y - ctx.fonts.body->FontSize / 2, right = line.max.x - ctx.px(10);
  const float keys = text_width(ctx.fonts.mono, offer.keys), kind = text_width(ctx.fonts.small, offer.kind);
  draw_text(list, ctx.fonts.mono, {right - keys, line.centre().y - ctx.fonts.mono->FontSize / 2}, t.accent, offer.keys);
  const float kind_right = right - (keys > 0 ? keys + ctx.px(14) : 0);
  draw_text(list, ctx.fonts.small, {kind_right - kind, line.centre().y - ctx.fonts.small->FontSize / 2}, t.faint,
            offer.kind);
  draw_text_cut(list, ctx.fonts.body, {line.min.x + ctx.px(12), y}, kind_right - kind - line.min.x - ctx.px(24),
                offer.enabled ? t.text : t.faint, offer.title);
}

}  // namespace

std::vector<Offer> offers(const ViewContext& ctx, std::string_view typed) {
  std::vector<Offer> out;
  for (const Action& action : actions()) {
    if (action.id == "palette.open" || action.id == "select.none") continue;
    add(out, typed,
        {.title = action.title,
         .kind = title_of(action.group),
         .keys = action.keys.empty() ? std::string() : words_of(action.keys.front()),
         .run = action.run,
         .enabled = !action.enabled || action.enabled(ctx)},
        action.detail);
  }
  if (typed.find_first_not_of(' ') != std::string_view::npos) {
    add_objects(ctx, typed, out);
    add_terms(typed, out);
    std::ranges::stable_sort(
        out, [](const Offer& a, const Offer& b) { return a.enabled != b.enabled ? a.enabled : a.score > b.score; });
  }
  if (out.size() > kMost) out.erase(out.begin() + kMost, out.end());
  return out;
}

void open_command_palette(UiState& ui) {
  ui.shell.palette_open = ui.shell.palette_focus = true;
  ui.shell.lessons_open = ui.help = false;
  ui.shell.typed.clear();
  ui.shell.offer = 0;
}

bool command_palette_key(const ViewContext& ctx, Chord chord) {
  ShellUi& shell = ctx.ui.shell;
  if (chord == Key::Escape) {
    shell.palette_open = false;
    return true;
  }
  const std::vector<Offer> found = offers(ctx, shell.typed);
  const int count = int(found.size());
  if (chord == Key::Down || chord == Key::Up) {
    if (count > 0) shell.offer = (shell.offer + (chord == Key::Down ? 1 : count - 1)) % count;
    return true;
  }
  if (chord == Key::Enter) {
    if (shell.offer < count) take(ctx, found[std::size_t(shell.offer)]);
    return true;
  }
  return false;
}

void draw_command_palette(const ViewContext& ctx, Box screen) {
  ShellUi& shell = ctx.ui.shell;
  const Theme& t = ctx.theme;
  const float pad = ctx.px(16), row = ctx.fonts.body->FontSize + ctx.px(13), field = ctx.px(24);
  const float width = std::min(ctx.px(620), screen.width() - ctx.px(24));
  const float top = screen.min.y + std::min(ctx.px(90), screen.height() * 0.08f);
  const int lines = std::clamp(int((screen.max.y - top - field - 4 * pad) / row), 3, kLines);
  const Box card{{screen.centre().x - width / 2, top},
                 {screen.centre().x + width / 2, top + field + float(lines) * row + 3 * pad}};
  const Overlay overlay(ctx, "command palette", screen, card);
  ctx.mark("palette", card);
  ImGui::SetCursorScreenPos({card.min.x + pad, card.min.y + pad});
  ImGui::PushItemWidth(width - 2 * pad);
  ImGui::PushStyleColor(ImGuiCol_FrameBg, ctx.theme.card);
  if (shell.palette_focus) ImGui::SetKeyboardFocusHere();
  shell.palette_focus = false;
  if (ImGui::InputTextWithHint("##typed", "What is to be done? A few letters do; \u201cframe 5\u201d, a lesson's title",
                               &shell.typed))
    shell.offer = 0;
  ImGui::PopStyleColor();
  ImGui::PopItemWidth();

  const std::vector<Offer> found = offers(ctx, shell.typed);
  shell.offer = std::clamp(shell.offer, 0, std::max(0, int(found.size()) - 1));
  const int first = std::clamp(shell.offer - lines / 2, 0, std::max(0, int(found.size()) - lines));
  float y = card.min.y + field + 2 * pad;
  for (int i = first; i < int(found.size()) && i < first + lines; ++i, y += row) {
    const Box line{{card.min.x + pad / 2, y}, {card.max.x - pad / 2, y + row}};
    const Touch on = touch(ctx, fmt::format("offer {}", i), line);
    const ImVec2 moved = ImGui::GetIO().MouseDelta;
    if (on.hovered && (moved.x != 0 || moved.y != 0)) shell.offer = i;
    draw_line(ctx, line, found[std::size_t(i)], i == shell.offer);
    if (on.clicked) take(ctx, found[std::size_t(i)]);
  }
  if (found.empty())
    draw_text(ImGui::GetWindowDrawList(), ctx.fonts.body, {card.min.x + pad, y}, t.soft,
              "Nothing of that name. Fewer letters find more.");
  if (overlay.clicked_beside()) shell.palette_open = false;
}

}  // namespace exo::views
