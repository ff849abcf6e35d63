// A request as a bar in time: asked, the deadline running out, and how it ended. Used by the time lanes and by the
// Revocations panel, so that the same thing looks the same.
#pragma once
#include "explorer/views/requests.hpp"

namespace exo::views {

/// Where a moment is in the picture.
struct TimeScale {
  double from = 0;       ///< ticks at `left`
  double per_pixel = 1;  ///< ticks
  float left = 0;
  [[nodiscard]] float x(double ticks) const { return left + float((ticks - from) / per_pixel); }
  [[nodiscard]] double ticks(float x) const { return from + double(x - left) * per_pixel; }
};

/// Draws the bar between the box's edges. `words`: with the words that fit in and beside it.
void draw_request_bar(const ViewContext& ctx, Box box, const TimeScale& scale, const RequestNow& request, bool words);

/// A round step for an axis so that its labels are at least `pixels` apart: 1, 2 or 5 times a power of ten
/// microseconds.
[[nodiscard]] double axis_step(const TimeScale& scale, float pixels);
[[nodiscard]] std::string axis_text(double micros, double step);

}  // namespace exo::views
