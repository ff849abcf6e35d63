// The Compare panel: this run (A) and another (B) side by side on one clock. The window's cursor moves both; what
// differs carries a diamond; totals stand beneath.
#include <fmt/format.h>

#include <algorithm>

#include "explorer/model/words.hpp"
#include "explorer/views/compare_parts.hpp"
#include "explorer/views/overlay.hpp"
#include "explorer/views/views.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

constexpr std::size_t kBudget = 100'000;  ///< events of each run in one picture

struct AlignRow {
  CompareAlign align;
  const char *name, *title, *tip;
};
constexpr AlignRow kAligns[] = {
    {CompareAlign::Time, "time", "guest time", "Both clocks begin when the machine boots"},
    {CompareAlign::Step, "step", "story step", "The story step that is told begins in both at the same moment"},
    {CompareAlign::Difference, "difference", "first difference", "The first event that differs is one moment"},
    {CompareAlign::Events, "events", "event by event", "Event 100 of one beside event 100 of the other"},
};

/// The two events that are taken for one moment.
model::Anchor anchor_of(const ViewContext& ctx, const model::Partner& partner, const CompareShown& shown) {
  if (ctx.ui.compare.align == CompareAlign::Difference) {
    const model::Anchor at = shown.report.difference;
    if (at.first != 0 && at.first <= ctx.history.size() && at.second <= partner.history->size()) return at;
  }
  if (ctx.ui.compare.align == CompareAlign::Step && partner.story != nullptr) {
    for (int i = ctx.story.current(ctx.cursor); i >= 0; --i) {
      const auto step = std::size_t(i);
      if (step < partner.story->steps.size() && partner.story->steps[step].reached != 0 &&
          ctx.story.steps[step].reached != 0)
        return {ctx.story.steps[step].reached, partner.story->steps[step].reached};
    }
  }
  return {};
}

void take_in(const ViewContext& ctx, const model::Partner& partner, CompareShown& shown) {
  const model::History &a = ctx.history, &b = *partner.history;
  shown.comparison.update(a, b, kBudget);
  // Nobody knows what comes after the end of a run that still goes on.
  const bool over = partner.over && (!ctx.live() || ctx.status == MachineStatus::Finished);
  const std::array<model::EventNumber, 2> sizes{shown.comparison.tally(0).number(), shown.comparison.tally(1).number()};
  ctx.ui.compare.busy = !shown.comparison.complete() || !partner.over;
  if (sizes == shown.reported && over == shown.reported_over && !shown.report.groups.empty()) return;
  shown.reported = sizes;
  shown.reported_over = over;
  shown.report = model::report_of(shown.comparison, a, b, over);
  if (shown.difference.at_event.first != shown.report.difference.first || shown.difference.sentences[1].empty())
    shown.difference = model::difference_at(shown.report.difference, a, b);
}

float draw_aligns(const ViewContext& ctx, ImVec2 at, float width) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float height = ctx.px(24), gap = ctx.px(6);
  float x = at.x;
  const float words = text_width(ctx.fonts.small, "together at") + ctx.px(8);
  draw_text(list, ctx.fonts.small, {x, at.y + (height - ctx.fonts.small->FontSize) / 2}, ctx.theme.faint,
            "together at");
  x += words;
  float all = 0;
  for (const AlignRow& row : kAligns) all += text_width(ctx.fonts.body, row.title) + ctx.px(20) + gap;
  const float y = at.y;
  if (x + all - gap > at.x + width) {  // they would take several lines: a menu says the same in one
    std::vector<MenuRow> rows;
    const AlignRow* now = kAligns;
    for (const AlignRow& row : kAligns) {
      const bool chosen = ctx.ui.compare.align == row.align;
      if (chosen) now = &row;
      rows.push_back({fmt::format("compare at {}", row.name), row.title, "", chosen, true, false,
                      [&ctx, align = row.align] { ctx.ui.compare.align = align; }});
    }
    const float wide = std::min(text_width(ctx.fonts.body, "event by event") + ctx.px(36), at.x + width - x);
    if (button(ctx, "compare together", {{x, y}, {x + wide, y + height}}, std::string(now->title) + " \u2026",
               std::string(now->tip) + ". Click for other ways to lay the two clocks on each other."))
      open_menu("compare aligns");
    draw_menu(ctx, "compare aligns", {x, y + height + ctx.px(3)}, false, rows);
    return height;
  }
  for (const AlignRow& row : kAligns) {
    const float wide = text_width(ctx.fonts.body, row.title) + ctx.px(20);
    if (button(ctx, fmt::format("compare at {}", row.name), {{x, y}, {x + wide, y + height}}, row.title, row.tip,
               {.active = ctx.ui.compare.align == row.align}))
      ctx.ui.compare.align = row.align;
    x += wide + gap;
  }
  return y + height - at.y;
}

/// The sentence that says it all: where the runs part, in both.
float draw_verdict(const ComparePicture& picture, ImVec2 at, float width) {
  const ViewContext& ctx = picture.ctx;
  const CompareShown& shown = picture.shown;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float line = ctx.px(20);
  const bool known = shown.reported_over && shown.comparison.complete();
  if (shown.report.difference.first == 0) {
    const char* words = !known                    ? "No difference so far."
                        : shown.report.shift == 0 ? "Both runs are the same, event by event and bit for bit."
                                                  : "The same happens in both, in the same order; only when differs.";
    draw_text_cut(list, ctx.fonts.strong, at, width, ctx.theme.text, words);
    return line;
  }
  const model::FirstDifference& difference = shown.difference;
  const Box box{at, {at.x + width, at.y + 3 * line}};
  const Touch on = touch(ctx, "compare first difference", box);
  if (on.hovered) {
    list->AddRectFilled({box.min.x - ctx.px(4), box.min.y - ctx.px(2)}, box.max, ctx.theme.card, ctx.px(4));
    tooltip(ctx, "The first event in which something else happens. Click to go there, in both.");
  }
  if (on.clicked) ctx.seek(std::min(difference.at_event.first, ctx.history.size()));
  difference_mark(ctx, list, {at.x + ctx.px(6), at.y + line * 0.45f}, ctx.px(5));
  draw_text_cut(list, ctx.fonts.strong, {at.x + ctx.px(18), at.y}, width - ctx.px(18), ctx.theme.text,
                fmt::format("They part at event {}", grouped(difference.at_event.first)));
  for (std::size_t i = 0; i < 2; ++i) {
    const float y = at.y + line * float(i + 1);
    draw_text(list, ctx.fonts.strong, {at.x + ctx.px(18), y}, ctx.theme.faint, i == 0 ? "A" : "B");
    const bool there = !difference.sentences[i].empty();
    const std::string words = there ? difference.sentences[i] : "no more events";
    const std::string when = there ? micros_text(difference.at[i]) + " \u00b5s" : "";
    const float room = text_width(ctx.fonts.mono_small, when) + ctx.px(12);
    draw_text_cut(list, ctx.fonts.body, {at.x + ctx.px(34), y}, width - ctx.px(34) - room, ctx.theme.soft, words);
    draw_text_right(list, ctx.fonts.mono_small, {at.x + width, y + ctx.px(2)}, ctx.theme.faint, when);
  }
  return 3 * line;
}

float draw_title(const ComparePicture& picture, int run, ImVec2 at, float width) {
  const ViewContext& ctx = picture.ctx;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const auto i = std::size_t(run);
  const std::string letter = run == 0 ? "A" : "B";
  const float wide = draw_text(list, ctx.fonts.heading, at, ctx.theme.accent, letter) + ctx.px(8);
  draw_text_cut(list, ctx.fonts.strong, {at.x + wide, at.y + ctx.px(3)}, width - wide, ctx.theme.text,
                run == 0 ? std::string("this run: ") + std::string(ctx.source) : picture.partner.title);
  const model::History& history = run == 0 ? ctx.history : *picture.partner.history;
  const float y = at.y + ctx.px(24);
  std::string words = fmt::format("{} \u00b5s \u00b7 event {} of {}", micros_text(history.ticks(picture.at[i])),
                                  grouped(picture.at[i]), grouped(history.size()));
  if (picture.at[i] == history.size() && picture.at[i] != 0) words += " \u00b7 its end";
  draw_text_cut(list, ctx.fonts.mono_small, {at.x, y}, width, ctx.theme.soft, words);
  if (run == 1 && !picture.partner.over) {
    const Box bar{{at.x, y + ctx.px(18)}, {at.x + width, y + ctx.px(21)}};
    list->AddRectFilled(bar.min, bar.max, ctx.theme.empty, ctx.px(2));
    list->AddRectFilled(bar.min, {bar.min.x + bar.width() * float(picture.partner.share), bar.max.y}, ctx.theme.accent,
                        ctx.px(2));
    if (touch(ctx, "compare progress", bar).hovered)
      tooltip(ctx, "The other run is being made: its machine runs to the scenario's end.");
  }
  return ctx.px(46);
}

/// Everything below the heading, at a width; returns its height.
float draw_body(const ComparePicture& picture, ImVec2 at, float width, float room) {
  const ViewContext& ctx = picture.ctx;
  const float gap = ctx.px(14), start = at.y, half = (width - gap) / 2;
  const auto both = [&](auto draw) {
    float tall = 0;
    for (int run = 0; run < 2; ++run) tall = std::max(tall, draw(run, ImVec2(at.x + float(run) * (half + gap), at.y)));
    at.y += tall;
  };
  at.y += draw_verdict(picture, at, width) + ctx.px(12);
  both([&](int run, ImVec2 place) { return draw_title(picture, run, place, half); });
  both([&](int run, ImVec2 place) { return draw_compare_cards(picture, run, place, half); });
  at.y += ctx.px(10);
  const float most = std::clamp(room * 0.24f, ctx.px(70), ctx.px(170));
  both([&](int run, ImVec2 place) { return draw_compare_frames(picture, run, place, half, most); });
  at.y += ctx.px(12);
  at.y += draw_compare_differences(picture, at, width) + ctx.px(12);
  at.y += draw_compare_lanes(picture, at, width) + ctx.px(14);
  at.y += draw_compare_totals(picture, at, width);
  return at.y - start;
}

}  // namespace

std::uint32_t compare_colour(const ComparePicture& picture, int run, std::uint32_t env) {
  if (run == 0 || env >= abi::kMaxEnvironments) return env;
  const std::uint8_t first = picture.match.first_of[env];
  return first == model::kNobody ? env : first;
}

void difference_mark(const ViewContext& ctx, ImDrawList* list, ImVec2 c, float size) {
  list->AddQuadFilled({c.x, c.y - size}, {c.x + size, c.y}, {c.x, c.y + size}, {c.x - size, c.y}, ctx.theme.accent);
  list->AddQuad({c.x, c.y - size}, {c.x + size, c.y}, {c.x, c.y + size}, {c.x - size, c.y}, ctx.theme.text,
                std::max(1.0f, size * 0.26f));
}

void draw_compare(const ViewContext& ctx, Box box) {
  CompareUi& ui = ctx.ui.compare;
  ui.busy = false;
  const model::Partner* partner = ctx.partner;
  const float label = draw_label(ctx, box.min, "COMPARE");
  const bool nothing = partner == nullptr || partner->history == nullptr;
  if (nothing || ui.choosing) {
    const float wide = ctx.px(64);
    if (!nothing &&
        button(ctx, "compare back", {{box.max.x - wide, box.min.y - ctx.px(5)}, {box.max.x, box.min.y + ctx.px(19)}},
               "Back", "To the comparison, as it was"))
      ui.choosing = false;
    return draw_compare_choices(ctx, {{box.min.x, box.min.y + ctx.px(26)}, box.max});
  }
  if (!ui.shown) ui.shown = std::make_shared<CompareShown>();
  CompareShown& shown = *ui.shown;
  take_in(ctx, *partner, shown);

  const float wide = ctx.px(126), x = box.min.x + label + ctx.px(16);
  if (button(ctx, "compare with", {{box.max.x - wide, box.min.y - ctx.px(5)}, {box.max.x, box.min.y + ctx.px(19)}},
             "Compare with\u2026", "Another lesson, a recording, or this lesson with another library OS"))
    ui.choosing = true;
  const float aligns = draw_aligns(ctx, {x, box.min.y - ctx.px(5)}, box.max.x - wide - ctx.px(10) - x);

  ComparePicture picture{.ctx = ctx, .partner = *partner, .shown = shown};
  const model::Anchor anchor = anchor_of(ctx, *partner, shown);
  picture.at = {ctx.cursor, model::counterpart(ctx.history, *partner->history, ctx.cursor, anchor,
                                               ui.align == CompareAlign::Events)};
  picture.states = {&ctx.state, &partner->history->state_at(picture.at[1])};
  picture.match = model::match_environments(*picture.states[0], *picture.states[1]);
  picture.differences = model::differences(*picture.states[0], *picture.states[1], picture.match);
  const bool by_number = ui.align == CompareAlign::Events;
  picture.shift = std::int64_t(partner->history->ticks(by_number ? picture.at[1] : anchor.second)) -
                  std::int64_t(ctx.history.ticks(by_number ? picture.at[0] : anchor.first));

  const Box field{{box.min.x, box.min.y + aligns + ctx.px(6)}, box.max};
  ImGui::SetCursorScreenPos(field.min);
  ImGui::BeginChild("compare", {field.width(), std::max(1.0f, field.height())}, false);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = field.width() - ctx.px(16);  // the scroll bar's place stays free, so that nothing jumps
  const float tall = draw_body(picture, at, width, field.height());
  ImGui::SetCursorScreenPos(at);
  ImGui::Dummy({width, tall});
  ImGui::EndChild();
}

}  // namespace exo::views
