// What changes the picture and not the run: panels, theme, size, the sheet of keys.
#include <algorithm>

#include "explorer/views/actions.hpp"
#include "explorer/views/views.hpp"

namespace exo::views {
namespace {

constexpr float kStep = 0.25f, kLeast = 1, kMost = 4;

/// Lets go of one thing at a time, the topmost first.
void let_go(const ViewContext& ctx) {
  UiState& ui = ctx.ui;
  ui.inject.confirm_kill = 0;
  if (ui.help)
    ui.help = false;
  else if (ui.why.about.kind != Selection::Kind::None)
    ui.why.about = {};
  else
    ui.selection = {};
}

std::vector<Action> make_view() {
  return {
      {.id = "select.none",
       .title = "Close what is open, select nothing",
       .group = Group::Select,
       .keys = {Key::Escape},
       .run = let_go},
      {.id = "view.larger",
       .title = "Larger",
       .group = Group::View,
       .keys = {'+', '='},
       .run = [](const ViewContext& ctx) { ctx.ui.scale = std::min(kMost, ctx.ui.scale + kStep); }},
      {.id = "view.smaller",
       .title = "Smaller",
       .group = Group::View,
       .keys = {'-'},
       .run = [](const ViewContext& ctx) { ctx.ui.scale = std::max(kLeast, ctx.ui.scale - kStep); }},
      {.id = "view.theme",
       .title = "Dark or light",
       .group = Group::View,
       .keys = {'t'},
       .run = [](const ViewContext& ctx) { ctx.ui.light = !ctx.ui.light; }},
      {.id = "view.help",
       .title = "All keys on one sheet",
       .group = Group::View,
       .keys = {'?', Key::F1},
       .run = [](const ViewContext& ctx) { ctx.ui.help = !ctx.ui.help; }},
  };
}

std::vector<Action> make_panels() {
  std::vector<Action> out;
  const int count = int(panels().size());
  for (int i = 0; i < count; ++i) {
    const Panel& panel = panels()[std::size_t(i)];
    out.push_back({.id = std::string("panel.") + panel.name,
                   .title = std::string("Show ") + panel.title,
                   .detail = panel.tip,
                   .group = Group::Panels,
                   .keys = i < 9 ? std::vector<Chord>{char('1' + i)} : std::vector<Chord>{},
                   .run = [i](const ViewContext& ctx) { ctx.ui.panel = i; }});
  }
  out.push_back({.id = "panel.next",
                 .title = "Next panel",
                 .group = Group::Panels,
                 .keys = {Key::Tab},
                 .run = [count](const ViewContext& ctx) { ctx.ui.panel = (ctx.ui.panel + 1) % count; }});
  out.push_back({.id = "panel.previous",
                 .title = "Previous panel",
                 .group = Group::Panels,
                 .keys = {shift(Key::Tab)},
                 .run = [count](const ViewContext& ctx) { ctx.ui.panel = (ctx.ui.panel + count - 1) % count; }});
  out.push_back({.id = "panel.split",
                 .title = "One panel or two",
                 .group = Group::Panels,
                 .keys = {'s'},
                 .run = [](const ViewContext& ctx) {
                   UiState& ui = ctx.ui;
                   const int events = panel_named("events");
                   ui.second = ui.second >= 0 ? -1 : ui.panel == events ? panel_named("machine") : events;
                 }});
  out.push_back({.id = "events.search",
                 .title = "Search the events",
                 .group = Group::Panels,
                 .keys = {ctrl('f')},
                 .run = [](const ViewContext& ctx) {
                   ctx.ui.panel = panel_named("events");
                   ctx.ui.focus_search = true;
                 }});
  return out;
}

}  // namespace

std::span<const Action> view_actions() {
  static const std::vector<Action> rows = make_view();
  return rows;
}

std::span<const Action> panel_actions() {
  static const std::vector<Action> rows = make_panels();
  return rows;
}

}  // namespace exo::views
