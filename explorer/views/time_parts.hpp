// The parts of the time panel: the overview of the whole run, the ruler, the card of a selected stretch, and what the
// mouse does.
#pragma once
#include "explorer/views/time_lanes.hpp"

namespace exo::views {

/// The whole run in a strip: marks, density, and a thin lane for each sort of event. The window in it is the stretch
/// that the lanes below show. Names stand left of `area`.
void draw_overview(const ViewContext& ctx, Box area, float names);
[[nodiscard]] float overview_height(const ViewContext& ctx, float panel_height);

/// Flags of bookmarks and steps on the ruler. They are drawn and clicked before the field under them.
void draw_flags(const ViewContext& ctx, const Lanes& lanes, Box ruler);
/// Wheel, drags and clicks over ruler and lanes, and what lies under the mouse in words.
void steer(const ViewContext& ctx, const Lanes& lanes, Box ruler, Box field);
void draw_selected_stretch(const ViewContext& ctx, const Lanes& lanes, float top);

void draw_stretch_card(const ViewContext& ctx, Box box);

/// Whether the future may be shown in words of requests: not while a question of the story waits for its answer.
[[nodiscard]] bool may_tell_future(const ViewContext& ctx);

}  // namespace exo::views
