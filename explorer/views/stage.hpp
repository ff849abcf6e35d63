// For the lecture hall: a dark screen while the speaker is to be looked at, and a circle of light at the mouse;
// a line that says what went wrong; a file on its way to the disk.
#pragma once
#include "explorer/views/context.hpp"

namespace exo::views {

void draw_spotlight(const ViewContext& ctx, Box screen);
void draw_blank(const ViewContext& ctx, Box screen);

/// One line at the foot of the window.
void draw_notice(const ViewContext& ctx, Box screen, std::string_view text);

/// The file that is being written: how far it is, and a button to give it up.
void draw_saving(const ViewContext& ctx, Box screen);

}  // namespace exo::views
