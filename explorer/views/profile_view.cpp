// The Profile panel: where the instructions of a stretch of the run went. Which stretch, how far the counting is, a
// table, and the picture of the stacks.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "explorer/views/actions.hpp"
#include "explorer/views/debug_parts.hpp"
#include "explorer/views/profile_parts.hpp"
#include "explorer/views/sentence.hpp"
#include "explorer/views/views.hpp"

namespace exo::views {
namespace {

constexpr std::array<std::pair<const char*, const char*>, 4> kStretches{{{"profile.whole", "Whole run"},
                                                                         {"profile.selected", "Selected time"},
                                                                         {"profile.sight", "Time in sight"},
                                                                         {"profile.cursor", "Up to the cursor"}}};

float button_width(const ViewContext& ctx, std::string_view text) {
  return text_width(ctx.fonts.body, text) + ctx.px(20);
}

/// Buttons that begin to count; returns the y below them.
float draw_stretches(const ViewContext& ctx, Box box) {
  const float height = ctx.px(26), gap = ctx.px(5);
  float x = box.min.x, y = box.min.y;
  for (const auto& [id, words] : kStretches) {
    const float width = button_width(ctx, words);
    if (x > box.min.x && x + width > box.max.x) {
      x = box.min.x;
      y += height + gap;
    }
    action_button(ctx, id, id, {{x, y}, {x + width, y + height}}, words);
    x += width + gap;
  }
  return y + height + ctx.px(6);
}

std::string stretch_words(const ViewContext& ctx, std::uint64_t from, std::uint64_t to) {
  const bool known = to <= ctx.newest() && from < to;
  return fmt::format("events {} to {}{}", grouped(from + 1), grouped(to),
                     known ? fmt::format(", {} to {} \u00b5s", micros_text(from == 0 ? 0 : ctx.history.ticks(from)),
                                         micros_text(ctx.history.ticks(to)))
                           : std::string());
}

/// One line: what is being counted, or what is shown; returns the y below it.
float draw_state(const ViewContext& ctx, Box box) {
  const Theme& t = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const debugger::ProfileView& view = *ctx.profile;
  const float height = ctx.px(22), words_y = box.min.y + (height - ctx.fonts.small->FontSize) / 2;
  float right = box.max.x;
  ctx.mark("profile state", {box.min, {box.max.x, box.min.y + height}});
  if (view.counting) {
    const Box stop{{right - ctx.px(60), box.min.y}, {right, box.min.y + height}};
    action_button(ctx, "profile.stop", "profile stop", stop, "Stop");
    right = stop.min.x - ctx.px(8);
    const Box bar{{right - ctx.px(120), box.min.y + ctx.px(8)}, {right, box.min.y + height - ctx.px(8)}};
    list->AddRectFilled(bar.min, bar.max, t.empty, ctx.px(3));
    list->AddRectFilled(bar.min, {bar.min.x + bar.width() * float(std::clamp(view.share, 0.0, 1.0)), bar.max.y},
                        t.accent, ctx.px(3));
    draw_text_cut(list, ctx.fonts.small, {box.min.x, words_y}, bar.min.x - box.min.x - ctx.px(8), t.accent,
                  "counting " + stretch_words(ctx, view.from, view.to));
  } else if (!view.problem.empty()) {
    draw_text_cut(list, ctx.fonts.small, {box.min.x, words_y}, right - box.min.x, t.gap, view.problem);
  } else if (view.profile) {
    const debugger::Profile& profile = *view.profile;
    std::string words = fmt::format("{}: {}", plural(profile.instructions, "instruction"),
                                    stretch_words(ctx, profile.from, profile.to));
    if (profile.unaccounted != 0) words += fmt::format("; {} without a place", grouped(profile.unaccounted));
    if (profile.shortened != 0) words += fmt::format("; {} in stacks that lack calls", grouped(profile.shortened));
    draw_text_cut(list, ctx.fonts.small, {box.min.x, words_y}, right - box.min.x, t.soft, words);
    if (touch(ctx, "profile words", {box.min, {right, box.min.y + height}}).hovered) tooltip(ctx, words);
  }
  return box.min.y + height + ctx.px(4);
}

/// How the table is made, what is looked for, and where it can be saved; returns the y below.
float draw_choices(const ViewContext& ctx, Box box) {
  ProfileUi& ui = ctx.ui.profile;
  const float height = ctx.px(26), gap = ctx.px(5);
  float x = box.min.x, y = box.min.y;
  const auto next = [&](float width) {
    if (x > box.min.x && x + width > box.max.x) {
      x = box.min.x;
      y += height + gap;
    }
    const Box out{{x, y}, {x + width, y + height}};
    x += width + gap;
    return out;
  };
  constexpr std::array<std::tuple<ProfileBy, const char*, const char*>, 3> kBy{
      {{ProfileBy::Environment, "Environments", "One line for each environment, and for the kernel on its behalf"},
       {ProfileBy::Function, "Functions", "One line for each function; what was put in line within it is its own"},
       {ProfileBy::Line, "Lines", "One line for each line of the sources"}}};
  for (const auto& [by, words, tip] : kBy)
    if (button(ctx, fmt::format("profile by {}", words), next(button_width(ctx, words)), words, tip,
               {.active = ui.by == by}))
      ui.by = by;
  x += gap;
  action_button(ctx, "profile.upwards", "profile upwards", next(button_width(ctx, "Flames")), "Flames",
                {.active = ui.upwards});
  action_button(ctx, "profile.save-folded", "profile save folded", next(button_width(ctx, "Save stacks")),
                "Save stacks");
  action_button(ctx, "profile.save-json", "profile save json", next(button_width(ctx, "JSON")), "JSON");
  if (box.max.x - x < ctx.px(120)) (void)next(box.max.x);
  if (y != box.min.y && x > box.max.x) x = box.min.x;
  const Box field{{x, y}, {std::min(box.max.x, x + ctx.px(280)), y + height}};
  (void)text_field(ctx, "profile search", field, "find a function",
                   "What has this in its name: in the table, and marked in the picture", ui.search);
  if (!ui.search.empty() && ui.made_of)
    draw_text_cut(
        ImGui::GetWindowDrawList(), ctx.fonts.small,
        {field.max.x + ctx.px(8), y + (height - ctx.fonts.small->FontSize) / 2}, box.max.x - field.max.x - ctx.px(8),
        ctx.theme.soft,
        fmt::format("{} within, {}", grouped(ui.found_within), percent(ui.found_within, ui.made_of->instructions)));
  return y + height + ctx.px(8);
}

void draw_empty(const ViewContext& ctx, Box box) {
  draw_sentence(ctx, ctx.fonts.body, {box.min.x, box.min.y + ctx.px(4)}, std::min(box.width(), ctx.px(520)),
                ctx.theme.faint,
                "Nothing was counted yet. Choose a stretch above: the run is executed again in a second machine, and "
                "every instruction in it is counted, by environment, function, line and call stack. A stretch of time "
                "is selected in the time bar by dragging with Shift.");
}

}  // namespace

void draw_profile(const ViewContext& ctx, Box box) {
  float y = draw_stretches(ctx, box);
  if (ctx.profile == nullptr || (!ctx.profile->profile && !ctx.profile->counting && ctx.profile->problem.empty()))
    return draw_empty(ctx, {{box.min.x, y}, box.max});
  y = draw_state(ctx, {{box.min.x, y}, box.max});
  if (!ctx.profile->profile) return;
  y = draw_choices(ctx, {{box.min.x, y}, box.max});
  make_profile(ctx);
  const Box rest{{box.min.x, y}, box.max};
  if (rest.height() < ctx.px(60)) return;
  // The picture needs width first, then height.
  if (rest.width() > ctx.px(900) && rest.height() < rest.width() * 0.8f) {
    const float middle = std::floor(rest.min.x + rest.width() * 0.42f);
    draw_profile_table(ctx, {rest.min, {middle - ctx.px(10), rest.max.y}});
    draw_flame_graph(ctx, {{middle, rest.min.y}, rest.max});
    return;
  }
  const float middle = std::floor(rest.min.y + rest.height() * 0.52f);
  draw_flame_graph(ctx, {rest.min, {rest.max.x, middle - ctx.px(8)}});
  draw_profile_table(ctx, {{rest.min.x, middle}, rest.max});
}

}  // namespace exo::views
