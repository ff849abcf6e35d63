// One frame's cell: its colour is the owner, brightness is use (owned, bound, in the TLB), marks in the corners are the
// rest. The legend says so with the same cells.
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

}  // namespace

bool frame_touched(const FrameState& frame) {
  return frame.owner != 0 || frame.flags != 0 || frame.generation != 1 || frame.taken != 0;
}

ImU32 frame_fill(const Theme& theme, const FrameState& frame) {
  if ((frame.flags & abi::kFrameSaving) != 0) return blend(theme.panel, theme.hot, 0.45f);
  if (frame.owner == 0) return frame.taken != 0 ? blend(theme.panel, theme.hot, 0.28f) : theme.empty;
  const ImU32 colour = env_colour(theme, frame.owner);
  if (frame.in_tlb != 0) return colour;
  return blend(theme.panel, colour, frame.bindings != 0 ? 0.58f : 0.32f);
}

// Plain shapes in the corners: they leave the middle to the number, and rounding 4,096 cells costs a hundred times
// more.
void draw_frame_mark(const ViewContext& ctx, Box cell, const FrameState& frame) {
  const Theme& theme = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float side = std::min(cell.width(), cell.height());
  if (side < 3) return;
  const ImU32 ink = theme.light ? IM_COL32(255, 255, 255, 235) : IM_COL32(12, 15, 19, 215);
  const float corner = std::clamp(side * 0.36f, 1.5f, ctx.px(9));
  if (frame.in_tlb != 0) {
    const float in = std::max(1.0f, corner * 0.35f);
    list->AddRectFilled({cell.max.x - in - corner * 0.8f, cell.min.y + in},
                        {cell.max.x - in, cell.min.y + in + corner * 0.8f}, ink);
  }
  if ((frame.flags & abi::kFrameGuaranteed) != 0)
    list->AddTriangleFilled({cell.min.x, cell.max.y - corner * 1.25f}, {cell.min.x + corner * 1.25f, cell.max.y},
                            {cell.min.x, cell.max.y}, frame.in_tlb != 0 || theme.light ? ink : theme.text);
  // Whose it is, by shape as well, in the colours that are made for it.
  if (theme.shapes && frame.owner != 0 && side >= ctx.px(13))
    env_glyph(list, {cell.max.x - corner * 0.62f, cell.max.y - corner * 0.62f}, corner * 0.42f, frame.owner, ink);
  if (frame.owner == 0 && (frame.taken != 0 || (frame.flags & abi::kFrameSaving) != 0)) {
    const float in = side * 0.22f, thick = std::clamp(side * 0.14f, 1.0f, ctx.px(3));
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
  const std::string last = event_words(ctx, frame.changed);
  return last.empty() ? out : out + "\n\n" + last;
}

float frame_legend_width(const ViewContext& ctx) {
  float width = 0;
  for (const char* word : kLegend) width += ctx.px(11 + 5 + 14) + text_width(ctx.fonts.small, word);
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
  const float size = ctx.px(11), line = ctx.fonts.small->FontSize + ctx.px(3);
  float x = at.x, y = at.y;
  for (const auto& row : rows) {
    const float need = size + ctx.px(5) + text_width(ctx.fonts.small, row.word) + ctx.px(14);
    if (x > at.x && x + need - ctx.px(14) > at.x + width + 1) {
      x = at.x;
      y += line;
    }
    const float middle = y + ctx.fonts.small->FontSize / 2;
    const Box cell{{x, std::floor(middle - size / 2)}, {x + size, std::floor(middle - size / 2) + size}};
    list->AddRectFilled(cell.min, cell.max, frame_fill(theme, row.frame));
    draw_frame_mark(ctx, cell, row.frame);
    if (&row.frame == &asked)
      list->AddRect({cell.min.x - 1, cell.min.y - 1}, {cell.max.x + 1, cell.max.y + 1}, theme.hot, ctx.px(1.5f), 0,
                    ctx.px(2));
    draw_text(list, ctx.fonts.small, {x + size + ctx.px(5), y}, theme.faint, row.word);
    x += need;
  }
  return y + line - at.y;
}

}  // namespace exo::views
