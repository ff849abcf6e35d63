// The lanes of the time panel, one an environment over a common axis, and what is drawn across them.
#pragma once
#include <array>
#include <vector>

#include "explorer/views/context.hpp"
#include "explorer/views/request_bar.hpp"

namespace exo::views {

struct Lanes {
  Box area;  ///< right of the names, under the axis
  TimeScale scale;
  std::vector<std::uint32_t> envs;
  std::array<float, abi::kMaxEnvironments> y{};  ///< 0: it has no lane
  float height = 0;
  [[nodiscard]] Box of(std::uint32_t env) const { return {{area.min.x, y[env]}, {area.max.x, y[env] + height}}; }
};

/// Arrows from who gave the processor away to who got it: solid into a synchronous transfer, dashed into an
/// asynchronous one, thin for a directed yield. Returns whether there are any. `now` is the cursor's time in ticks.
bool draw_handovers(const ViewContext& ctx, const Lanes& lanes, double now);

/// Slices that were asked for, taken, owed and forfeited, on the lanes of their owners.
void draw_slice_marks(const ViewContext& ctx, const Lanes& lanes, double now);

}  // namespace exo::views
