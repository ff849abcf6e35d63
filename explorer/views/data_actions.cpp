// What takes the run out of the window: files for other programs, a scenario, a picture.
#include "explorer/views/actions.hpp"
#include "explorer/views/shell.hpp"

namespace exo::views {
namespace {

std::vector<Action> make() {
  using Kind = model::ExportTrace::Kind;
  return {
      {.id = "file.csv",
       .title = "Save every event as CSV, for spreadsheets",
       .group = Group::Files,
       .run =
           [](const ViewContext& ctx) {
             ctx.emit(model::ExportTrace{Kind::Csv, file_name(ctx.source, ".csv")});
           }},
      {.id = "file.perfetto",
       .title = "Save a trace for Perfetto",
       .detail = "It opens at ui.perfetto.dev: environments are processes, slices spans, transfers arrows.",
       .group = Group::Files,
       .run =
           [](const ViewContext& ctx) {
             ctx.emit(model::ExportTrace{Kind::Perfetto, file_name(ctx.source, ".perfetto.json")});
           }},
      {.id = "file.scenario",
       .title = "Save what was done here as a scenario",
       .detail = "The scenario, and everything that was injected by hand at its moment: it replays.",
       .group = Group::Files,
       .run = [](const ViewContext& ctx) { ctx.emit(model::SaveScenario{file_name(ctx.source, "-live.toml")}); }},
      {.id = "file.picture",
       .title = "Save a picture of this view",
       .detail = "Twice as large as on the screen, as PNG.",
       .group = Group::Files,
       .run =
           [](const ViewContext& ctx) {
             const std::string view = panels()[std::size_t(ctx.ui.shell.panel)].name;
             ctx.emit(model::SavePicture{file_name(ctx.source, "-" + view + ".png"), 2});
           }},
      {.id = "file.stop",
       .title = "Stop saving",
       .detail = "Gives up the file that is being written; nothing is kept of it.",
       .group = Group::Files,
       .run = [](const ViewContext& ctx) { ctx.emit(model::StopSaving{}); },
       .enabled = [](const ViewContext& ctx) { return ctx.saving != nullptr; },
       .on_sheet = false},
      {.id = "events.clear",
       .title = "Forget the query and the filters of the events",
       .group = Group::Select,
       .run = [](const ViewContext& ctx) { ctx.ui.choice = model::EventFilter{}; },
       .enabled = [](const ViewContext& ctx) { return ctx.ui.choice != model::EventFilter{}; },
       .on_sheet = false},
  };
}

}  // namespace

std::span<const Action> data_actions() {
  static const std::vector<Action> rows = make();
  return rows;
}

}  // namespace exo::views
