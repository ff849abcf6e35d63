// The map of all exported frames: colour is the owner, brightness is use (owned, bound, in the TLB), marks are the
// rest.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "explorer/model/words.hpp"
#include "explorer/views/machine_parts.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

using model::FrameState;

constexpr const char* kLegend[] = {"owned", "bound", "in the TLB", "guaranteed", "asked for", "taken by force"};

bool touched(const FrameState& frame) {
  return frame.owner != 0 || frame.flags != 0 || frame.generation != 1 || frame.taken != 0;
}

ImU32 fill_of(const ViewContext& ctx, const FrameState& frame) {
  const Theme& theme = ctx.theme;
  if ((frame.flags & abi::kFrameSaving) != 0) return blend(theme.panel, theme.hot, 0.45f);
  if (frame.owner == 0) return frame.taken != 0 ? blend(theme.panel, theme.hot, 0.28f) : theme.empty;
  const ImU32 colour = env_colour(theme, frame.owner);
  if (frame.in_tlb != 0) return colour;
  return blend(theme.panel, colour, frame.bindings != 0 ? 0.62f : 0.36f);
}

// Corners are pixels: rounding 4,096 cells costs a hundred times what this does.
void cell_mark(const ViewContext& ctx, ImDrawList* list, Box cell, const FrameState& frame) {
  const Theme& theme = ctx.theme;
  const float side = std::min(cell.width(), cell.height());
  if (side < 3) return;
  if (frame.in_tlb != 0) {
    const float r = side * 0.17f;
    const ImVec2 c = cell.centre();
    list->AddRectFilled({c.x - r, c.y - r}, {c.x + r, c.y + r},
                        theme.light ? IM_COL32(255, 255, 255, 230) : IM_COL32(12, 15, 19, 200));
  }
  if ((frame.flags & abi::kFrameGuaranteed) != 0) {
    list->AddLine({cell.min.x, cell.max.y - 1}, {cell.max.x - 1, cell.min.y}, theme.light ? theme.text : theme.ground,
                  std::max(1.0f, side * 0.14f));
  }
  if (frame.owner == 0 && (frame.taken != 0 || (frame.flags & abi::kFrameSaving) != 0)) {
    const float in = side * 0.2f;
    const float thick = std::max(1.0f, side * 0.14f);
    list->AddLine({cell.min.x + in, cell.min.y + in}, {cell.max.x - in, cell.max.y - in}, theme.hot, thick);
    list->AddLine({cell.max.x - in, cell.min.y + in}, {cell.min.x + in, cell.max.y - in}, theme.hot, thick);
  }
}

std::string frame_tip(const ViewContext& ctx, std::uint32_t number) {
  const FrameState& frame = ctx.state.frames[number];
  std::string out = fmt::format("Frame {}", number);
  if ((frame.flags & abi::kFrameSaving) != 0) {
    out += "\ntaken by force; its contents are being saved";
  } else if (frame.owner == 0) {
    out += frame.taken != 0 ? fmt::format("\nfree, after it was taken from {} by force",
                                          model::env_name(ctx.state, frame.last_owner))
                            : std::string("\nfree");
  } else {
    out += fmt::format("\nowned by {}", model::env_name(ctx.state, frame.owner));
  }
  out += fmt::format("\ngeneration {}", frame.generation);
  if (frame.bindings != 0) out += fmt::format(", {}", plural(frame.bindings, "binding"));
  if (frame.in_tlb != 0) out += ", in the TLB";
  if ((frame.flags & abi::kFrameGuaranteed) != 0) out += "\nguaranteed: never taken";
  if ((frame.flags & abi::kFrameUnderRevocation) != 0) out += "\nbeing asked for";
  if ((frame.flags & abi::kFrameEnvironmentPage) != 0) out += "\nits environment page";
  return out;
}

}  // namespace

FrameMap lay_out_frames(Box box, const model::State& state, float scale) {
  FrameMap map;
  map.box = box;
  map.cell = std::max(2.0f, std::floor(box.width() / FrameMap::kColumns * 4) / 4);
  std::array<bool, FrameMap::kRows> active{};
  int count = 0;
  for (std::uint32_t row = 0; row < FrameMap::kRows; ++row) {
    const auto* first = &state.frames[row * FrameMap::kColumns];
    active[row] = std::any_of(first, first + FrameMap::kColumns, touched);
    count += active[row];
  }
  // Rows in use are square if there is room; what is left is shared by the flat ones.
  const float height = box.height();
  const float even = height / float(FrameMap::kRows);
  const int flat = int(FrameMap::kRows) - count;
  float tall = std::min(map.cell, even), low = tall;
  // On a small map they are higher than wide, so that their marks can be seen.
  const float wanted = std::max(map.cell, std::min(9.0f * scale, map.cell * 2));
  if (count > 0 && flat > 0 && even < wanted) {
    low = std::max(1.5f * scale, std::min(even, (height - float(count) * wanted) / float(flat)));
    tall = std::min(wanted, (height - float(flat) * low) / float(count));
    if (tall < low) tall = low = even;
  }
  float y = box.min.y;
  for (std::uint32_t row = 0; row < FrameMap::kRows; ++row) {
    map.top[row] = y;
    y += active[row] ? tall : low;
  }
  map.top[FrameMap::kRows] = y;
  return map;
}

Box FrameMap::of(std::uint32_t frame) const {
  const std::uint32_t row = frame / kColumns, column = frame % kColumns;
  const float x = box.min.x + float(column) * cell;
  const float gap = cell >= 5 ? 1.0f : 0.5f;
  const float under = top[row + 1] - top[row] >= 4 ? 1.0f : 0.5f;
  return {{x, top[row]}, {x + cell - gap, top[row + 1] - under}};
}

std::uint32_t FrameMap::at(ImVec2 point) const {
  if (cell <= 0 || point.x < box.min.x || point.y < box.min.y) return abi::kNoFrame;
  const auto column = std::uint32_t((point.x - box.min.x) / cell);
  const auto row = std::uint32_t(std::upper_bound(top.begin(), top.end(), point.y) - top.begin()) - 1;
  return column < kColumns && row < kRows ? row * kColumns + column : abi::kNoFrame;
}

void draw_frame_cells(const ViewContext& ctx, const FrameMap& map) {
  // One batch of plain quads.
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->PrimReserve(6 * int(abi::kFrameCount), 4 * int(abi::kFrameCount));
  for (std::uint32_t i = 0; i < abi::kFrameCount; ++i) {
    const Box cell = map.of(i);
    list->PrimRect(cell.min, cell.max, fill_of(ctx, ctx.state.frames[i]));
  }
}

void draw_frame_marks(const ViewContext& ctx, const FrameMap& map) {
  const Theme& theme = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Box area{map.box.min, {map.box.min.x + map.cell * FrameMap::kColumns, map.top[FrameMap::kRows]}};
  const Touch on = touch(ctx, "frames", area);
  ctx.mark("frame map", map.box);
  for (std::uint32_t i = 0; i < abi::kFrameCount; ++i)
    if (touched(ctx.state.frames[i])) cell_mark(ctx, list, map.of(i), ctx.state.frames[i]);

  const float pad = ctx.px(1);
  auto ring = [&](std::uint32_t frame, ImU32 colour, float width) {
    const Box cell = map.of(frame);
    list->AddRect({cell.min.x - pad, cell.min.y - pad}, {cell.max.x + pad, cell.max.y + pad}, colour, ctx.px(1.5f), 0,
                  ctx.px(width));
  };
  if (ctx.highlight.any && ctx.highlight.frames.count() < 600)
    for (std::uint32_t i = 0; i < abi::kFrameCount; ++i)
      if (ctx.highlight.frames[i]) ring(i, theme.text, 1);
  for (std::uint32_t i = 0; i < abi::kFrameCount; ++i)
    if ((ctx.state.frames[i].flags & abi::kFrameUnderRevocation) != 0) ring(i, theme.hot, 2);
  if (ctx.ui.selection.kind == Selection::Kind::Frame && ctx.ui.selection.number < abi::kFrameCount) {
    const auto frame = std::uint32_t(ctx.ui.selection.number);
    const Box cell = map.of(frame);
    const float out = ctx.px(3);
    const bool hot = (ctx.state.frames[frame].flags & abi::kFrameUnderRevocation) != 0;
    list->AddRect({cell.min.x - out, cell.min.y - out}, {cell.max.x + out, cell.max.y + out},
                  hot ? theme.hot : theme.text, ctx.px(3), 0, ctx.px(2));
  }
  const std::uint32_t under = map.at(ImGui::GetIO().MousePos);
  if (on.hovered && under < abi::kFrameCount) {
    ring(under, theme.accent, 1.5f);
    tooltip(ctx, frame_tip(ctx, under));
    if (on.clicked) ctx.select(Selection::Kind::Frame, under);
  }
}

float frame_legend_width(const ViewContext& ctx) {
  float width = 0;
  for (const char* word : kLegend) width += ctx.px(9 + 5 + 14) + text_width(ctx.fonts.small, word);
  return width - ctx.px(14);
}

float draw_frame_legend(const ViewContext& ctx, ImVec2 at, float width) {
  const Theme& theme = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  FrameState owned, bound, in_tlb, guaranteed, asked, taken;
  owned.owner = bound.owner = in_tlb.owner = guaranteed.owner = asked.owner = 2;
  bound.bindings = in_tlb.bindings = guaranteed.bindings = 1;
  in_tlb.in_tlb = 1;
  guaranteed.flags = abi::kFrameGuaranteed;
  asked.flags = abi::kFrameUnderRevocation;
  taken.taken = 1;
  const struct {
    const FrameState& frame;
    const char* word;
  } rows[] = {{owned, kLegend[0]},      {bound, kLegend[1]}, {in_tlb, kLegend[2]},
              {guaranteed, kLegend[3]}, {asked, kLegend[4]}, {taken, kLegend[5]}};
  const float size = ctx.px(9), line = ctx.fonts.small->FontSize + ctx.px(3);
  float x = at.x, y = at.y;
  for (const auto& row : rows) {
    const float need = size + ctx.px(5) + text_width(ctx.fonts.small, row.word) + ctx.px(14);
    if (x > at.x && x + need > at.x + width) {
      x = at.x;
      y += line;
    }
    const float middle = y + ctx.fonts.small->FontSize / 2;
    const Box cell{{x, std::floor(middle - size / 2)}, {x + size, std::floor(middle - size / 2) + size}};
    list->AddRectFilled(cell.min, cell.max, fill_of(ctx, row.frame));
    cell_mark(ctx, list, cell, row.frame);
    if (&row.frame == &asked)
      list->AddRect({cell.min.x - 1, cell.min.y - 1}, {cell.max.x + 1, cell.max.y + 1}, theme.hot, ctx.px(1.5f), 0,
                    ctx.px(2));
    draw_text(list, ctx.fonts.small, {x + size + ctx.px(5), y}, theme.faint, row.word);
    x += need;
  }
  return y + line - at.y;
}

}  // namespace exo::views
