// What the Profile panel can be asked by keys and the palette.
#include "explorer/views/actions.hpp"
#include "explorer/views/arrangement.hpp"
#include "explorer/views/profile_parts.hpp"
#include "explorer/views/shell.hpp"
#include "explorer/views/time_actions.hpp"
#include "explorer/views/views.hpp"

namespace exo::views {
namespace {

using model::ProfileStretch;

/// The events of a stretch of time; none when it holds none.
ProfileStretch events_in(const ViewContext& ctx, model::Ticks from, model::Ticks to) {
  const model::EventNumber first = ctx.index.at_time(from), last = ctx.index.at_time(to + 1) - 1;
  return last < first ? ProfileStretch{} : ProfileStretch{first - 1, last};
}

ProfileStretch whole(const ViewContext& ctx) { return {0, ctx.newest()}; }
ProfileStretch up_to_cursor(const ViewContext& ctx) { return {0, ctx.cursor}; }
ProfileStretch selected(const ViewContext& ctx) {
  return ctx.ui.time.stretch ? events_in(ctx, ctx.ui.time.stretch->from, ctx.ui.time.stretch->to) : ProfileStretch{};
}
ProfileStretch in_sight(const ViewContext& ctx) {
  const auto ticks = [](double at) { return at <= 0 ? model::Ticks{0} : model::Ticks(at); };
  return events_in(ctx, ticks(ctx.ui.range.from), ticks(ctx.ui.range.to));
}

Action count(const char* id, const char* title, const char* detail, ProfileStretch (*of)(const ViewContext&)) {
  return {.id = id,
          .title = title,
          .detail = detail,
          .group = Group::Debug,
          .run =
              [of](const ViewContext& ctx) {
                show_panel(ctx.ui, panel_named("profile"));
                ctx.emit(of(ctx));
              },
          .enabled =
              [of](const ViewContext& ctx) {
                const ProfileStretch stretch = of(ctx);
                return stretch.from < stretch.to;
              },
          .on_sheet = false};
}

bool there(const ViewContext& ctx) { return ctx.profile != nullptr && ctx.profile->profile != nullptr; }

std::vector<Action> make() {
  using Save = model::SaveProfile;
  return {
      count("profile.whole", "Count the instructions of the whole run", "All that has happened so far.", whole),
      count("profile.selected", "Count the instructions of the selected time",
            "Select a stretch in the time bar: drag with Shift.", selected),
      count("profile.sight", "Count the instructions of the time in sight", "What the lanes of the time bar show.",
            in_sight),
      count("profile.cursor", "Count the instructions up to the cursor", "From the start to the moment shown.",
            up_to_cursor),
      {.id = "profile.stop",
       .title = "Count no further",
       .group = Group::Debug,
       .run = [](const ViewContext& ctx) { ctx.emit(model::ProfileStop{}); },
       .enabled = [](const ViewContext& ctx) { return ctx.profile != nullptr && ctx.profile->counting; },
       .on_sheet = false},
      {.id = "profile.upwards",
       .title = "Turn the picture of the stacks over",
       .detail = "The first caller at the bottom, or at the top.",
       .group = Group::Debug,
       .run =
           [](const ViewContext& ctx) {
             ctx.ui.profile.upwards = !ctx.ui.profile.upwards;
             ctx.ui.profile.focus_moved = true;  // the root is at the other end
           },
       .enabled = there,
       .on_sheet = false},
      {.id = "profile.save-folded",
       .title = "Save the stacks of the profile, one a line",
       .detail = "For programs that draw flame graphs.",
       .group = Group::Files,
       .run =
           [](const ViewContext& ctx) {
             ctx.emit(Save{Save::Kind::Folded, file_name(ctx.source, ".folded")});
           },
       .enabled = there,
       .on_sheet = false},
      {.id = "profile.save-json",
       .title = "Save the profile as JSON",
       .group = Group::Files,
       .run =
           [](const ViewContext& ctx) {
             ctx.emit(Save{Save::Kind::Json, file_name(ctx.source, ".profile.json")});
           },
       .enabled = there,
       .on_sheet = false},
  };
}

}  // namespace

std::span<const Action> profile_actions() {
  static const std::vector<Action> rows = make();
  return rows;
}

}  // namespace exo::views
