// The parts of the Profile panel: its lines and marks, made once for each choice; the table; the picture of the stacks.
#pragma once
#include <string>
#include <string_view>

#include "explorer/views/chord.hpp"
#include "explorer/views/context.hpp"

namespace exo::views {

/// Makes lines and marks anew when the profile or a choice has changed.
void make_profile(const ViewContext& ctx);
void draw_profile_table(const ViewContext& ctx, Box box);
void draw_flame_graph(const ViewContext& ctx, Box box);

/// The file in the Source panel, which gets a place beside this one.
void read_source(const ViewContext& ctx, const std::string& file, std::uint32_t line);

/// A key for the picture, while it has them; false: it is not one of its own.
bool flame_key(const ViewContext& ctx, Chord chord);
/// Makes a frame fill the width.
void zoom_flame(const ViewContext& ctx, std::uint32_t frame);

/// "exo::kernel::frames::allocate" -> "allocate".
[[nodiscard]] std::string_view short_function(std::string_view name);
/// "12.3 %".
[[nodiscard]] std::string percent(std::uint64_t part, std::uint64_t whole);
/// "stubborn", "kernel for stubborn", "kernel".
[[nodiscard]] std::string whose(const ViewContext& ctx, std::uint32_t env, bool in_kernel);

}  // namespace exo::views
