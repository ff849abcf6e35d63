// What ended badly, in the window: a bar that says so and leads there, and the words for marks in time.
#pragma once
#include "explorer/views/context.hpp"

namespace exo::views {

/// The incident at an event; nullptr: none.
[[nodiscard]] const model::Incident* incident_at(const ViewContext& ctx, model::EventNumber event);
/// The one that the bar speaks of; nullptr: none, or it was put away. What lies behind an open question of the story is
/// not told before it is reached.
[[nodiscard]] const model::Incident* incident_to_tell(const ViewContext& ctx);
/// Whether an incident may be shown although the cursor is before it.
[[nodiscard]] bool may_tell(const ViewContext& ctx, const model::Incident& incident);

/// Goes to that moment, with the debugger's panels on the frame that it is about.
void go_to_incident(const ViewContext& ctx, const model::Incident& incident);
/// To the next one after the cursor, or the first.
void go_to_next_incident(const ViewContext& ctx);

[[nodiscard]] float incident_bar_height(const ViewContext& ctx);
void draw_incident_bar(const ViewContext& ctx, Box box);
/// Its sign in time: a triangle that stands on its point.
void draw_incident_sign(const ViewContext& ctx, ImVec2 centre, float radius, bool here);

}  // namespace exo::views
