// What both runs come to, as tables with the difference; and what differs at the moment shown, as a list.
#include <fmt/format.h>

#include <algorithm>

#include "explorer/model/words.hpp"
#include "explorer/views/compare_parts.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

constexpr std::size_t kMostListed = 200;

void select_difference(const ViewContext& ctx, const model::StateDifference& one) {
  using Kind = Selection::Kind;
  using Object = model::Look::Object;
  if (one.run == 1) return;  // this run has no such thing
  if (one.kind == Object::Frame) ctx.select(Kind::Frame, one.number);
  if (one.kind == Object::Environment) ctx.select(Kind::Environment, one.number);
  if (one.kind == Object::Slice) ctx.select(Kind::Slice, one.number);
  if (one.kind == Object::TlbEntry) ctx.select(Kind::TlbEntry, one.number);
  if (one.kind == Object::Request) ctx.select(Kind::Request, one.number);
}

/// The groups that can stand beside "in all": the chosen one, else the selected environment's, else the first that
/// differs.
std::size_t chosen_group(const ComparePicture& picture) {
  const auto& groups = picture.shown.report.groups;
  const auto named = [&](const std::string& name) {
    const auto found = std::ranges::find(groups, name, &model::TotalGroup::name);
    return found == groups.end() ? std::size_t{0} : std::size_t(found - groups.begin());
  };
  const ViewContext& ctx = picture.ctx;
  if (const std::size_t group = named(ctx.ui.compare.group); group != 0) return group;
  if (ctx.ui.selection.kind == Selection::Kind::Environment && ctx.ui.selection.number < abi::kMaxEnvironments)
    if (const std::size_t group = named(model::env_name(ctx.state, std::uint32_t(ctx.ui.selection.number))); group != 0)
      return group;
  for (std::size_t i = 2; i < groups.size(); ++i)
    if (std::ranges::any_of(groups[i].measures, &model::TotalRow::differs)) return i;
  return std::min<std::size_t>(2, groups.size() - 1);
}

float draw_rows(const ViewContext& ctx, const std::vector<model::TotalRow>& rows, ImVec2 at, float width, bool only) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Theme& t = ctx.theme;
  const float line = ctx.px(19), start = at.y;
  const float number = std::min(ctx.px(96), width * 0.21f), words = width - 3 * number;
  for (const model::TotalRow& row : rows) {
    if (only && !row.differs()) continue;
    const Box box{at, {at.x + width, at.y + line}};
    ctx.mark(fmt::format("compare row {}", row.key), box);
    const ImU32 ink = row.differs() ? t.text : t.faint;
    if (row.differs()) difference_mark(ctx, list, {at.x + ctx.px(5), at.y + line / 2}, ctx.px(4));
    draw_text_cut(list, ctx.fonts.small, {at.x + ctx.px(15), at.y + ctx.px(3)}, words - ctx.px(18),
                  row.differs() ? t.text : t.soft, row.title);
    for (int i = 0; i < 3; ++i)
      draw_text_right(list, ctx.fonts.mono_small, {at.x + words + number * float(i + 1), at.y + ctx.px(3)},
                      i == 2 && row.differs() ? t.accent : ink,
                      i == 2 ? model::change_text(row) : model::value_text(row, i));
    if (ImGui::IsMouseHoveringRect(box.min, box.max) && ImGui::IsWindowHovered()) tooltip(ctx, row.tip);
    at.y += line;
  }
  return at.y - start;
}

float draw_group(const ViewContext& ctx, const model::TotalGroup& group, ImVec2 at, float width) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Theme& t = ctx.theme;
  const float start = at.y, number = std::min(ctx.px(96), width * 0.21f), words = width - 3 * number;
  draw_text_cut(list, ctx.fonts.strong, at, words, t.text, group.name);
  const char* heads[] = {group.there[0] ? "A" : "not in A", group.there[1] ? "B" : "not in B", "B less A"};
  for (int i = 0; i < 3; ++i)
    draw_text_right(list, ctx.fonts.small, {at.x + words + number * float(i + 1), at.y + ctx.px(2)}, t.faint, heads[i]);
  at.y += ctx.px(20);
  rule(ctx, {at.x, at.y}, width);
  at.y += ctx.px(3);
  at.y += draw_rows(ctx, group.measures, at, width, false);
  if (ctx.ui.compare.kinds) {
    draw_text(list, ctx.fonts.small, {at.x, at.y + ctx.px(6)}, t.faint, "kinds of events that differ");
    at.y += ctx.px(24);
    at.y += draw_rows(ctx, group.kinds, at, width, true);
  }
  return at.y - start;
}

}  // namespace

float draw_compare_differences(const ComparePicture& picture, ImVec2 at, float width) {
  const ViewContext& ctx = picture.ctx;
  const Theme& t = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const model::StateDifferences& d = picture.differences;
  const float line = ctx.px(22), start = at.y, wide = ctx.px(86);
  std::string words;
  const auto say = [&](std::size_t count, std::string_view noun) {
    if (count != 0) words += fmt::format("{}{}", words.empty() ? "" : ", ", plural(count, noun));
  };
  say(d.environments.size(), "environment");
  say(d.frames.size(), "frame");
  say(d.tlb.size(), "TLB mapping");
  say(d.slices.size(), "slice");
  say(d.requests.size(), "request");
  if (d.size() != 0) difference_mark(ctx, list, {at.x + ctx.px(6), at.y + line * 0.45f}, ctx.px(5));
  draw_text_cut(list, ctx.fonts.body, {at.x + ctx.px(d.size() != 0 ? 18 : 0), at.y + ctx.px(1)},
                width - wide - ctx.px(26), t.text,
                d.size() == 0 ? "At this moment the two machines stand alike." : "Differs at this moment: " + words);
  if (d.size() == 0) return line;
  bool& open = ctx.ui.compare.list;
  if (button(ctx, "compare list", {{at.x + width - wide, at.y - ctx.px(2)}, {at.x + width, at.y + line - ctx.px(2)}},
             open ? "Hide" : "List them", "Everything that differs now, thing by thing", {.active = open}))
    open = !open;
  at.y += line;
  if (!open) return at.y - start;
  std::size_t listed = 0;
  for (const auto* part : {&d.environments, &d.requests, &d.frames, &d.slices, &d.tlb})
    for (const model::StateDifference& one : *part) {
      if (listed++ == kMostListed) {
        draw_text(list, ctx.fonts.small, at, t.faint, fmt::format("and {} more", d.size() - kMostListed));
        return at.y + line - start;
      }
      const auto said = model::words_of(one, *picture.states[0], *picture.states[1]);
      const Box box{at, {at.x + width, at.y + line}};
      const Touch on = touch(ctx, fmt::format("compare difference {}", said.what), box);
      if (on.hovered) {
        list->AddRectFilled(box.min, box.max, t.card, ctx.px(3));
        tooltip(ctx, fmt::format("{}\nA: {}\nB: {}", said.what, said.first, said.second));
      }
      if (on.clicked) select_difference(ctx, one);
      const float third = width / 3;
      draw_text_cut(list, ctx.fonts.small, {at.x + ctx.px(18), at.y + ctx.px(4)}, third - ctx.px(24), t.text,
                    said.what);
      draw_text_cut(list, ctx.fonts.small, {at.x + third, at.y + ctx.px(4)}, third - ctx.px(8), t.soft,
                    "A: " + said.first);
      draw_text_cut(list, ctx.fonts.small, {at.x + 2 * third, at.y + ctx.px(4)}, third - ctx.px(8), t.soft,
                    "B: " + said.second);
      at.y += line;
    }
  return at.y - start;
}

float draw_compare_totals(const ComparePicture& picture, ImVec2 at, float width) {
  const ViewContext& ctx = picture.ctx;
  const auto& groups = picture.shown.report.groups;
  if (groups.size() < 2) return 0;
  const float start = at.y, height = ctx.px(24), gap = ctx.px(6);
  draw_label(ctx, {at.x, at.y + ctx.px(5)}, picture.shown.reported_over ? "TOTALS OF THE WHOLE RUNS" : "TOTALS SO FAR");
  const float wide = ctx.px(130);
  bool& kinds = ctx.ui.compare.kinds;
  if (button(ctx, "compare kinds", {{at.x + width - wide, at.y}, {at.x + width, at.y + height}}, "Kinds of events",
             "Also counts events by kind, where they differ", {.active = kinds}))
    kinds = !kinds;
  at.y += height + ctx.px(8);
  const std::size_t chosen = chosen_group(picture);
  float x = at.x;
  for (std::size_t i = 1; i < groups.size(); ++i) {
    const bool differs = std::ranges::any_of(groups[i].measures, &model::TotalRow::differs);
    const float tab = text_width(ctx.fonts.body, groups[i].name) + ctx.px(differs ? 38 : 22);
    if (x + tab > at.x + width && x > at.x) {
      x = at.x;
      at.y += height + gap;
    }
    const Box box{{x, at.y}, {x + tab, at.y + height}};
    if (button(ctx, "compare group " + groups[i].name, box, groups[i].name,
               differs ? "Its totals, beside those of all; some of them differ" : "Its totals, which are the same",
               {.active = i == chosen, .left = true}))
      ctx.ui.compare.group = groups[i].name;
    if (differs) difference_mark(ctx, ImGui::GetWindowDrawList(), {box.max.x - ctx.px(13), box.centre().y}, ctx.px(4));
    x += tab + gap;
  }
  at.y += height + ctx.px(10);
  const float space = ctx.px(28);
  const bool beside = width > ctx.px(660);
  const float table = beside ? (width - space) / 2 : width;
  float tall = draw_group(ctx, groups[0], at, table);
  if (!beside) at.y += tall + ctx.px(14);
  const ImVec2 second = beside ? ImVec2(at.x + table + space, at.y) : at;
  const float other = draw_group(ctx, groups[chosen], second, table);
  at.y += beside ? std::max(tall, other) : other;
  return at.y - start + ctx.px(10);
}

}  // namespace exo::views
