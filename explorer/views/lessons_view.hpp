// The choice of lessons: what the program starts with, and what can be laid over the window at any time.
#pragma once
#include <string_view>

#include "explorer/views/chord.hpp"
#include "explorer/views/context.hpp"

namespace exo::views {

/// Opens it, with the lesson under way chosen.
void open_lessons(const ViewContext& ctx);
void draw_lessons(const ViewContext& ctx, Box screen);
/// A key while it is open; false when it means nothing to it.
bool lessons_key(const ViewContext& ctx, Chord chord);
/// Name of the lesson that a session's source is of: "abort-deadline" of "scenarios/abort-deadline.toml".
[[nodiscard]] std::string_view lesson_of(std::string_view source);
/// Opens the lesson after the one under way (or before it).
void open_neighbour(const ViewContext& ctx, int step);

}  // namespace exo::views
