// The trace as a table in plain words. Only the rows in sight are read and worded, so millions cost what forty do.
// Selecting a row moves the cursor, and every panel shows the state at that event.
#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>
#include <cmath>

#include "explorer/model/words.hpp"
#include "explorer/views/objects.hpp"
#include "explorer/views/query_box.hpp"
#include "explorer/views/sentence.hpp"
#include "explorer/views/views.hpp"
#include "explorer/views/why.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

/// Query box, environment and categories; returns where the table begins.
float draw_filter(const ViewContext& ctx, Box box) {
  const Theme& t = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  model::EventFilter& choice = ctx.ui.choice;
  const float height = ctx.px(28);
  float x = box.min.x, y = box.min.y;
  y = draw_query_box(ctx, {{x, y}, {box.max.x, y + height}}) + ctx.px(7);

  const std::string who = choice.env ? model::env_name(ctx.state, *choice.env) : std::string("everyone");
  const Box who_box{{x, y}, {x + ctx.px(120), y + height}};
  if (button(ctx, "filter env", who_box, who, "Only events in which this environment acted or is named"))
    ImGui::OpenPopup("filter envs");
  if (ImGui::BeginPopup("filter envs")) {
    if (ImGui::Selectable("everyone", !choice.env)) choice.env.reset();
    for (std::uint32_t env = 0; env < abi::kMaxEnvironments; ++env)
      if (env == 0 || ctx.state.envs[env].state != abi::EnvState::Free)
        if (ImGui::Selectable(fmt::format("{}##{}", model::env_name(ctx.state, env), env).c_str(), choice.env == env))
          choice.env = env;
    ImGui::EndPopup();
  }
  x = who_box.max.x + ctx.px(10);
  const model::FilterIndex& found = ctx.ui.filter;
  const bool active = !found.filter().passes_everything();
  const std::size_t matching = found.counts() != nullptr ? found.counts()->events() : found.size();
  std::string count = active ? fmt::format("{} of {}", grouped(matching), plural(ctx.newest(), "event"))
                             : plural(ctx.newest(), "event");
  if (active && found.scanned() < ctx.newest())
    count += fmt::format(", searched {}%", found.scanned() * 100 / std::max<model::EventNumber>(1, ctx.newest()));
  draw_text_cut(list, ctx.fonts.small, {x, y + ctx.px(8)}, box.max.x - x - ctx.px(96), t.faint, count);
  if (active && button(ctx, "filter clear", {{box.max.x - ctx.px(90), y}, {box.max.x, y + height}}, "Show all",
                       "Forget the search and the filters")) {
    choice = model::EventFilter{};
  }

  // Categories as chips; a click hides or shows one. In a small place the events have the room, unless some are hidden.
  x = box.min.x;
  y += height + ctx.px(7);
  const auto every = (std::uint32_t{1} << category_names().size()) - 1;
  if (box.height() < ctx.px(320) && (choice.categories & every) == every) return y + ctx.px(2);
  const float chip = ctx.fonts.small->FontSize + ctx.px(9);
  const auto& names = category_names();
  for (std::size_t i = 0; i < names.size(); ++i) {
    const float width = text_width(ctx.fonts.small, names[i]) + ctx.px(18);
    if (x > box.min.x && x + width > box.max.x) {
      x = box.min.x;
      y += chip + ctx.px(5);
    }
    const Box place{{x, y}, {x + width, y + chip}};
    const Touch on = touch(ctx, fmt::format("category {}", names[i]), place);
    const bool shown = ((choice.categories >> i) & 1) != 0;
    if (shown) list->AddRectFilled(place.min, place.max, on.hovered ? t.card_hover : t.card, chip / 2);
    list->AddRect(place.min, place.max, t.line, chip / 2, 0, ctx.px(1));
    draw_text_centred(list, ctx.fonts.small, place, shown ? t.soft : faded(t.faint, 0.6f), names[i]);
    if (on.hovered)
      tooltip(ctx, fmt::format("{} the category \u201c{}\u201d. With Ctrl: this one only.", shown ? "Hide" : "Show",
                               names[i]));
    if (on.clicked) {
      const std::uint32_t bit = 1u << i;
      choice.categories = ImGui::GetIO().KeyCtrl ? (choice.categories == bit ? ~0u : bit) : choice.categories ^ bit;
    }
    x += width + ctx.px(5);
  }
  return y + chip + ctx.px(8);
}

struct Columns {
  float number, time, env, words;
};

void draw_row(const ViewContext& ctx, Box row, const Columns& columns, model::EventNumber number,
              const model::State& names) {
  const Theme& t = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const model::Event event = ctx.history.event(number);
  const Touch on = touch(ctx, fmt::format("row {}", number), row);
  const bool here = number == ctx.cursor, later = number > ctx.cursor;
  const bool hot = model::event_category(event.id) == "revocation";
  const bool related = ctx.highlight.any && concerns(event, ctx.ui.selection);
  if (here || on.hovered || related)
    list->AddRectFilled(row.min, row.max, here ? t.card_hover : on.hovered ? t.card : faded(t.card, 0.7f));
  if (here) list->AddRectFilled(row.min, {row.min.x + ctx.px(3), row.max.y}, t.cursor);
  if (related) list->AddRectFilled({row.max.x - ctx.px(3), row.min.y}, row.max, t.accent);
  const float y = row.centre().y - ctx.fonts.mono_small->FontSize / 2,
              y_words = row.centre().y - ctx.fonts.body->FontSize / 2;
  const float fade = later ? 0.5f : 1.0f;
  if (columns.number > 0)
    draw_text_right(list, ctx.fonts.mono_small, {columns.number, y}, faded(t.faint, fade), grouped(number));
  draw_text_right(list, ctx.fonts.mono_small, {columns.time, y}, faded(t.soft, fade), micros_text(event.ticks));
  env_glyph(list, {columns.env + ctx.px(4), row.centre().y}, ctx.px(4.5f), event.env,
            faded(env_colour(t, event.env), fade));
  draw_text_cut(list, ctx.fonts.body, {columns.env + ctx.px(14), y_words}, columns.words - columns.env - ctx.px(20),
                faded(env_ink(t, event.env), fade), model::env_name(names, event.env));
  const std::string sentence = model::sentence(event, names);
  const bool on_term =
      draw_sentence_cut(ctx, ctx.fonts.body, {columns.words, y_words}, row.max.x - columns.words - ctx.px(8),
                        faded(hot ? t.hot : t.text, fade), sentence);
  if (on.asked) ask_why(ctx, {Selection::Kind::Event, number});
  if (on.hovered && !on_term) {
    std::string tip =
        fmt::format("{}\n{} ({})", sentence, model::event_name(event.id), model::event_category(event.id));
    if (event.pc != 0) tip += fmt::format("\ncaused by the instruction at 0x{:08x}", event.pc);
    tooltip(ctx, tip);
  }
  if (on.clicked) {
    ctx.out.push_back(model::Seek{number});
    ctx.ui.range.follow = true;
  }
}

}  // namespace

void draw_events(const ViewContext& ctx, Box box) {
  const Theme& t = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  double& top_row = ctx.ui.events_top;
  model::EventNumber& last_cursor = ctx.ui.events_cursor;
  const float head = draw_filter(ctx, box);
  if (const model::CountTable* counts = ctx.ui.filter.counts()) {
    draw_counts(ctx, {{box.min.x, head}, box.max}, *counts);
    return;
  }
  const float bar = ctx.px(10), row_height = ctx.px(23);
  // A narrow place has no numbers, and who acted is a sign: what happened is what is read.
  const bool narrow = box.width() < ctx.px(400);
  const float left = box.min.x + (narrow ? ctx.px(-92) : 0);
  const Columns columns{narrow ? 0 : left + ctx.px(74), left + ctx.px(170), left + ctx.px(184),
                        left + ctx.px(narrow                      ? 204.0f
                                      : box.width() > ctx.px(600) ? 292.0f
                                                                  : 262.0f)};
  if (!narrow) {
    draw_text_right(list, ctx.fonts.small, {columns.number, head}, t.faint, "event");
    draw_text(list, ctx.fonts.small, {columns.env, head}, t.faint, "who acted");
  }
  draw_text_right(list, ctx.fonts.small, {columns.time, head}, t.faint, "time, \u00b5s");
  draw_text(list, ctx.fonts.small, {columns.words, head}, t.faint, "what happened");
  const Box table{{box.min.x, head + ctx.fonts.small->FontSize + ctx.px(6)}, {box.max.x - bar - ctx.px(4), box.max.y}};
  rule(ctx, {table.min.x, table.min.y - ctx.px(3)}, box.width());

  const auto rows = double(ctx.ui.filter.size());
  const double page = std::max(1.0, std::floor(double(table.height() / row_height)));
  const double most = std::max(0.0, rows - page);
  if (rows > 0 && (last_cursor != ctx.cursor || ctx.ui.scroll_to_cursor)) {
    // The cursor moved: keep its row in sight, with some of what comes next.
    const std::size_t after = ctx.ui.filter.row_of_event(ctx.cursor + 1);
    const auto row = double(after == 0 ? 0 : after - 1);
    if (row < top_row + 1 || row > top_row + page - 4) top_row = row - std::floor(page * 0.6);
    last_cursor = ctx.cursor;
    ctx.ui.scroll_to_cursor = false;
  }
  const ImGuiIO& io = ImGui::GetIO();
  if (table.contains(io.MousePos) && io.MouseWheel != 0 &&
      ImGui::IsWindowHovered(ImGuiHoveredFlags_AllowWhenBlockedByActiveItem))
    top_row -= double(io.MouseWheel) * 3;
  top_row = std::clamp(top_row, 0.0, most);

  // Scroll bar.
  const Box rail{{box.max.x - bar, table.min.y}, {box.max.x, table.max.y}};
  const Touch on = touch(ctx, "events scroll", rail);
  const float thumb = std::max(ctx.px(24), rail.height() * float(std::min(1.0, page / std::max(1.0, rows))));
  if (on.held && most > 0)
    top_row =
        std::clamp(double((io.MousePos.y - rail.min.y - thumb / 2) / std::max(1.0f, rail.height() - thumb)), 0.0, 1.0) *
        most;
  const float at = most > 0 ? float(top_row / most) : 0;
  const float thumb_y = rail.min.y + at * (rail.height() - thumb);
  list->AddRectFilled({rail.min.x + ctx.px(2), thumb_y}, {rail.max.x, thumb_y + thumb},
                      on.hovered || on.held ? t.faint : t.line, ctx.px(4));

  if (rows == 0) {
    draw_text(list, ctx.fonts.body, {table.min.x + ctx.px(12), table.min.y + ctx.px(16)}, t.faint,
              ctx.newest() == 0 ? "Nothing has happened yet." : "No event matches.");
    return;
  }
  list->PushClipRect(table.min, table.max, true);
  const auto first = std::size_t(top_row);
  for (std::size_t i = 0; i <= std::size_t(page) && first + i < std::size_t(rows); ++i) {
    const float y = std::floor(table.min.y + row_height * float(i));
    draw_row(ctx, {{table.min.x, y}, {table.max.x, y + row_height}}, columns, ctx.ui.filter.at(first + i),
             ctx.history.newest());
  }
  list->PopClipRect();
}

}  // namespace exo::views
