// The parts that the Machine panel is composed of. Each is given its box; the frame map and the cards also say where
// they drew what, so that the threads between them end where they should.
#pragma once
#include <array>
#include <vector>

#include "explorer/views/context.hpp"
#include "explorer/views/requests.hpp"

namespace exo::views {

/// Where each frame's cell is: 64 to a row. Rows in which nothing has ever happened are drawn flat, the others get
/// their room.
struct FrameMap {
  static constexpr std::uint32_t kColumns = 64, kRows = abi::kFrameCount / kColumns;
  Box box;
  float cell = 0;  ///< width of a cell, gap included
  std::array<float, kRows + 1> top{};
  [[nodiscard]] Box of(std::uint32_t frame) const;
  /// The frame at a point, or kNoFrame.
  [[nodiscard]] std::uint32_t at(ImVec2 point) const;
};
[[nodiscard]] FrameMap lay_out_frames(Box box, const model::State& state, float scale);
/// The cells, under the threads; then their marks, over them.
void draw_frame_cells(const ViewContext& ctx, const FrameMap& map);
void draw_frame_marks(const ViewContext& ctx, const FrameMap& map);
/// What the marks on the map mean; returns the height used.
[[nodiscard]] float frame_legend_width(const ViewContext& ctx);  ///< on one line
float draw_frame_legend(const ViewContext& ctx, ImVec2 at, float width);

struct EnvCard {
  std::uint32_t env = 0;
  Box box;
};
/// Cards for all environments that exist, in the width given; `height` is set to what they need.
/// `low`: the window is, so the cards leave out a line.
[[nodiscard]] std::vector<EnvCard> lay_out_cards(const ViewContext& ctx, ImVec2 at, float width, bool low,
                                                 float& height);
void draw_cards(const ViewContext& ctx, const std::vector<EnvCard>& cards, const std::vector<RequestNow>& requests);

void draw_tlb(const ViewContext& ctx, Box box);
void draw_slices(const ViewContext& ctx, Box box);
void draw_stlb(const ViewContext& ctx, Box box);

}  // namespace exo::views
