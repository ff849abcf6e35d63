// The middle of the window: up to four panels with their tabs. A tab chooses what its region shows; dragged onto
// another region it changes places with what is there, dragged to an edge it opens a region of its own.
#include <fmt/format.h>

#include <algorithm>

#include "explorer/views/actions.hpp"
#include "explorer/views/arrangement.hpp"
#include "explorer/views/overlay.hpp"
#include "explorer/views/shell.hpp"
#include "explorer/views/terms.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

constexpr std::array<const char*, kRegions> kPrefix{"", "second ", "third ", "fourth "};

/// The first panel that no region shows.
int unused_panel(const UiState& ui) {
  const int count = int(panels().size());
  for (int wanted = panel_named("events"), i = 0; i < count; ++i, wanted = i == 1 ? 0 : wanted + 1) {
    const int panel = wanted % count;
    bool used = false;
    for (int r = 0; r < regions_in_use(ui); ++r) used |= region(ui, r) == panel;
    if (!used) return panel;
  }
  return 0;
}

/// What the panel shows, and what its title means.
void tab_tooltip(const ViewContext& ctx, const Panel& panel) {
  tooltip(ctx, with_keys(panel.tip, std::string("panel.") + panel.name) + "\nDrag it to another place.");
  const model::GlossaryEntry* entry = model::glossary_entry(panel.term);
  if (entry == nullptr) return;
  ctx.ui.words.explained = entry->term;
  ImGui::BeginTooltip();
  ImGui::Dummy({1, ctx.px(6)});
  draw_entry(ctx, *entry);
  ImGui::EndTooltip();
}

void stack(UiState& ui, Stack how) { ui.shell.stack = how; }

std::vector<MenuRow> region_menu(const ViewContext& ctx, int which) {
  UiState& ui = ctx.ui;
  const int used = regions_in_use(ui);
  std::vector<MenuRow> rows;
  for (int i = 0; i < int(panels().size()); ++i) {
    const Panel& panel = panels()[std::size_t(i)];
    const Action* action = action_named(std::string("panel.") + panel.name);
    rows.push_back({fmt::format("menu panel {}", panel.name), panel.title, action == nullptr ? "" : keys_of(*action),
                    region(ui, which) == i, true, false, [&ui, which, i] { region(ui, which) = i; }});
  }
  const auto open = [&ui](Stack how) {
    if (regions_in_use(ui) < 3) stack(ui, how);
    add_region(ui, unused_panel(ui));
  };
  rows.push_back({"menu beside", "One more beside", "", false, used < kRegions, true, [open] { open(Stack::Beside); }});
  rows.push_back({"menu below", "One more below", "", false, used < kRegions, false, [open] { open(Stack::Below); }});
  if (which != 0)
    rows.push_back(
        {"menu first", "To the first place", "", false, true, false, [&ui, which] { swap_regions(ui, 0, which); }});
  rows.push_back(
      {"menu close", "Close this one", "", false, used > 1, false, [&ui, which] { close_region(ui, which); }});
  return rows;
}

/// Where a dragged tab would land: a region, or a new one at an edge.
struct Drop {
  int region = -1;
  Stack edge = Stack::Auto;  ///< Auto: not at an edge
  Box shade;
};

Drop drop_at(const UiState& ui, const Places& places, ImVec2 at) {
  const int used = regions_in_use(ui);
  for (int i = 0; i < used; ++i) {
    const Box& box = places.boxes[std::size_t(i)];
    if (!box.contains(at)) continue;
    if (used < kRegions && at.x > box.max.x - box.width() * 0.22f)
      return {i, Stack::Beside, {{box.max.x - box.width() * 0.4f, box.min.y}, box.max}};
    if (used < kRegions && at.y > box.max.y - box.height() * 0.25f)
      return {i, Stack::Below, {{box.min.x, box.max.y - box.height() * 0.4f}, box.max}};
    return {i, Stack::Auto, box};
  }
  return {};
}

void land(UiState& ui, const Drop& drop, int from, int panel) {
  if (drop.region < 0) return;
  if (drop.edge == Stack::Auto) {
    if (drop.region == from) return;
    const int there = region(ui, drop.region);
    region(ui, drop.region) = panel;
    if (region(ui, from) == panel) region(ui, from) = there;
    return;
  }
  // What is taken out of its region leaves another panel there.
  if (regions_in_use(ui) < 3) stack(ui, drop.edge);
  add_region(ui, panel);
  if (region(ui, from) == panel) region(ui, from) = unused_panel(ui);
}

}  // namespace

void Shell::draw_middle(const ViewContext& ctx, Box box) {
  const float pad = ctx.px(16), tabs = ctx.px(30);
  const Places places = place_regions(ui, box, ctx.scale);
  ratio_splitter(ctx, "split across", places.upright, true, ui.shell.across, box);
  ratio_splitter(ctx, "split down", places.level, false, ui.shell.down, box);
  const int used = regions_in_use(ui);
  for (int i = 0; i < used; ++i) {
    const Box place = places.boxes[std::size_t(i)];
    ImGui::GetWindowDrawList()->AddRectFilled(place.min, place.max, ctx.theme.panel, ctx.px(5));
    if (i == 0) ctx.mark("middle", place);
    ImGui::PushID(i);
    const float top = ui.shell.projector ? 0 : tabs;
    if (!ui.shell.projector)
      draw_tabs(ctx,
                {{place.min.x + pad, place.min.y + ctx.px(8)}, {place.max.x - pad, place.min.y + ctx.px(8) + tabs}},
                places, i);
    const int panel = std::clamp(region(ui, i), 0, int(panels().size()) - 1);
    ImGui::PushID(panel);
    panels()[std::size_t(panel)].draw(
        ctx, {{place.min.x + pad, place.min.y + ctx.px(16) + top}, {place.max.x - pad, place.max.y - ctx.px(14)}});
    ImGui::PopID();
    ImGui::PopID();
    if (regions_in_use(ui) != used) break;
  }
}

void Shell::draw_tabs(const ViewContext& ctx, Box box, const Places& places, int which) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const int used = regions_in_use(ui), shown = region(ui, which);
  const std::string prefix = kPrefix[std::size_t(which)];
  // The debugger's panels stand together, and first where one of them is shown: they share the room.
  const bool debugs = panels()[std::size_t(shown)].debugs;
  std::vector<int> order;
  float words = 0;
  int count = 0;
  for (const bool first : {true, false})
    for (int i = 0; i < int(panels().size()); ++i)
      if ((panels()[std::size_t(i)].debugs == debugs) == first) order.push_back(i);
  for (const Panel& panel : panels())
    if (panel.debugs == debugs) {
      words += text_width(ctx.fonts.strong, panel.title);
      ++count;
    }
  // On a narrow window the tabs stand closer, the button at the right is a sign, and what has no room is in the menu.
  const bool narrow = words + float(count) * ctx.px(16) + ctx.px(92) > box.width();
  const float button_width = ctx.px(narrow ? 24 : 58), menu_width = ctx.px(24);
  const float room = box.width() - button_width - menu_width - ctx.px(12);
  const float pad = std::clamp((room - words) / float(count), ctx.px(9), ctx.px(22));
  // The chosen one is always there.
  const float needed = text_width(ctx.fonts.strong, panels()[std::size_t(shown)].title) + pad;
  float x = box.min.x;
  bool chosen_drawn = false;
  for (const int i : order) {
    const Panel& panel = panels()[std::size_t(i)];
    const bool chosen = i == shown;
    const float width = text_width(ctx.fonts.strong, panel.title) + pad;
    const float left = box.min.x + room - x - (chosen_drawn || chosen ? 0 : needed);
    if (!chosen && width > left) {
      if (panel.debugs != debugs) break;  // of the others the first ones, without gaps
      continue;
    }
    chosen_drawn |= chosen;
    const Box tab{{x, box.min.y}, {x + width, box.max.y}};
    const Touch on = touch(ctx, fmt::format("{}tab {}", prefix, panel.name), tab);
    draw_text_centred(list, chosen ? ctx.fonts.strong : ctx.fonts.body, tab,
                      chosen || on.hovered ? ctx.theme.text : ctx.theme.soft, panel.title);
    if (chosen)
      list->AddRectFilled({tab.min.x + pad * 0.4f, tab.max.y - ctx.px(3)},
                          {tab.max.x - pad * 0.4f, tab.max.y - ctx.px(1)}, ctx.theme.accent, ctx.px(1));
    if (on.hovered && !ImGui::IsMouseDown(0)) tab_tooltip(ctx, panel);
    if (on.held) drag_tab(ctx, places, which, i, tab);
    const bool dropped = ui.shell.dragged == which && dragged_panel_ == i && !ImGui::IsMouseDown(0);
    if (dropped) {
      land(ui, drop_at(ui, places, ImGui::GetIO().MousePos), which, i);
      ui.shell.dragged = -1;
    } else if (on.clicked) {
      region(ui, which) = i;
    }
    x += width;
  }
  const float y0 = box.min.y + ctx.px(2), y1 = box.max.y - ctx.px(5);
  const Box menu{{box.max.x - menu_width, y0}, {box.max.x, y1}};
  const std::string id = fmt::format("region {}", which);
  if (button(ctx, prefix + "region menu", menu, "\u2026", "What this place shows, and one more beside or below it"))
    open_menu(id.c_str());
  draw_menu(ctx, id.c_str(), {menu.max.x, menu.max.y + ctx.px(4)}, true, region_menu(ctx, which));
  const Box split{{menu.min.x - ctx.px(5) - button_width, y0}, {menu.min.x - ctx.px(5), y1}};
  if (which == 0 && used == 1 &&
      button(ctx, "split", split, narrow ? "+" : "Split", with_keys("Show a second panel", "panel.split")))
    add_region(ui, unused_panel(ui));
  if (which > 0 && button(ctx, which == 1 ? "unsplit" : prefix + "unsplit", split, narrow ? "\u00d7" : "Close",
                          with_keys("Close this panel; one panel only", "panel.split")))
    close_region(ui, which);
  rule(ctx, {box.min.x, box.max.y}, box.width());
}

void Shell::drag_tab(const ViewContext& ctx, const Places& places, int which, int panel, Box tab) {
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  // A click that trembles is no drag.
  const float far = ctx.px(14);
  const Box near{{tab.min.x - far, tab.min.y - far}, {tab.max.x + far, tab.max.y + far}};
  if (ui.shell.dragged < 0 && near.contains(mouse)) return;
  ui.shell.dragged = which;
  dragged_panel_ = panel;
  const Drop drop = drop_at(ui, places, mouse);
  ImDrawList* list = ImGui::GetForegroundDrawList();
  if (drop.region >= 0) list->AddRectFilled(drop.shade.min, drop.shade.max, faded(ctx.theme.accent, 0.18f), ctx.px(5));
  const char* title = panels()[std::size_t(panel)].title;
  const Box ghost{{mouse.x + ctx.px(10), mouse.y + ctx.px(8)},
                  {mouse.x + ctx.px(34) + text_width(ctx.fonts.strong, title), mouse.y + ctx.px(36)}};
  list->AddRectFilled(ghost.min, ghost.max, ctx.theme.card, ctx.px(5));
  list->AddRect(ghost.min, ghost.max, ctx.theme.accent, ctx.px(5), 0, ctx.px(1.5f));
  draw_text_centred(list, ctx.fonts.strong, ghost, ctx.theme.text, title);
}

void Shell::ratio_splitter(const ViewContext& ctx, std::string_view name, Box box, bool vertical, float& ratio,
                           Box whole) {
  if (box.width() < 1 || box.height() < 1) return;
  float size = ratio * (vertical ? whole.width() : whole.height()) / ctx.scale;
  const float all = (vertical ? whole.width() : whole.height()) / ctx.scale;
  splitter(ctx, name, box, vertical, size, 1, all * 0.15f, all * 0.85f);
  ratio = size / all;
}

}  // namespace exo::views
