// Two runs beside each other, for the palette.
#include "explorer/views/actions.hpp"
#include "explorer/views/views.hpp"

namespace exo::views {
namespace {

void show(const ViewContext& ctx, bool choosing) {
  ctx.ui.shell.panel = panel_named("compare");
  ctx.ui.compare.choosing = choosing;
}

std::vector<Action> make() {
  return {{.id = "compare.with",
           .title = "Compare with another run",
           .detail = "Another lesson, a recording, or this lesson with another library OS.",
           .group = Group::Lessons,
           .run =
               [](const ViewContext& ctx) {
                 ctx.emit(model::FindPartners{});
                 show(ctx, true);
               },
           .on_sheet = false},
          {.id = "compare.stop",
           .title = "Stop comparing",
           .detail = "Lets the other run go.",
           .group = Group::Lessons,
           .run = [](const ViewContext& ctx) { ctx.emit(model::CompareNoMore{}); },
           .enabled = [](const ViewContext& ctx) { return ctx.partner != nullptr; },
           .on_sheet = false}};
}

}  // namespace

std::span<const Action> compare_actions() {
  static const std::vector<Action> rows = make();
  return rows;
}

}  // namespace exo::views
