// For the lecture hall: a dark screen while the speaker is to be looked at, and a circle of light at the mouse;
// and a line that says what went wrong.
#pragma once
#include "explorer/views/context.hpp"

namespace exo::views {

void draw_spotlight(const ViewContext& ctx, Box screen);
void draw_blank(const ViewContext& ctx, Box screen);

/// One line at the foot of the window.
void draw_notice(const ViewContext& ctx, Box screen, std::string_view text);

}  // namespace exo::views
