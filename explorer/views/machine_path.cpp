// A thread as a short polyline: drawing, measuring and touching it use the same points.
#include "explorer/views/machine_path.hpp"

#include <algorithm>
#include <cmath>

namespace exo::views {
namespace {

float length(ImVec2 a, ImVec2 b) { return std::hypot(b.x - a.x, b.y - a.y); }
ImVec2 between(ImVec2 a, ImVec2 b, float share) { return {a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share}; }

float distance_to(ImVec2 p, ImVec2 a, ImVec2 b) {
  const float dx = b.x - a.x, dy = b.y - a.y, square = dx * dx + dy * dy;
  const float share = square <= 0 ? 0 : std::clamp(((p.x - a.x) * dx + (p.y - a.y) * dy) / square, 0.0f, 1.0f);
  return length(p, between(a, b, share));
}

}  // namespace

void Path::line_to(ImVec2 to) {
  if (count_ < kMost) points_[count_++] = to;
}

void Path::curve_to(ImVec2 to) {
  if (count_ == 0) return line_to(to);
  const ImVec2 from = points_[count_ - 1];
  const float middle = (to.y - from.y) * 0.5f;
  const ImVec2 b{from.x, from.y + middle}, c{to.x, to.y - middle};
  for (std::size_t i = 1; i <= kCurve; ++i) {
    const float t = float(i) / float(kCurve), u = 1 - t;
    const float w0 = u * u * u, w1 = 3 * u * u * t, w2 = 3 * u * t * t, w3 = t * t * t;
    line_to({w0 * from.x + w1 * b.x + w2 * c.x + w3 * to.x, w0 * from.y + w1 * b.y + w2 * c.y + w3 * to.y});
  }
}

ImVec2 Path::along(std::size_t first, std::size_t last, float share) const {
  float whole = 0;
  for (std::size_t i = first; i < last; ++i) whole += length(points_[i], points_[i + 1]);
  float rest = whole * share;
  for (std::size_t i = first; i < last; ++i) {
    const float step = length(points_[i], points_[i + 1]);
    if (rest <= step) return step <= 0 ? points_[i] : between(points_[i], points_[i + 1], rest / step);
    rest -= step;
  }
  return points_[last];
}

ImVec2 Path::at(float share) const {
  if (count_ == 0) return {};
  if (share >= 0.5f) return along(gate_, count_ - 1, std::min(1.0f, share * 2 - 1));
  return along(0, gate_, std::max(0.0f, share * 2));
}

float Path::distance(ImVec2 point) const {
  float least = 1e9f;
  for (std::size_t i = 0; i + 1 < count_; ++i) {
    const ImVec2 a = points_[i], b = points_[i + 1];
    constexpr float kNear = 12;
    if (point.y < std::min(a.y, b.y) - kNear || point.y > std::max(a.y, b.y) + kNear) continue;
    if (point.x < std::min(a.x, b.x) - kNear || point.x > std::max(a.x, b.x) + kNear) continue;
    least = std::min(least, distance_to(point, a, b));
  }
  return least;
}

void Path::draw(ImDrawList* list, ImU32 upper, ImU32 lower, float thickness) const {
  if (gate_ > 0) list->AddPolyline(points_.data(), int(gate_) + 1, upper, 0, thickness);
  if (count_ > gate_ + 1) list->AddPolyline(points_.data() + gate_, int(count_ - gate_), lower, 0, thickness);
}

void Path::draw_dashed(ImDrawList* list, ImU32 colour, float thickness, float dash, float from, float to) const {
  // Steps of a third of a dash along the way; a share is not a length, so each half has its own step.
  for (const bool below : {false, true}) {
    const std::size_t first = below ? gate_ : 0, last = below ? count_ - 1 : gate_;
    if (count_ < 2 || last <= first) continue;
    float whole = 0;
    for (std::size_t i = first; i < last; ++i) whole += length(points_[i], points_[i + 1]);
    const float base = below ? 0.5f : 0.0f;
    const float low = std::clamp((from - base) * 2, 0.0f, 1.0f) * whole;
    const float high = std::clamp((to - base) * 2, 0.0f, 1.0f) * whole;
    float walked = 0;
    for (std::size_t i = first; i < last; ++i) {
      const float step = length(points_[i], points_[i + 1]);
      const float begin = std::max(walked, low), end = std::min(walked + step, high);
      for (float x = begin; x < end && step > 0;) {
        const float phase = std::fmod(x, 2 * dash);
        const float next = std::min(end, x + (phase < dash ? dash - phase : 2 * dash - phase) + 0.01f);
        if (phase < dash)
          list->AddLine(between(points_[i], points_[i + 1], (x - walked) / step),
                        between(points_[i], points_[i + 1], (next - walked) / step), colour, thickness);
        x = next;
      }
      walked += step;
    }
  }
}

}  // namespace exo::views
