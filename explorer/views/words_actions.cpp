// Asking why, and the panels of words.
#include "explorer/views/actions.hpp"
#include "explorer/views/arrangement.hpp"
#include "explorer/views/objects.hpp"
#include "explorer/views/views.hpp"

namespace exo::views {
namespace {

/// The selected thing, or the event at the cursor when nothing is selected.
Selection asked(const ViewContext& ctx) {
  if (ctx.ui.selection.kind != Selection::Kind::None) return ctx.ui.selection;
  return {Selection::Kind::Event, ctx.cursor};
}

std::vector<Action> make() {
  return {{.id = "select.why",
           .title = "Why is it so?",
           .detail = "Of what is selected, or of the event at the cursor.",
           .group = Group::Select,
           .keys = {'w'},
           .run = [](const ViewContext& ctx) { ask_why(ctx, asked(ctx)); },
           .enabled =
               [](const ViewContext& ctx) { return ctx.cursor > 0 || ctx.ui.selection.kind != Selection::Kind::None; }},
          {.id = "words.copy",
           .title = "Copy this moment as text",
           .detail = "What the Text panel shows, on the clipboard.",
           .group = Group::Files,
           .run = copy_moment},
          {.id = "words.glossary",
           .title = "Look up a term",
           .detail = "Every term in three sentences.",
           .group = Group::Panels,
           .run = [](const ViewContext& ctx) { show_panel(ctx.ui, panel_named("glossary")); },
           .on_sheet = false}};
}

}  // namespace

std::span<const Action> words_actions() {
  static const std::vector<Action> rows = make();
  return rows;
}

}  // namespace exo::views
