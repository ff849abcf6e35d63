// The small card at the lower edge that says how far something is: in front of everything, and never in its way.
#pragma once
#include "explorer/views/context.hpp"

namespace exo::views {

/// Until end_card(): draws into a window of its own, framed in `line`.
[[nodiscard]] ImDrawList* begin_card(const ViewContext& ctx, const char* name, Box box, ImU32 line);
void end_card();

/// The share that is done (0 to 1), between two edges, along the lower edge of the card.
void progress_line(const ViewContext& ctx, Box card, float left, float right, double share);

/// Where the button that gives it up lies in the card, `width` wide.
[[nodiscard]] Box stop_box(const ViewContext& ctx, Box card, float width);

}  // namespace exo::views
