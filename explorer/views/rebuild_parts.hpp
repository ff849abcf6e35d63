// The parts of rebuilding that other panels show.
#pragma once
#include "explorer/views/context.hpp"

namespace exo::views {

/// Opens the list of complaints when a build failed, and puts it away when one did not. Called once for each frame.
void react_to_rebuild(const ViewContext& ctx);
/// How far it is, or how it ended, over the window.
void draw_rebuilding(const ViewContext& ctx, Box screen);
/// A file that was opened to see a complaint, in the place of the Source panel.
void draw_opened_source(const ViewContext& ctx, Box box);

}  // namespace exo::views
