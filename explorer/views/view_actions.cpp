// What changes the picture and not the run: panels, layouts, colours, size, the projector, the sheet of keys, lessons.
#include <fmt/format.h>

#include <algorithm>

#include "explorer/views/actions.hpp"
#include "explorer/views/arrangement.hpp"
#include "explorer/views/command_palette.hpp"
#include "explorer/views/lessons_view.hpp"
#include "explorer/views/views.hpp"

namespace exo::views {
namespace {

constexpr float kStep = 0.25f, kLeast = 1, kMost = 4;
constexpr const char* kMine = "Mine";

/// Lets go of one thing at a time, the topmost first.
void let_go(const ViewContext& ctx) {
  UiState& ui = ctx.ui;
  ShellUi& shell = ui.shell;
  ui.inject.confirm_kill = 0;
  if (shell.blank)
    shell.blank = false;
  else if (ctx.debug != nullptr && ctx.debug->moving)
    ctx.emit(model::DebugInterrupt{});
  else if (ui.help)
    ui.help = false;
  else if (ui.why.about.kind != Selection::Kind::None)
    ui.why.about = {};
  else if (shell.spotlight)
    shell.spotlight = false;
  else if (ui.selection.kind != Selection::Kind::None)
    ui.selection = {};
  else if (shell.projector)
    toggle_projector(ui);
}

bool has_lessons(const ViewContext& ctx) { return !ctx.lessons.empty(); }

void add_palettes(std::vector<Action>& out) {
  constexpr std::array<const char*, kPalettes> kTitles{
      "Colours: dark",
      "Colours: light",
      "Colours: high contrast, dark",
      "Colours: high contrast, light",
      "Colours: safe for the colour-blind, dark",
      "Colours: safe for the colour-blind, light",
  };
  for (int i = 0; i < kPalettes; ++i)
    out.push_back({.id = std::string("view.colours-") + theme(Palette(i)).name,
                   .title = kTitles[std::size_t(i)],
                   .detail = "theme palette",
                   .group = Group::View,
                   .run = [i](const ViewContext& ctx) { ctx.ui.shell.palette = Palette(i); }});
}

void add_layouts(std::vector<Action>& out) {
  int number = 1;
  for (const LayoutRow& row : layouts())
    out.push_back({.id = std::string("layout.") + row.name,
                   .title = std::string("Layout: ") + row.name,
                   .detail = row.tip,
                   .group = Group::View,
                   .keys = {alt(char('0' + number++))},
                   .run = [name = row.name](const ViewContext& ctx) { (void)choose_layout(ctx.ui, name); }});
  out.push_back({.id = "layout.mine",
                 .title = "Layout: mine",
                 .detail = "The arrangement that you saved.",
                 .group = Group::View,
                 .keys = {alt('5')},
                 .run = [](const ViewContext& ctx) { (void)choose_layout(ctx.ui, kMine); },
                 .enabled = [](const ViewContext& ctx) { return ctx.ui.shell.mine.count(kMine) != 0; }});
  out.push_back({.id = "layout.save",
                 .title = "Save this layout as mine",
                 .group = Group::View,
                 .keys = {alt('s')},
                 .run = [](const ViewContext& ctx) { save_layout(ctx.ui, kMine); }});
  out.push_back({.id = "layout.reset",
                 .title = "Reset the layout",
                 .detail = "As it is when it is chosen anew.",
                 .group = Group::View,
                 .keys = {alt('0')},
                 .run = [](const ViewContext& ctx) {
                   if (ctx.ui.shell.layout == kMine || !choose_layout(ctx.ui, ctx.ui.shell.layout))
                     (void)choose_layout(ctx.ui, "Step");
                 }});
}

Action side(const char* id, const char* title, Chord key, bool ShellUi::*which) {
  return {.id = id, .title = title, .group = Group::View, .keys = {key}, .run = [which](const ViewContext& ctx) {
            ctx.ui.shell.*which = !(ctx.ui.shell.*which);
          }};
}

std::vector<Action> make_view() {
  std::vector<Action> out{
      {.id = "select.none",
       .title = "Close what is open, select nothing",
       .group = Group::Select,
       .keys = {Key::Escape},
       .run = let_go},
      {.id = "palette.open",
       .title = "Command palette: do anything by its name",
       .group = Group::Select,
       .keys = {ctrl('k'), ':', ctrl(shift('p'))},
       .run =
           [](const ViewContext& ctx) {
             if (ctx.ui.shell.palette_open)
               ctx.ui.shell.palette_open = false;
             else
               open_command_palette(ctx.ui);
           },
       .opens_field = true},
      {.id = "view.projector",
       .title = "Projector: large, and only what matters",
       .detail = "Twice the size, more contrast, the story, the machine and time. The same key, or Esc, goes back.",
       .group = Group::View,
       .keys = {'p', Key::F5},
       .run = [](const ViewContext& ctx) { toggle_projector(ctx.ui); }},
      {.id = "view.blank",
       .title = "Black screen, and back",
       .group = Group::View,
       .keys = {'b', '.'},
       .run = [](const ViewContext& ctx) { ctx.ui.shell.blank = !ctx.ui.shell.blank; }},
      {.id = "view.spotlight",
       .title = "Spotlight at the mouse",
       .group = Group::View,
       .keys = {'o'},
       .run = [](const ViewContext& ctx) { ctx.ui.shell.spotlight = !ctx.ui.shell.spotlight; }},
      {.id = "view.larger",
       .title = "Larger",
       .group = Group::View,
       .keys = {'+', '='},
       .run = [](const ViewContext& ctx) { ctx.ui.shell.scale = std::min(kMost, ctx.ui.shell.scale + kStep); }},
      {.id = "view.smaller",
       .title = "Smaller",
       .group = Group::View,
       .keys = {'-'},
       .run = [](const ViewContext& ctx) { ctx.ui.shell.scale = std::max(kLeast, ctx.ui.shell.scale - kStep); }},
      {.id = "view.theme",
       .title = "Dark or light",
       .group = Group::View,
       .keys = {'t'},
       .run = [](const ViewContext& ctx) { ctx.ui.shell.palette = turned_over(ctx.ui.shell.palette); }},
      {.id = "view.colours",
       .title = "Next colours: contrast, colour-blind",
       .group = Group::View,
       .keys = {shift('t')},
       .run =
           [](const ViewContext& ctx) { ctx.ui.shell.palette = Palette((int(ctx.ui.shell.palette) + 2) % kPalettes); }},
      {.id = "view.help",
       .title = "All keys on one sheet",
       .group = Group::View,
       .keys = {'?', Key::F1},
       .run = [](const ViewContext& ctx) { ctx.ui.help = !ctx.ui.help; }},
      side("view.story", "Hide or show the story", Key::F2, &ShellUi::story),
      side("view.side", "Hide or show the selected thing", Key::F3, &ShellUi::side),
      side("view.time", "Hide or show time", Key::F4, &ShellUi::time),
      {.id = "view.mirror",
       .title = "Story at the other side",
       .group = Group::View,
       .run = [](const ViewContext& ctx) { ctx.ui.shell.mirrored = !ctx.ui.shell.mirrored; }},
  };
  for (int scale = 1; scale <= 4; ++scale)
    out.push_back({.id = fmt::format("view.scale-{}", scale),
                   .title = fmt::format("Size: {} times", scale),
                   .detail = "scale zoom",
                   .group = Group::View,
                   .run = [scale](const ViewContext& ctx) { ctx.ui.shell.scale = float(scale); }});
  add_layouts(out);
  add_palettes(out);
  out.push_back({.id = "lessons.open",
                 .title = "Choose a lesson",
                 .group = Group::Lessons,
                 .keys = {'l', ctrl('o')},
                 .run =
                     [](const ViewContext& ctx) {
                       if (ctx.ui.shell.lessons_open)
                         ctx.ui.shell.lessons_open = false;
                       else
                         open_lessons(ctx);
                     },
                 .enabled = has_lessons});
  out.push_back({.id = "lessons.next",
                 .title = "Next lesson",
                 .group = Group::Lessons,
                 .keys = {ctrl(Key::PageDown)},
                 .run = [](const ViewContext& ctx) { open_neighbour(ctx, 1); },
                 .enabled = has_lessons});
  out.push_back({.id = "lessons.previous",
                 .title = "Previous lesson",
                 .group = Group::Lessons,
                 .keys = {ctrl(Key::PageUp)},
                 .run = [](const ViewContext& ctx) { open_neighbour(ctx, -1); },
                 .enabled = has_lessons});
  return out;
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
                   .run = [i](const ViewContext& ctx) { show_panel(ctx.ui, i); }});
  }
  out.push_back({.id = "panel.next",
                 .title = "Next panel",
                 .group = Group::Panels,
                 .keys = {Key::Tab},
                 .run = [count](const ViewContext& ctx) { ctx.ui.shell.panel = (ctx.ui.shell.panel + 1) % count; }});
  out.push_back(
      {.id = "panel.previous",
       .title = "Previous panel",
       .group = Group::Panels,
       .keys = {shift(Key::Tab)},
       .run = [count](const ViewContext& ctx) { ctx.ui.shell.panel = (ctx.ui.shell.panel + count - 1) % count; }});
  out.push_back({.id = "panel.split",
                 .title = "One panel or two",
                 .group = Group::Panels,
                 .keys = {'s'},
                 .run = [](const ViewContext& ctx) {
                   UiState& ui = ctx.ui;
                   const int events = panel_named("events"), machine = panel_named("machine");
                   const bool many = regions_in_use(ui) > 1;
                   while (many && regions_in_use(ui) > 1) close_region(ui, regions_in_use(ui) - 1);
                   if (!many) add_region(ui, ui.shell.panel == events ? machine : events);
                 }});
  out.push_back({.id = "events.search",
                 .title = "Search the events",
                 .group = Group::Panels,
                 .keys = {ctrl('f')},
                 .run =
                     [](const ViewContext& ctx) {
                       show_panel(ctx.ui, panel_named("events"));
                       ctx.ui.focus_search = true;
                     },
                 .opens_field = true});
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
