// The menu of a line or an instruction of the Source panel, and the field for a condition.
#pragma once
#include "explorer/views/debug_parts.hpp"

namespace exo::views {

/// Opens the menu at the mouse: of a line, or (line 0) of an instruction.
void open_source_menu(const ViewContext& ctx, std::uint32_t line, std::uint32_t address);
/// Draws what is open of them.
void draw_source_menu(const ViewContext& ctx);

}  // namespace exo::views
