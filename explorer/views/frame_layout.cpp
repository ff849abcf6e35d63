// How large the cells of the frame map are, and in which rows they stand: of the ways that are possible the one with
// the largest cells.
#include <algorithm>
#include <cmath>

#include "explorer/views/machine_parts.hpp"

namespace exo::views {
namespace {

using Used = std::array<bool, FrameMap::kPieces>;

struct Shape {
  std::uint32_t columns = 0, used = 0, folds = 0;
  float cell = 0, tall = 0, fold = 0;
  bool packed = false;
  [[nodiscard]] float area() const { return cell * tall; }
};

bool row_used(const Used& used, std::uint32_t columns, std::uint32_t row) {
  const std::uint32_t pieces = columns / FrameMap::kPiece;
  return std::any_of(&used[row * pieces], &used[row * pieces] + pieces, [](bool one) { return one; });
}

float quarters(float pixels) { return std::floor(pixels * 4) / 4; }

/// Fits the cells into the room: square when they are large; small ones use what there is.
void fit(Shape& shape, float width, float room, Box grid, float scale) {
  const float largest = std::max(40 * scale, grid.width() / 40);
  shape.cell = std::min(largest, quarters(width / float(shape.columns)));
  shape.tall = shape.used == 0 ? shape.cell : std::min(shape.cell, room / float(shape.used));
  if (shape.tall < shape.cell) {
    shape.tall = std::max(1.0f, quarters(shape.tall));
    // Cells wider than high are well; three times wider are not.
    shape.cell = std::min(shape.cell, shape.tall * 3);
  } else if (shape.used > 0 && shape.cell < 12 * scale) {
    shape.tall = std::max(shape.cell, quarters(std::min(shape.cell * 2.2f, room / float(shape.used))));
  }
}

/// Rows in the order of the frames, folded where nothing is used.
Shape aligned(const Used& used, std::uint32_t columns, Box grid, float scale) {
  Shape shape{.columns = columns};
  bool before = true;
  for (std::uint32_t row = 0; row < abi::kFrameCount / columns; ++row) {
    const bool now = row_used(used, columns, row);
    shape.used += now;
    shape.folds += !now && before;
    before = now;
  }
  shape.fold = 17 * scale;
  // Bands give way when there are so many that the cells would suffer.
  if (shape.folds > 0 && shape.fold * float(shape.folds) > grid.height() * 0.35f)
    shape.fold = std::max(2.0f, grid.height() * 0.35f / float(shape.folds));
  fit(shape, grid.width(), grid.height() - shape.fold * float(shape.folds), grid, scale);
  return shape;
}

float seam_of(float scale) { return 3 * scale; }

/// Used pieces side by side.
Shape packed(std::uint32_t pieces, std::uint32_t in_row, Box grid, float scale) {
  Shape shape{.columns = in_row * FrameMap::kPiece, .used = (pieces + in_row - 1) / in_row, .folds = 1};
  shape.packed = true;
  shape.fold = 17 * scale;
  fit(shape, grid.width() - seam_of(scale) * float(in_row - 1), grid.height() - shape.fold, grid, scale);
  return shape;
}

Shape best_shape(const Used& used, Box grid, float scale) {
  Shape best;
  for (const std::uint32_t columns : {16u, 32u, 64u, 128u, 256u}) {
    const Shape shape = aligned(used, columns, grid, scale);
    // As large as cells get, more columns fill the width.
    const bool fills = shape.area() >= best.area() * 0.98f && best.cell * float(best.columns) < grid.width() * 0.6f;
    if (best.columns == 0 || shape.area() > best.area() * 1.02f || fills) best = shape;
  }
  const auto pieces = std::uint32_t(std::count(used.begin(), used.end(), true));
  // The order of the frames is worth something: it is left only for much larger cells.
  Shape other;
  for (std::uint32_t in_row = 1; pieces != 0 && in_row <= 32; ++in_row) {
    const Shape shape = packed(pieces, in_row, grid, scale);
    if (shape.area() > other.area()) other = shape;
  }
  return best.folds > 4 && other.area() > best.area() * 1.6f ? other : best;
}

void place_aligned(FrameMap& map, const Used& used, const Shape& shape) {
  const std::uint32_t pieces = shape.columns / FrameMap::kPiece;
  float y = map.box.min.y;
  for (std::uint32_t row = 0; row < abi::kFrameCount / shape.columns; ++row) {
    const bool now = row_used(used, shape.columns, row);
    if (!now && !map.rows.empty() && map.rows.back().folded) {
      map.rows.back().frames += shape.columns;
    } else {
      const float height = now ? shape.tall : shape.fold;
      map.rows.push_back({row * shape.columns, shape.columns, y, height, !now, std::uint32_t(map.order.size())});
      y += height;
    }
    for (std::uint32_t i = 0; i < pieces; ++i) {
      const std::uint32_t piece = row * pieces + i;
      map.row_of[piece] = std::uint16_t(map.rows.size() - 1);
      map.slot_of[piece] = std::uint16_t(i);
      if (now) map.order.push_back(std::uint16_t(piece));
    }
  }
  map.spare = std::max(0.0f, map.box.max.y - y);
}

void place_packed(FrameMap& map, const Used& used, const Shape& shape) {
  const std::uint32_t pieces = shape.columns / FrameMap::kPiece;
  for (std::uint32_t piece = 0; piece < FrameMap::kPieces; ++piece) {
    if (!used[piece]) continue;
    const auto slot = std::uint32_t(map.order.size()) % pieces;
    if (slot == 0)
      map.rows.push_back({piece * FrameMap::kPiece, 0, map.box.min.y + shape.tall * float(map.rows.size()), shape.tall,
                          false, std::uint32_t(map.order.size())});
    map.row_of[piece] = std::uint16_t(map.rows.size() - 1);
    map.slot_of[piece] = std::uint16_t(slot);
    map.rows.back().frames += FrameMap::kPiece;
    map.order.push_back(std::uint16_t(piece));
  }
  const float y = map.rows.back().top + shape.tall;
  const auto rest = abi::kFrameCount - std::uint32_t(map.order.size()) * FrameMap::kPiece;
  if (rest != 0) {
    map.rows.push_back({abi::kNoFrame, rest, y, shape.fold, true, 0});
    for (std::uint32_t piece = 0; piece < FrameMap::kPieces; ++piece)
      if (!used[piece]) map.row_of[piece] = std::uint16_t(map.rows.size() - 1);
  }
  map.spare = std::max(0.0f, map.box.max.y - y - (rest != 0 ? shape.fold : 0));
}

}  // namespace

FrameMap lay_out_frames(Box box, const model::State& state, const model::State& newest, float scale) {
  Used used{};
  for (std::uint32_t frame = 0; frame < abi::kFrameCount; ++frame)
    if (frame_touched(newest.frames[frame]) || frame_touched(state.frames[frame]))
      used[frame / FrameMap::kPiece] = true;
  FrameMap map;
  map.box = map.grid = box;
  map.grid.min.x += std::min(34 * scale, box.width() * 0.1f);
  const Shape shape = best_shape(used, map.grid, scale);
  map.columns = shape.columns;
  map.cell = std::max(0.5f, shape.cell);
  map.tall = shape.tall;
  map.seam = shape.packed ? seam_of(scale) : 0;
  map.grid.max.x =
      map.grid.min.x + map.cell * float(map.columns) + map.seam * float(map.columns / FrameMap::kPiece - 1);
  const float least = std::min(map.cell, map.tall);
  map.gap = least >= 16 ? 3.0f : least >= 8 ? 2.0f : least >= 3 ? 1.0f : 0.5f;
  if (shape.packed)
    place_packed(map, used, shape);
  else
    place_aligned(map, used, shape);
  // What is left at the end belongs to the last band.
  if (map.rows.back().folded) map.rows.back().height += map.spare;
  return map;
}

}  // namespace exo::views
