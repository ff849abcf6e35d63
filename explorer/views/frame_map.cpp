// The map of all exported frames. Most of them are never used: those are folded away, so that the ones that are used
// can be seen from the last row of a lecture hall.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "explorer/views/machine_parts.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

struct Shape {
  std::uint32_t columns = 0, used = 0, folds = 0;
  float cell = 0, tall = 0, fold = 0;
};

using Used = std::array<bool, abi::kFrameCount / FrameMap::kLeastColumns>;

bool row_used(const Used& used, std::uint32_t columns, std::uint32_t row) {
  const std::uint32_t pieces = columns / FrameMap::kLeastColumns;
  return std::any_of(&used[row * pieces], &used[row * pieces] + pieces, [](bool one) { return one; });
}

Shape shape_of(const Used& used, std::uint32_t columns, Box grid, float scale) {
  Shape shape{.columns = columns};
  bool before = true;
  for (std::uint32_t row = 0; row < abi::kFrameCount / columns; ++row) {
    const bool now = row_used(used, columns, row);
    shape.used += now;
    shape.folds += !now && before;
    before = now;
  }
  const float largest = std::max(40 * scale, grid.width() / 40);
  shape.cell = std::min(largest, std::floor(grid.width() / float(columns) * 4) / 4);
  shape.fold = 17 * scale;
  // Bands give way when there are so many that the cells would suffer.
  if (shape.folds > 0 && shape.fold * float(shape.folds) > grid.height() * 0.35f)
    shape.fold = std::max(2.0f, grid.height() * 0.35f / float(shape.folds));
  const float room = grid.height() - shape.fold * float(shape.folds);
  shape.tall = shape.used == 0 ? shape.cell : std::min(shape.cell, room / float(shape.used));
  if (shape.tall < shape.cell) {
    shape.tall = std::max(1.0f, std::floor(shape.tall * 4) / 4);
    // Cells wider than high are well; three times wider are not.
    shape.cell = std::min(shape.cell, shape.tall * 3);
  } else if (shape.used > 0 && shape.cell < 12 * scale) {
    // Small ones use what room there is.
    shape.tall = std::max(shape.cell, std::floor(std::min(shape.cell * 2.2f, room / float(shape.used)) * 4) / 4);
  }
  return shape;
}

std::string fold_words(const FrameMap::Row& row) {
  if (row.frames == abi::kFrameCount)
    return grouped(row.frames) + " frames, all free: those in use will stand here in their owner's colour";
  return fmt::format("{} to {} \u00b7 {}", grouped(row.first), grouped(row.first + row.frames - 1),
                     plural(row.frames, "frame") + " never used");
}

void draw_fold_words(const ViewContext& ctx, const FrameMap& map, const FrameMap::Row& row) {
  const ImFont* small = ctx.fonts.small;
  if (row.height < small->FontSize + ctx.px(2)) return;
  const float room = map.cell * float(map.columns) - ctx.px(16);
  const ImVec2 at{map.grid.min.x + ctx.px(8),
                  row.top + (std::min(row.height, ctx.px(60)) - map.gap - small->FontSize) / 2};
  ImDrawList* list = ImGui::GetWindowDrawList();
  const std::string words = fold_words(row);
  // Threads that pass leave the words alone.
  list->AddRectFilled({at.x - ctx.px(3), at.y},
                      {at.x + std::min(room, text_width(small, words)) + ctx.px(3), at.y + small->FontSize + ctx.px(1)},
                      ctx.theme.panel, ctx.px(2));
  draw_text_cut(list, small, at, room, ctx.theme.faint, words);
}

}  // namespace

FrameMap lay_out_frames(Box box, const model::State& state, const model::State& newest, float scale) {
  Used used{};
  for (std::uint32_t frame = 0; frame < abi::kFrameCount; ++frame)
    if (frame_touched(newest.frames[frame]) || frame_touched(state.frames[frame]))
      used[frame / FrameMap::kLeastColumns] = true;
  FrameMap map;
  map.box = map.grid = box;
  map.grid.min.x += std::min(34 * scale, box.width() * 0.1f);
  Shape best;
  for (const std::uint32_t columns : {16u, 32u, 64u, 128u, 256u}) {
    const Shape shape = shape_of(used, columns, map.grid, scale);
    // The largest cells win; as large as cells get, more columns fill the width.
    const float area = shape.cell * shape.tall, before = best.cell * best.tall;
    const bool fills = area >= before * 0.98f && best.cell * float(best.columns) < map.grid.width() * 0.6f;
    if (best.columns == 0 || area > before * 1.02f || fills) best = shape;
  }
  map.columns = best.columns;
  map.cell = std::max(0.5f, best.cell);
  map.tall = best.tall;
  const float least = std::min(map.cell, map.tall);
  map.gap = least >= 16 ? 3.0f : least >= 8 ? 2.0f : least >= 3 ? 1.0f : 0.5f;
  float y = box.min.y;
  for (std::uint32_t row = 0; row < abi::kFrameCount / map.columns; ++row) {
    const bool now = row_used(used, map.columns, row);
    map.used += now;
    if (!now && !map.rows.empty() && map.rows.back().folded) {
      map.rows.back().frames += map.columns;
    } else {
      const float height = now ? map.tall : best.fold;
      map.rows.push_back({row * map.columns, map.columns, y, height, !now});
      y += height;
    }
    for (std::uint32_t piece = 0; piece < map.columns / FrameMap::kLeastColumns; ++piece)
      map.row_of[row * (map.columns / FrameMap::kLeastColumns) + piece] = std::uint16_t(map.rows.size() - 1);
  }
  // What is left at the end belongs to the last band.
  map.spare = std::max(0.0f, box.max.y - y);
  if (map.rows.back().folded) map.rows.back().height += map.spare;
  return map;
}

Box FrameMap::of(std::uint32_t frame) const {
  const Row& line = row(frame);
  if (line.folded) return {{grid.min.x, line.top}, {grid.min.x + cell * float(columns), line.top + line.height - gap}};
  const float x = grid.min.x + cell * float(frame - line.first);
  return {{x, line.top}, {x + cell - gap, line.top + line.height - gap}};
}

const FrameMap::Row* FrameMap::row_at(ImVec2 point) const {
  if (point.x < box.min.x || point.x >= box.max.x || rows.empty() || point.y < rows.front().top) return nullptr;
  const auto after =
      std::upper_bound(rows.begin(), rows.end(), point.y, [](float y, const Row& one) { return y < one.top; });
  const Row& found = *(after - 1);
  return point.y < found.top + found.height ? &found : nullptr;
}

std::uint32_t FrameMap::at(ImVec2 point) const {
  const Row* found = row_at(point);
  if (found == nullptr || found->folded || point.x < grid.min.x) return abi::kNoFrame;
  const auto column = std::uint32_t((point.x - grid.min.x) / cell);
  return column < columns ? found->first + column : abi::kNoFrame;
}

void draw_frame_cells(const ViewContext& ctx, const FrameMap& map) {
  const Theme& theme = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImFont* small = ctx.fonts.mono_small;
  const float right = map.grid.min.x + map.cell * float(map.columns) - map.gap;
  float labelled = -1e9f;
  for (const FrameMap::Row& row : map.rows) {
    if (row.folded) {
      const Box band{{map.grid.min.x, row.top + map.gap * 0.5f}, {right, row.top + row.height - map.gap * 1.5f}};
      list->AddRectFilled(band.min, band.max, faded(theme.empty, 0.45f), ctx.px(2));
      continue;
    }
    // The number of a row's first frame, as often as there is room.
    if (row.top >= labelled + small->FontSize + ctx.px(1)) {
      labelled = row.top;
      draw_text_right(list, small, {map.grid.min.x - ctx.px(6), row.top + (row.height - map.gap - small->FontSize) / 2},
                      theme.faint, std::to_string(row.first));
    }
    // One batch of plain quads.
    list->PrimReserve(6 * int(row.frames), 4 * int(row.frames));
    for (std::uint32_t i = 0; i < row.frames; ++i) {
      const float x = map.grid.min.x + map.cell * float(i);
      list->PrimRect({x, row.top}, {x + map.cell - map.gap, row.top + row.height - map.gap},
                     frame_fill(theme, ctx.state.frames[row.first + i]));
    }
  }
}

void draw_frame_marks(const ViewContext& ctx, const FrameMap& map) {
  const Theme& theme = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const FrameMap::Row& last = map.rows.back();
  const Touch on =
      touch(ctx, "frames", {map.box.min, {map.box.max.x, std::max(map.box.min.y, last.top + last.height)}});
  ctx.mark("frame map", map.box);
  const ImFont* mono = ctx.fonts.mono_small;
  const bool numbers =
      map.cell >= text_width(mono, "0000") + map.gap + ctx.px(3) && map.tall >= mono->FontSize + ctx.px(6);
  const float pad = ctx.px(1);
  auto ring = [&](std::uint32_t frame, ImU32 colour, float width) {
    if (map.folded(frame)) return;
    const Box cell = map.of(frame);
    list->AddRect({cell.min.x - pad, cell.min.y - pad}, {cell.max.x + pad, cell.max.y + pad}, colour, ctx.px(1.5f), 0,
                  ctx.px(width));
  };
  const bool few = ctx.highlight.any && ctx.highlight.frames.count() < 600;
  for (const FrameMap::Row& row : map.rows) {
    if (row.folded) {
      draw_fold_words(ctx, map, row);
      continue;
    }
    for (std::uint32_t frame = row.first; frame < row.first + row.frames; ++frame) {
      const model::FrameState& shown = ctx.state.frames[frame];
      if (!frame_touched(shown)) continue;
      const Box cell = map.of(frame);
      draw_frame_mark(ctx, cell, shown);
      if (numbers && shown.owner != 0) {
        const bool strong = shown.in_tlb != 0;
        const std::string text = std::to_string(frame);
        draw_text(list, mono,
                  {std::round(cell.centre().x - text_width(mono, text) / 2),
                   std::round(cell.centre().y - mono->FontSize / 2)},
                  strong ? (theme.light ? theme.text : theme.ground) : theme.text, text);
      }
      if (few && ctx.highlight.frames[frame]) ring(frame, theme.text, 1);
      if ((shown.flags & abi::kFrameUnderRevocation) != 0) ring(frame, theme.hot, 2);
    }
  }
  if (ctx.ui.selection.kind == Selection::Kind::Frame && ctx.ui.selection.number < abi::kFrameCount) {
    const auto frame = std::uint32_t(ctx.ui.selection.number);
    const Box cell = map.of(frame);
    const float out = ctx.px(3);
    const bool hot = (ctx.state.frames[frame].flags & abi::kFrameUnderRevocation) != 0;
    list->AddRect({cell.min.x - out, cell.min.y - out}, {cell.max.x + out, cell.max.y + out},
                  hot ? theme.hot : theme.text, ctx.px(3), 0, ctx.px(2));
  }
  if (!on.hovered) return;
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  const std::uint32_t under = map.at(mouse);
  if (under < abi::kFrameCount) {
    ring(under, theme.accent, 1.5f);
    tooltip(ctx, frame_tip(ctx, under));
    if (on.clicked) ctx.select(Selection::Kind::Frame, under);
  } else if (const FrameMap::Row* row = map.row_at(mouse); row != nullptr && row->folded) {
    tooltip(ctx,
            fmt::format("Frames {}. They are free: nobody has asked for one of them in this run.", fold_words(*row)));
  }
}

}  // namespace exo::views
