// The Build panel: what the compiler said, line by line, and all that it printed. And the card that says how far a
// rebuild is, over whatever is in sight.
#include <fmt/format.h>

#include <algorithm>

#include "explorer/views/actions.hpp"
#include "explorer/views/arrangement.hpp"
#include "explorer/views/progress_card.hpp"
#include "explorer/views/rebuild_parts.hpp"
#include "explorer/views/views.hpp"

namespace exo::views {
namespace {

using Stage = model::Rebuilding::Stage;

void open_complaint(const ViewContext& ctx, const model::BuildComplaint& one) {
  ctx.ui.rebuild.line = 0;
  ctx.emit(model::OpenSource{one.file, one.line});
  show_panel(ctx.ui, panel_named("source"));
}

ImU32 ink_of(const ViewContext& ctx, const model::Rebuilding& build) {
  if (build.stage == Stage::Failed) return ctx.theme.gap;
  return build.stage == Stage::Back ? ctx.theme.text : ctx.theme.soft;
}

/// Returns the y below it.
float draw_complaint(const ViewContext& ctx, const model::BuildComplaint& one, std::size_t number, ImVec2 at,
                     float width) {
  const Theme& t = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float pitch = ctx.fonts.mono_small->FontSize + ctx.px(7);
  const std::string where = one.file.empty() ? std::string() : fmt::format("{}:{}", one.file, one.line);
  const float indent = ctx.px(22);
  const float text = wrapped_height(ctx.fonts.body, width - indent, one.text);
  const float height = text + (where.empty() ? 0 : pitch) + ctx.px(8);
  const Box row{at, {at.x + width, at.y + height}};
  const Touch on = touch(ctx, fmt::format("complaint {}", number), row);
  if (on.hovered && !where.empty()) list->AddRectFilled(row.min, row.max, t.card, ctx.px(3));
  dot(list, {at.x + ctx.px(9), at.y + ctx.px(4) + pitch / 2}, ctx.px(3.6f), one.error ? t.gap : t.soft);
  float y = at.y + ctx.px(4);
  if (!where.empty()) {
    draw_text_cut(list, ctx.fonts.mono_small, {at.x + indent, y}, width - indent, t.accent, where);
    y += pitch;
  }
  (void)draw_text_wrapped(list, ctx.fonts.body, {at.x + indent, y}, width - indent, t.text, one.text);
  if (on.hovered)
    tooltip(ctx, where.empty()
                     ? std::string("It is about no line")
                     : fmt::format("{} at {}: a click shows the line", one.error ? "Error" : "Warning", where));
  if (on.clicked && !where.empty()) open_complaint(ctx, one);
  return row.max.y + ctx.px(2);
}

}  // namespace

void draw_build(const ViewContext& ctx, Box box) {
  const Theme& t = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float height = ctx.px(26), wide = ctx.px(96);
  const model::Rebuilding* build = ctx.rebuilding;
  const bool busy = build != nullptr && build->busy();
  const Box go{{box.max.x - wide, box.min.y}, {box.max.x, box.min.y + height}};
  action_button(ctx, "debug.rebuild", "build again", go, busy ? "Stop" : "Rebuild");
  const float middle = box.min.y + (height - ctx.fonts.body->FontSize) / 2;
  if (build == nullptr) {
    draw_text_cut(list, ctx.fonts.body, {box.min.x, middle}, go.min.x - box.min.x - ctx.px(8), t.faint,
                  "Nothing was rebuilt yet.");
    (void)draw_text_wrapped(
        list, ctx.fonts.small, {box.min.x, box.min.y + height + ctx.px(10)}, std::min(box.width(), ctx.px(520)),
        t.faint,
        "Change a line of a library OS in your editor, and rebuild: the scenario runs again with the new programs, and "
        "everything stands at the same moment. If the compiler complains, it is shown here, and the run stays.");
    return;
  }
  draw_text_cut(list, ctx.fonts.body, {box.min.x, middle}, go.min.x - box.min.x - ctx.px(8), ink_of(ctx, *build),
                build->words);
  if (touch(ctx, "build words", {box.min, {go.min.x - ctx.px(8), go.max.y}}).hovered) tooltip(ctx, build->words);
  const Box field{{box.min.x, box.min.y + height + ctx.px(8)}, box.max};
  if (field.height() < ctx.px(16)) return;
  ImGui::SetCursorScreenPos(field.min);
  ImGui::BeginChild("build", {field.width(), field.height()}, false, ImGuiWindowFlags_HorizontalScrollbar);
  ImDrawList* inside = ImGui::GetWindowDrawList();
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float width = field.width() - ctx.px(14);
  float y = origin.y;
  for (std::size_t i = 0; i < build->complaints.size(); ++i)
    y = draw_complaint(ctx, build->complaints[i], i + 1, {origin.x, y}, width);
  if (!build->output.empty()) {
    y += ctx.px(build->complaints.empty() ? 0 : 8);
    draw_label(ctx, {origin.x, y}, "what the build printed");
    y += ctx.px(20);
    const float pitch = ctx.fonts.mono_small->FontSize + ctx.px(3);
    float longest = 0;
    for (const std::string& line : build->output) {
      if (y + pitch >= field.min.y && y <= field.max.y) {
        draw_text(inside, ctx.fonts.mono_small, {origin.x, y}, t.soft, line);
        longest = std::max(longest, text_width(ctx.fonts.mono_small, line));
      }
      y += pitch;
    }
    ImGui::SetCursorScreenPos({origin.x, y});
    ImGui::Dummy({longest, 1});
  }
  ImGui::SetCursorScreenPos({origin.x, y});
  ImGui::Dummy({1, 1});
  ImGui::EndChild();
}

void react_to_rebuild(const ViewContext& ctx) {
  const model::Rebuilding* build = ctx.rebuilding;
  RebuildUi& ui = ctx.ui.rebuild;
  if (build == nullptr || build->busy() || ui.seen == build->number) return;
  ui.seen = build->number;
  const int own = panel_named("build");
  if (build->stage == Stage::Failed) {
    for (int i = 0; i < regions_in_use(ctx.ui); ++i)
      if (region(ctx.ui, i) == own) return;
    // Beside what is looked at, if there is room: the source stays in sight.
    ui.region = regions_in_use(ctx.ui) > 1 ? 1 : 0;
    ui.panel = region(ctx.ui, ui.region);
    region(ctx.ui, ui.region) = own;
  } else if (ui.region >= 0) {
    if (ui.region < regions_in_use(ctx.ui) && region(ctx.ui, ui.region) == own && ui.panel >= 0)
      region(ctx.ui, ui.region) = ui.panel;
    ui.region = -1;
  }
}

void draw_rebuilding(const ViewContext& ctx, Box screen) {
  const model::Rebuilding& build = *ctx.rebuilding;
  RebuildUi& ui = ctx.ui.rebuild;
  if (!build.busy() && ui.closed == build.number) return;
  const Theme& t = ctx.theme;
  const bool busy = build.busy();
  const float stop = busy ? ctx.px(96) : 0, above = ctx.saving != nullptr ? ctx.px(56) : 0;
  const float words = text_width(ctx.fonts.body, build.words) + ctx.px(52) + stop;
  const float width = std::clamp(words, ctx.px(380), screen.width() - ctx.px(30));
  const Box box{{screen.centre().x - width / 2, screen.max.y - ctx.px(62) - above},
                {screen.centre().x + width / 2, screen.max.y - ctx.px(16) - above}};
  ImDrawList* list = begin_card(ctx, "rebuilding", box, build.stage == Stage::Failed ? t.gap : t.line);
  const float left = box.min.x + ctx.px(16), right = box.max.x - ctx.px(16) - (busy ? stop + ctx.px(6) : 0);
  const float y = busy ? box.min.y + ctx.px(9) : box.centre().y - ctx.fonts.body->FontSize / 2;
  draw_text_cut(list, ctx.fonts.body, {left, y}, right - left, t.text, build.words);
  if (touch(ctx, "rebuild words", {box.min, {right, box.max.y}}).hovered) tooltip(ctx, build.words);
  if (busy) {
    progress_line(ctx, box, left, right, build.share);
    action_button(ctx, "debug.rebuild", "stop rebuilding", stop_box(ctx, box, stop), "Stop (F6)");
  }
  end_card();
}

}  // namespace exo::views
