// The way of a thread through the picture: from a card down to the kernel line, and from there on to the hardware. One
// half is above the line and one below, so that a place on it says on whose side a thing is.
#pragma once
#include <imgui.h>

#include <array>

namespace exo::views {

class Path {
 public:
  /// Appends a point; the first one is the card's end.
  void line_to(ImVec2 to);
  /// Appends a curve that leaves and arrives upright.
  void curve_to(ImVec2 to);
  /// The last point is where it passes the kernel line.
  void pass_kernel() { gate_ = count_ - 1; }

  [[nodiscard]] bool empty() const { return count_ < 2; }
  [[nodiscard]] bool reaches_hardware() const { return count_ - 1 > gate_; }
  [[nodiscard]] ImVec2 gate() const { return points_[gate_]; }
  [[nodiscard]] ImVec2 start() const { return points_[0]; }
  [[nodiscard]] ImVec2 end() const { return points_[count_ == 0 ? 0 : count_ - 1]; }
  /// The point at a share of the way: 0 the card, 0.5 the kernel line, 1 the hardware.
  [[nodiscard]] ImVec2 at(float share) const;
  /// Distance of a point from the path, in pixels; large when the point is far from its bounds.
  [[nodiscard]] float distance(ImVec2 point) const;

  void draw(ImDrawList* list, ImU32 upper, ImU32 lower, float thickness) const;
  /// Dashed, between two shares of the way.
  void draw_dashed(ImDrawList* list, ImU32 colour, float thickness, float dash, float from, float to) const;

 private:
  static constexpr std::size_t kMost = 44, kCurve = 16;
  [[nodiscard]] ImVec2 along(std::size_t first, std::size_t last, float share) const;
  std::array<ImVec2, kMost> points_;  // only the first count_ are set
  std::size_t count_ = 0, gate_ = 0;
};

}  // namespace exo::views
