// The map of all exported frames. Most of them are never used: those are folded away, so that the ones that are used
// can be seen from the last row of a lecture hall.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "explorer/views/machine_parts.hpp"
#include "explorer/views/objects.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

std::string fold_words(const FrameMap::Row& row) {
  if (row.frames == abi::kFrameCount)
    return grouped(row.frames) + " frames, all free: those in use will stand here in their owner's colour";
  const std::string many = plural(row.frames, "frame") + " never used";
  if (row.first == abi::kNoFrame) return many;
  return fmt::format("{} to {} \u00b7 {}", grouped(row.first), grouped(row.first + row.frames - 1), many);
}

void draw_fold_words(const ViewContext& ctx, const FrameMap& map, const FrameMap::Row& row) {
  const ImFont* small = ctx.fonts.small;
  if (row.height < small->FontSize + ctx.px(2)) return;
  const float room = map.grid.width() - ctx.px(16);
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

Box FrameMap::of(std::uint32_t frame) const {
  const Row& line = row(frame);
  if (line.folded) return {{grid.min.x, line.top}, {grid.max.x - gap, line.top + line.height - gap}};
  const std::uint32_t slot = slot_of[frame / kPiece];
  const float x = grid.min.x + cell * float(slot * kPiece + frame % kPiece) + seam * float(slot);
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
  const float piece = cell * float(kPiece) + seam, x = point.x - grid.min.x;
  const auto slot = std::uint32_t(x / piece), column = std::uint32_t((x - piece * float(slot)) / cell);
  const std::uint32_t place = slot * kPiece + column;
  return column < kPiece && place < found->frames ? frame(*found, place) : abi::kNoFrame;
}

void draw_frame_cells(const ViewContext& ctx, const FrameMap& map) {
  const Theme& theme = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImFont* small = ctx.fonts.mono_small;
  const float right = map.grid.max.x - map.gap;
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
      const std::uint32_t frame = map.frame(row, i);
      const Box cell = map.of(frame);
      list->PrimRect(cell.min, cell.max, frame_fill(theme, ctx.state.frames[frame]));
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
    for (std::uint32_t i = 0; i < row.frames; ++i) {
      const std::uint32_t frame = map.frame(row, i);
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
    choose(ctx, on, Selection::Kind::Frame, under);
  } else if (const FrameMap::Row* row = map.row_at(mouse); row != nullptr && row->folded) {
    tooltip(ctx,
            fmt::format("Frames {}. They are free: nobody has asked for one of them in this run.", fold_words(*row)));
  }
}

}  // namespace exo::views
