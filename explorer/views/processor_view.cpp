// The processor: who ran in which slice, what share each gets, and of every environment why it runs or does not: it
// waits for another, it owes slices, it is dormant.
#include <fmt/format.h>

#include <algorithm>

#include "explorer/model/words.hpp"
#include "explorer/views/objects.hpp"
#include "explorer/views/processor_parts.hpp"
#include "explorer/views/views.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

/// Columns of the table, from the right.
struct Column {
  const char* title;
  const char* tip;
  float width;  ///< unscaled
};
constexpr std::array<Column, 4> kColumns{
    {{"RAN", "Processor time so far", 62},
     {"ASID", "Its address-space identifier; none: its bindings wait in the STLB", 40},
     {"OWES", "Slices that it will forfeit, because it stayed past the end of others", 44},
     {"SLICES", "Positions of the slice vector that it owns", 46}}};

std::array<std::string, kColumns.size()> values(const ViewContext& ctx, std::uint32_t env) {
  const model::EnvironmentState& e = ctx.state.envs[env];
  return {short_micros(model::processor_time(ctx.state, env)), e.asid == 0 ? "\u2013" : fmt::format("{}", e.asid),
          e.excess == 0 ? "\u2013" : fmt::format("{}", e.excess), fmt::format("{}", e.slices)};
}

/// What it has alone, and whether others may enter it.
std::string extras(const ViewContext& ctx, std::uint32_t env) {
  std::string out;
  const auto add = [&](std::string_view word) { out += (out.empty() ? "" : " \u00b7 ") + std::string(word); };
  if (ctx.state.fpu_owner == env) add("FPU");
  for (std::uint32_t device = 0; device < abi::kDevices; ++device)
    if (ctx.state.devices[device].holder == env) add(model::device_name(device));
  const model::EntryState& entry = ctx.state.envs[env].entry;
  if ((entry.sync | entry.async) != 0) add(entry.guarded ? "guarded entry" : "entry");
  return out;
}

void draw_row(const ViewContext& ctx, Box row, std::uint32_t env, float numbers) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Theme& t = ctx.theme;
  const model::EnvironmentState& e = ctx.state.envs[env];
  const bool running = ctx.state.running == env, dormant = e.state == abi::EnvState::Dormant;
  const Touch on = touch(ctx, fmt::format("condition {}", env), row);
  const bool lit =
      ctx.ui.selection.is(Selection::Kind::Environment, env) || (ctx.highlight.any && ctx.highlight.envs[env]);
  list->AddRectFilled(row.min, row.max, on.hovered ? t.card_hover : t.card, ctx.px(4));
  if (dormant) hatch(list, row, faded(t.line, 0.8f), ctx.px(10), ctx.px(1));
  list->AddRectFilled(row.min, {row.min.x + ctx.px(4), row.max.y}, env_colour(t, env), ctx.px(4),
                      ImDrawFlags_RoundCornersLeft);
  if (lit || running) list->AddRect(row.min, row.max, lit ? t.text : env_colour(t, env), ctx.px(4), 0, ctx.px(1.4f));
  const float y = row.centre().y - ctx.fonts.small->FontSize / 2, words_end = row.max.x - numbers;
  const float name_width = std::clamp((words_end - row.min.x) * 0.34f, ctx.px(50), ctx.px(110));
  env_glyph(ImGui::GetWindowDrawList(), {row.min.x + ctx.px(14), row.centre().y}, ctx.px(4.5f), env,
            env_colour(t, env));
  float x = row.min.x + ctx.px(25);
  draw_text_cut(list, ctx.fonts.small, {x, y}, name_width, env_ink(t, env), model::env_name(ctx.state, env));
  x += name_width + ctx.px(8);
  const std::string has = extras(ctx, env);
  const float badge = has.empty() ? 0 : text_width(ctx.fonts.small, has) + ctx.px(10);
  const std::string condition = model::condition_text(ctx.state, env);
  const bool fits = text_width(ctx.fonts.small, condition) + badge < words_end - x;
  draw_text_cut(list, ctx.fonts.small, {x, y}, words_end - x - ctx.px(4), running ? t.text : t.soft, condition);
  if (fits && badge != 0) draw_text_right(list, ctx.fonts.small, {words_end - ctx.px(6), y}, t.faint, has);
  float right = row.max.x - ctx.px(8);
  const auto all = values(ctx, env);
  for (std::size_t i = 0; i < kColumns.size(); ++i) {
    draw_text_right(list, ctx.fonts.mono_small, {right, y + ctx.px(1)}, i == 2 && e.excess != 0 ? t.text : t.soft,
                    all[i]);
    right -= ctx.px(kColumns[i].width);
  }
  if (on.hovered)
    tooltip(
        ctx,
        fmt::format("{} {}{}{}", model::env_name(ctx.state, env), condition, has.empty() ? "" : "\nIt has: " + has,
                    e.forfeited == 0 ? "" : fmt::format("\nIt has forfeited {} so far", plural(e.forfeited, "slice"))));
  choose(ctx, on, Selection::Kind::Environment, env);
}

}  // namespace

void draw_conditions(const ViewContext& ctx, Box box) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Theme& t = ctx.theme;
  const float label = draw_label(ctx, box.min, "WHY DOES IT RUN, OR NOT?");
  float numbers = ctx.px(10), right = box.max.x - ctx.px(20);
  for (const Column& column : kColumns) {
    const float width = text_width(ctx.fonts.small, column.title);
    if (right - width > box.min.x + label + ctx.px(6)) {
      draw_text_right(list, ctx.fonts.small, {right, box.min.y - ctx.px(1)}, t.faint, column.title);
      if (touch(ctx, fmt::format("column {}", column.title),
                {{right - width, box.min.y - ctx.px(2)}, {right, box.min.y + ctx.px(14)}})
              .hovered)
        tooltip(ctx, column.tip);
    }
    right -= ctx.px(column.width);
    numbers += ctx.px(column.width);
  }
  box.min.y += ctx.fonts.label->FontSize + ctx.px(9);
  ImGui::SetCursorScreenPos(box.min);
  ImGui::BeginChild("conditions", {box.width(), std::max(1.0f, box.height())}, false);
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  float y = origin.y;
  for (std::uint32_t env = 1; env < abi::kMaxEnvironments; ++env) {
    if (ctx.state.envs[env].state == abi::EnvState::Free) continue;
    const Box row{{origin.x, y}, {origin.x + box.width() - ctx.px(12), y + ctx.px(24)}};
    if (row.max.y > box.min.y && row.min.y < box.max.y) draw_row(ctx, row, env, numbers);
    y += ctx.px(28);
  }
  if (y == origin.y)
    draw_text(ImGui::GetWindowDrawList(), ctx.fonts.body, {origin.x, y + ctx.px(8)}, t.faint,
              "No environment exists at this moment.");
  ImGui::SetCursorScreenPos({origin.x, y});
  ImGui::Dummy({1, 1});
  ImGui::EndChild();
}

void draw_processor(const ViewContext& ctx, Box box) {
  const float between = ctx.px(22);
  const bool narrow = box.width() < ctx.px(620);
  const float upper = (box.height() - between) * (narrow ? 0.36f : 0.48f);
  draw_rounds(ctx, {box.min, {box.max.x, box.min.y + upper}});
  const float y = box.min.y + upper + between;
  if (narrow) {
    const float half = (box.max.y - y - between) / 2;
    draw_shares(ctx, {{box.min.x, y}, {box.max.x, y + half}});
    draw_conditions(ctx, {{box.min.x, y + half + between}, box.max});
    return;
  }
  const float middle = box.min.x + box.width() * 0.46f;
  draw_shares(ctx, {{box.min.x, y}, {middle, box.max.y}});
  draw_conditions(ctx, {{middle + between, y}, box.max});
}

}  // namespace exo::views
