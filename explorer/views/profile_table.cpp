// The Profile panel's table: who, where, how many instructions, and their share as a bar. Only the lines in sight are
// drawn.
#include <fmt/format.h>

#include <algorithm>

#include "explorer/views/arrangement.hpp"
#include "explorer/views/debug_parts.hpp"
#include "explorer/views/profile_parts.hpp"
#include "explorer/views/views.hpp"

namespace exo::views {
namespace {

struct Columns {
  float count, share, bar, bar_end, who, where;  ///< the first two are right edges
};

void draw_head(const ViewContext& ctx, Box row, const Columns& at) {
  const Theme& t = ctx.theme;
  ProfileUi& ui = ctx.ui.profile;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float y = row.min.y + ctx.px(3);
  const auto head = [&](const char* mark, Box box, std::string_view text, bool right, ProfileOrder order,
                        std::string_view tip) {
    const Touch on = touch(ctx, mark, box);
    const bool chosen = ui.order == order;
    const ImU32 ink = chosen ? t.text : on.hovered ? t.soft : t.faint;
    const std::string words = chosen ? fmt::format("{} \u2193", text) : std::string(text);
    if (right)
      draw_text_right(list, ctx.fonts.small, {box.max.x, y}, ink, words);
    else
      draw_text_cut(list, ctx.fonts.small, {box.min.x, y}, box.width(), ink, words);
    if (on.hovered) tooltip(ctx, tip);
    if (on.clicked) ui.order = order;
  };
  head("profile order count", {row.min, {at.count, row.max.y}}, "instructions", true, ProfileOrder::Instructions,
       "Counted, one by one. Click: the largest first.");
  head("profile order who", {{at.who, row.min.y}, {at.where - ctx.px(4), row.max.y}}, "for whom", false,
       ProfileOrder::Who, "Who had the processor. Click: by environment, the largest first.");
  head("profile order where", {{at.where, row.min.y}, row.max}, ui.by == ProfileBy::Line ? "line" : "where", false,
       ProfileOrder::Where, "Click: by name.");
}

void draw_line(const ViewContext& ctx, const ProfileLine& line, std::size_t number, Box row, const Columns& at) {
  const Theme& t = ctx.theme;
  ProfileUi& ui = ctx.ui.profile;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const std::uint64_t all = ui.made_of->instructions;
  const Touch on = touch(ctx, fmt::format("profile line {}", number), row);
  const bool chosen = !line.function.empty() && ui.chosen == line.function;
  if (chosen || on.hovered) list->AddRectFilled(row.min, row.max, chosen ? t.card_hover : t.card, ctx.px(3));
  const float y = row.centre().y - ctx.fonts.mono_small->FontSize / 2,
              words = row.centre().y - ctx.fonts.body->FontSize / 2;
  draw_text_right(list, ctx.fonts.mono_small, {at.count, y}, t.text, grouped(line.instructions));
  draw_text_right(list, ctx.fonts.mono_small, {at.share, y}, t.soft, percent(line.instructions, all));
  const std::uint32_t side = line.in_kernel ? debugger::kKernel : line.env;
  if (at.bar_end > at.bar) {
    const float share = float(double(line.instructions) / double(std::max<std::uint64_t>(1, all)));
    const float top = row.centre().y - ctx.px(4), bottom = row.centre().y + ctx.px(4);
    list->AddRectFilled({at.bar, top}, {at.bar_end, bottom}, t.empty, ctx.px(2));
    list->AddRectFilled({at.bar, top}, {at.bar + std::max(ctx.px(1), (at.bar_end - at.bar) * share), bottom},
                        env_colour(t, side), ctx.px(2));
  }
  env_glyph(list, {at.who + ctx.px(5), row.centre().y}, ctx.px(4.5f), line.env, env_colour(t, line.env));
  const std::string who = whose(ctx, line.env, line.in_kernel);
  const float for_who = at.where - at.who - ctx.px(22);
  // The shape says for whom it is; the words give way.
  const bool fits = !line.in_kernel || text_width(ctx.fonts.body, who) <= for_who;
  if (for_who > ctx.px(18))
    draw_text_cut(list, ctx.fonts.body, {at.who + ctx.px(15), words}, for_who, env_ink(t, side),
                  fits ? std::string_view(who) : "kernel");
  const float room = row.max.x - at.where - ctx.px(6);
  const std::string_view shown = ui.by == ProfileBy::Line
                                     ? (text_width(ctx.fonts.body, line.name) <= room ? line.name : line.place)
                                 : text_width(ctx.fonts.body, line.name) <= room ? std::string_view(line.name)
                                                                                 : short_function(line.name);
  draw_text_cut(list, ctx.fonts.body, {at.where, words}, room, t.text, shown);
  if (on.hovered) {
    std::string tip =
        fmt::format("{}\n{}, {} of {}: {}", line.function.empty() ? line.name : line.function,
                    plural(line.instructions, "instruction"), percent(line.instructions, all), grouped(all), who);
    if (line.line != 0)
      tip += fmt::format("\n{}{}:{}\nClick: read it in the Source panel.",
                         ui.by == ProfileBy::Function ? "most of them at " : "", line.file, line.line);
    tooltip(ctx, tip);
  }
  if (!on.clicked) return;
  if (line.function.empty()) {  // an environment's: its stacks
    for (std::uint32_t i = 1; i < ui.made_of->frames.size(); i = ui.made_of->frames[i].end)
      if (ui.made_of->frames[i].env == line.env) return zoom_flame(ctx, i);
    return;
  }
  ui.chosen = chosen ? std::string() : line.function;
  if (!chosen && line.line != 0) read_source(ctx, line.file, line.line);
}

}  // namespace

void draw_profile_table(const ViewContext& ctx, Box box) {
  const ProfileUi& ui = ctx.ui.profile;
  const float pitch = ctx.fonts.body->FontSize + ctx.px(7);
  const std::uint64_t all = ui.made_of->instructions;
  const float digits = text_width(ctx.fonts.mono_small, grouped(std::max<std::uint64_t>(all, 1'000'000)));
  const bool wide = box.width() > ctx.px(350);
  Columns at{};
  at.count = box.min.x + digits + ctx.px(10);
  at.count = std::max(at.count, box.min.x + text_width(ctx.fonts.small, "instructions \u2193"));
  at.share = at.count + text_width(ctx.fonts.mono_small, "100.0 %") + ctx.px(8);
  at.bar = at.share + ctx.px(10);
  at.bar_end = wide ? at.bar + ctx.px(box.width() > ctx.px(460) ? 64 : 40) : at.bar;
  at.who = at.bar_end + (wide ? ctx.px(10) : 0);
  at.where = at.who + std::clamp(box.width() * 0.24f, ctx.px(24), ctx.px(150));
  if (box.width() < ctx.px(330)) at.where = at.who + ctx.px(18);
  const Box head{box.min, {box.max.x, box.min.y + ctx.px(20)}};
  draw_head(ctx, head, at);
  const Box field{{box.min.x, head.max.y}, box.max};
  if (field.height() < pitch) return;
  ImGui::SetCursorScreenPos(field.min);
  ImGui::BeginChild("profile lines", {field.width(), field.height()}, false);
  ctx.mark("profile lines", field);
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  if (ui.lines.empty())
    draw_text(ImGui::GetWindowDrawList(), ctx.fonts.body, {origin.x + ctx.px(10), origin.y + ctx.px(6)},
              ctx.theme.faint, "Nothing of that name was executed.");
  const auto first = std::size_t(std::max(0.0f, (field.min.y - origin.y) / pitch));
  const std::size_t last = std::min(ui.lines.size(), first + std::size_t(field.height() / pitch) + 2);
  for (std::size_t i = first; i < last; ++i)
    draw_line(ctx, ui.lines[i], i,
              {{origin.x, origin.y + pitch * float(i)}, {field.max.x - ctx.px(10), origin.y + pitch * float(i + 1)}},
              at);
  ImGui::SetCursorScreenPos({origin.x, origin.y + pitch * float(ui.lines.size())});
  ImGui::Dummy({1, 1});
  ImGui::EndChild();
}

void read_source(const ViewContext& ctx, const std::string& file, std::uint32_t line) {
  const int source = panel_named("source");
  bool seen = false;
  for (int i = 0; i < regions_in_use(ctx.ui); ++i) seen |= region(ctx.ui, i) == source;
  if (!seen) add_region(ctx.ui, source);
  ctx.ui.rebuild.line = 0;  // it is scrolled to
  ctx.emit(model::OpenSource{file, line});
}

}  // namespace exo::views
