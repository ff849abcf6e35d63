// The parts of the Processor panel: the slice vector round by round, the shares that come of it, and why each
// environment runs or doesn't.
#pragma once
#include <cstdint>
#include <vector>

#include "explorer/views/context.hpp"

namespace exo::views {

/// Who ran longest in a turn of the slice vector; 0: nobody. `end`: when the turn was over.
[[nodiscard]] std::uint32_t runner_of(const TraceIndex& index, const SliceTurn& turn, model::Ticks end);
/// When a turn was over, or the cursor's time when it isn't yet.
[[nodiscard]] model::Ticks end_of(const ViewContext& ctx, std::size_t turn);

void draw_rounds(const ViewContext& ctx, Box box);
void draw_shares(const ViewContext& ctx, Box box);
void draw_conditions(const ViewContext& ctx, Box box);

}  // namespace exo::views
