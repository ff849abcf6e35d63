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
  std::array<float, abi::kMaxEnvironments> y{};  ///< 0: it has no lane in sight
  float height = 0;
  /// When there are more events than pixels: the first event after each pixel's left edge, one more than pixels.
  std::vector<model::EventNumber> edges;
  [[nodiscard]] Box of(std::uint32_t env) const { return {{area.min.x, y[env]}, {area.max.x, y[env] + height}}; }
};

/// Fills `edges`, or leaves it empty when each event in sight can be drawn by itself.
void find_edges(const ViewContext& ctx, Lanes& lanes);

/// Labels in microseconds, and how long an instruction is when one can be seen.
void draw_axis(const ViewContext& ctx, const Lanes& lanes, float top);
/// Who ran when, and the events on the lane of who acted. `now` is the cursor's time in ticks.
void draw_runs(const ViewContext& ctx, const Lanes& lanes, double now);
void draw_events_on_lanes(const ViewContext& ctx, const Lanes& lanes, double now);
/// Where events were lost.
void draw_gaps(const ViewContext& ctx, const Lanes& lanes);

/// Arrows from who gave the processor away to who got it: solid into a synchronous transfer, dashed into an
/// asynchronous one, thin for a directed yield. Returns whether there are any.
bool draw_handovers(const ViewContext& ctx, const Lanes& lanes, double now);

/// Slices that were asked for, taken, owed and forfeited, on the lanes of their owners.
void draw_slice_marks(const ViewContext& ctx, const Lanes& lanes, double now);

}  // namespace exo::views
