// Two strips: the vector of slices, with the one that runs; and how full the software TLB is, and with whose bindings.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "explorer/model/words.hpp"
#include "explorer/views/machine_parts.hpp"
#include "explorer/views/objects.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

constexpr float kLabel = 64;

/// Room at the end of the slices for who has the floating-point unit.
float fpu_room(const ViewContext& ctx) {
  return ctx.state.fpu_owner == 0 ? 0 : text_width(ctx.fonts.mono_small, "4 096 of 4 096") + ctx.px(10);
}

}  // namespace

Box slice_cell(const ViewContext& ctx, Box strip, std::uint32_t position) {
  const float label = ctx.px(kLabel);
  const float pitch = (strip.width() - label - fpu_room(ctx)) / float(abi::kSlicePositions);
  const float x = strip.min.x + label + pitch * float(position % abi::kSlicePositions);
  return {{std::floor(x), strip.min.y}, {std::floor(x + pitch) - ctx.px(pitch > ctx.px(8) ? 2.0f : 1.0f), strip.max.y}};
}

void draw_slices(const ViewContext& ctx, Box box) {
  const Theme& theme = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  draw_label(ctx, {box.min.x, box.centre().y - ctx.fonts.label->FontSize / 2}, "SLICES");
  // Who has the floating-point unit stands at the end of the strip.
  const std::uint32_t fpu = ctx.state.fpu_owner;
  const float right = fpu_room(ctx);
  if (fpu != 0) {
    const float y = box.centre().y - ctx.fonts.small->FontSize / 2, x = box.max.x - right + ctx.px(10);
    const float used = draw_text(list, ctx.fonts.small, {x, y}, theme.faint, "FPU ");
    draw_text_cut(list, ctx.fonts.small, {x + used, y}, box.max.x - x - used, env_ink(theme, fpu),
                  model::env_name(ctx.state, fpu));
    if (touch(ctx, "fpu", {{x, box.min.y}, box.max}).hovered)
      tooltip(ctx, "The floating-point unit holds the registers of " + model::env_name(ctx.state, fpu));
  }
  for (std::uint32_t i = 0; i < abi::kSlicePositions; ++i) {
    const Box cell = slice_cell(ctx, box, i);
    const std::uint8_t owner = ctx.state.slices[i];
    const bool now = ctx.state.booted && i == ctx.state.slice_position && ctx.state.running != 0;
    const Touch on = touch(ctx, fmt::format("slice {}", i), cell);
    const ImU32 colour = owner == 0 ? theme.empty : blend(theme.panel, env_colour(theme, owner), now ? 1.0f : 0.5f);
    list->AddRectFilled(cell.min, cell.max, colour, ctx.px(2.5f));
    const bool owes = owner != 0 && ctx.state.envs[owner].excess != 0, asked = (ctx.state.slices_asked >> i & 1) != 0;
    if (now && ctx.state.running != owner)  // given away: below, who runs in it
      list->AddRectFilled({cell.min.x, cell.centre().y}, cell.max, env_colour(theme, ctx.state.running), ctx.px(2.5f),
                          ImDrawFlags_RoundCornersBottom);
    if (owes) hatch(list, cell, faded(theme.panel, 0.85f), ctx.px(4), ctx.px(1.4f));
    if (asked) list->AddRect(cell.min, cell.max, theme.hot, ctx.px(2.5f), 0, ctx.px(1.6f));
    const bool lit = ctx.ui.selection.is(Selection::Kind::Slice, i) || (ctx.highlight.any && ctx.highlight.slices[i]);
    if (lit) list->AddRect(cell.min, cell.max, theme.text, ctx.px(2.5f), 0, ctx.px(1));
    if (now) {
      const float out = ctx.px(2);
      list->AddRect({cell.min.x - out, cell.min.y - out}, {cell.max.x + out, cell.max.y + out}, theme.cursor,
                    ctx.px(3.5f), 0, ctx.px(1.6f));
    }
    if (on.hovered) {
      std::string tip = owner == 0 ? fmt::format("Slice {} is nobody's", i)
                                   : fmt::format("Slice {} belongs to {}", i, model::env_name(ctx.state, owner));
      if (now)
        tip += ctx.state.running == owner
                   ? "; it runs now"
                   : fmt::format("; {} runs in it now", model::env_name(ctx.state, ctx.state.running));
      if (asked) tip += "\nIt is asked back";
      if (owes)
        tip += fmt::format("\n{} owes {}", model::env_name(ctx.state, owner),
                           plural(ctx.state.envs[owner].excess, "slice"));
      const std::string last = newest_words(ctx, Selection::Kind::Slice, i);
      tooltip(ctx, last.empty() ? tip : tip + "\n\n" + last);
    }
    choose(ctx, on, Selection::Kind::Slice, i);
  }
}

void draw_stlb(const ViewContext& ctx, Box box) {
  const Theme& theme = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float label = ctx.px(kLabel);
  draw_label(ctx, {box.min.x, box.centre().y - ctx.fonts.label->FontSize / 2}, "STLB");
  const std::string count = fmt::format("{} of {}", grouped(ctx.state.stlb_used), grouped(abi::kStlbEntries));
  const float right = text_width(ctx.fonts.mono_small, "4 096 of 4 096") + ctx.px(10);
  draw_text_right(list, ctx.fonts.mono_small, {box.max.x, box.centre().y - ctx.fonts.mono_small->FontSize / 2},
                  theme.soft, count);
  const Box strip{{box.min.x + label, box.min.y}, {box.max.x - right, box.max.y}};
  const Touch on = touch(ctx, "stlb", strip);

  // Each column stands for a run of slots: height is how many are taken, colours whose they are.
  constexpr std::uint32_t kColumns = 256, kSlots = abi::kStlbEntries / kColumns;
  list->AddRectFilled(strip.min, strip.max, theme.empty, ctx.px(2));
  const float pitch = strip.width() / float(kColumns);
  for (std::uint32_t column = 0; column < kColumns; ++column) {
    std::array<std::uint8_t, abi::kMaxEnvironments> held{};
    std::uint32_t used = 0;
    bool lit = false;
    for (std::uint32_t slot = column * kSlots; slot < (column + 1) * kSlots; ++slot) {
      const std::uint32_t tag = ctx.state.stlb[slot].tag;
      lit |= ctx.highlight.any && ctx.highlight.stlb[slot];
      if (tag == abi::kStlbFree) continue;
      ++held[model::holder_of(ctx.state, tag)];
      ++used;
    }
    const float x0 = strip.min.x + pitch * float(column), x1 = std::max(x0 + 1, x0 + pitch - (pitch > 3 ? 0.5f : 0.0f));
    // One slot is already visible: the scale is a root.
    float y = strip.max.y;
    const float full = strip.height() * std::sqrt(float(used) / float(kSlots));
    if (used != 0) {
      for (std::uint32_t env = 0; env < abi::kMaxEnvironments; ++env) {
        if (held[env] == 0) continue;
        const float part = full * float(held[env]) / float(used);
        list->AddRectFilled({x0, y - part}, {x1, y}, env_colour(theme, env));
        y -= part;
      }
    }
    if (lit)
      list->AddRectFilled({x0, strip.min.y - ctx.px(2)}, {std::max(x1, x0 + ctx.px(2)), strip.min.y}, theme.text);
  }
  if (on.hovered) {
    const auto column =
        std::min<std::uint32_t>(kColumns - 1, std::uint32_t((ImGui::GetIO().MousePos.x - strip.min.x) / pitch));
    std::string tip = fmt::format("STLB slots {} to {}", column * kSlots, (column + 1) * kSlots - 1);
    std::uint32_t first = abi::kStlbEntries;
    int listed = 0;
    for (std::uint32_t slot = column * kSlots; slot < (column + 1) * kSlots; ++slot) {
      const std::uint32_t tag = ctx.state.stlb[slot].tag;
      if (tag == abi::kStlbFree) continue;
      first = std::min(first, slot);
      if (++listed <= 6)
        tip += fmt::format("\nslot {}: pages 0x{:05x} and 0x{:05x} of {}", slot, abi::entry_hi_vpn(tag),
                           abi::entry_hi_vpn(tag) + 1, model::env_name(ctx.state, model::holder_of(ctx.state, tag)));
    }
    if (listed > 6) tip += fmt::format("\nand {} more", listed - 6);
    if (listed == 0) tip += "\nall free";
    if (first < abi::kStlbEntries) {
      const std::string last = event_words(ctx, ctx.state.stlb[first].changed);
      if (!last.empty()) tip += "\n\n" + last;
    }
    tooltip(ctx, tip);
    if (first < abi::kStlbEntries) choose(ctx, on, Selection::Kind::StlbSlot, first);
  }
}

}  // namespace exo::views
