// The 16 TLB entries as the machine holds them. An entry is a pair of pages, each half with its own frame and flags.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "explorer/model/words.hpp"
#include "explorer/views/machine_parts.hpp"
#include "explorer/views/objects.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

std::string half_text(std::uint32_t lo) {
  if ((lo & abi::kLoValid) == 0) return "\u2013";
  const std::uint32_t pfn = abi::entry_lo_pfn(lo);
  return abi::is_exported(pfn) ? fmt::format("{}", abi::frame_of_pfn(pfn)) : fmt::format("k{:x}", pfn);
}

const char* half_flags(std::uint32_t lo) {
  if ((lo & abi::kLoValid) == 0) return "";
  return (lo & abi::kLoDirty) != 0 ? "v d" : "v -";
}

std::string half_words(const char* which, std::uint32_t lo) {
  if ((lo & abi::kLoValid) == 0) return fmt::format("{}: not valid", which);
  const std::uint32_t pfn = abi::entry_lo_pfn(lo);
  return fmt::format(
      "{}: {}, {}", which,
      abi::is_exported(pfn) ? fmt::format("frame {}", abi::frame_of_pfn(pfn)) : fmt::format("kernel page 0x{:x}", pfn),
      (lo & abi::kLoDirty) != 0 ? "writable" : "read only");
}

std::string entry_tip(const ViewContext& ctx, std::size_t index, bool valid) {
  const model::TlbState& entry = ctx.state.tlb[index];
  const std::string last = event_words(ctx, entry.changed);
  if (!valid) return fmt::format("TLB entry {}: holds nothing valid", index) + (last.empty() ? "" : "\n\n" + last);
  const std::uint32_t page = abi::entry_hi_vpn(entry.hi);
  return fmt::format("TLB entry {}: pages 0x{:05x} and 0x{:05x} of address space {}\n{}\n{}\nwritten {} ago\n\n{}",
                     index, page, page + 1, abi::entry_hi_asid(entry.hi), half_words("even page", entry.lo[0]),
                     half_words("odd page", entry.lo[1]),
                     short_micros(ctx.state.now - std::min(entry.written, ctx.state.now)), last);
}

/// One entry's ground, frame and bar: what both forms of the table share.
struct Row {
  bool valid = false;
  std::uint32_t env = 0;
};

Row draw_row(const ViewContext& ctx, std::size_t i, Box row) {
  const Theme& theme = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const model::TlbState& entry = ctx.state.tlb[i];
  const bool valid = ((entry.lo[0] | entry.lo[1]) & abi::kLoValid) != 0;
  const Touch on = touch(ctx, fmt::format("tlb {}", i), row);
  const std::uint32_t env = valid ? model::holder_of(ctx.state, entry.hi) : 0u;
  bool hot = false;
  for (std::uint32_t lo : entry.lo) {
    const std::uint32_t pfn = abi::entry_lo_pfn(lo);
    if ((lo & abi::kLoValid) != 0 && abi::is_exported(pfn))
      hot |= (ctx.state.frames[abi::frame_of_pfn(pfn)].flags & abi::kFrameUnderRevocation) != 0;
  }
  const bool selected = ctx.ui.selection.is(Selection::Kind::TlbEntry, i);
  const bool related = ctx.highlight.any && ctx.highlight.tlb[i];
  const bool fresh = entry.changed != 0 && entry.changed == std::uint32_t(ctx.cursor);
  const ImU32 ground = hot ? theme.hot_ground : on.hovered || fresh ? theme.card_hover : theme.card;
  list->AddRectFilled(row.min, row.max, valid ? ground : faded(theme.card, 0.45f), ctx.px(2));
  if (hot || selected || related) {
    const ImU32 edge = hot ? theme.hot : selected ? theme.text : faded(theme.text, 0.5f);
    list->AddRect(row.min, row.max, edge, ctx.px(2), 0, ctx.px(selected ? 2.0f : 1.2f));
  }
  if (valid) list->AddRectFilled(row.min, {row.min.x + ctx.px(4), row.max.y}, env_colour(theme, env));
  if (on.hovered) tooltip(ctx, entry_tip(ctx, i, valid));
  choose(ctx, on, Selection::Kind::TlbEntry, i);
  return {valid, env};
}

/// When there is no room for sixteen lines: two columns, with the frames alone.
void draw_small(const ViewContext& ctx, Box box) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImFont* mono = ctx.fonts.mono_small;
  constexpr std::size_t kLines = abi::kTlbEntries / 2;
  const float pitch = box.height() / float(kLines), width = (box.width() - ctx.px(6)) / 2;
  for (std::size_t i = 0; i < abi::kTlbEntries; ++i) {
    const float x = box.min.x + (width + ctx.px(6)) * float(i / kLines);
    const float y = std::floor(box.min.y + pitch * float(i % kLines));
    const Box row{{x, y}, {x + width, std::floor(y + pitch) - 1}};
    const Row shown = draw_row(ctx, i, row);
    if (pitch < mono->FontSize * 0.8f) continue;
    const model::TlbState& entry = ctx.state.tlb[i];
    const ImVec2 at{x + ctx.px(7), row.centre().y - mono->FontSize / 2};
    const std::string text = shown.valid
                                 ? fmt::format("{:>2} {:>5} {:>5}", i, half_text(entry.lo[0]), half_text(entry.lo[1]))
                                 : fmt::format("{:>2} empty", i);
    draw_text_cut(list, mono, at, row.max.x - at.x, shown.valid ? ctx.theme.text : ctx.theme.faint, text);
  }
}

}  // namespace

void draw_tlb(const ViewContext& ctx, Box box) {
  const Theme& theme = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float head = ctx.fonts.small->FontSize + ctx.px(4);
  const float pitch = std::min(ctx.px(30), (box.height() - head) / float(abi::kTlbEntries));
  if (pitch < ctx.fonts.mono_small->FontSize * 0.82f) return draw_small(ctx, box);
  const float width = box.width();
  const ImFont* mono = pitch >= ctx.px(15) ? ctx.fonts.mono : ctx.fonts.mono_small;
  const ImFont* words = pitch >= ctx.px(15) ? ctx.fonts.body : ctx.fonts.small;
  // Columns are counted in characters. A narrow table leaves flags, and then the address space, to the tooltip.
  const float cell = text_width(mono, "0");
  const bool flags = width >= cell * 53, roomy = width >= cell * 42;
  const float unit = std::clamp(width / (flags ? 54.0f : roomy ? 46.0f : 41.0f), cell * 0.96f, cell * 1.5f);
  const float half = unit * (flags ? 10.0f : 6.6f);
  const float c_index = box.min.x + ctx.px(8);
  const float c_asid = c_index + unit * 3.4f;
  const float c_page = roomy ? c_asid + unit * 5.0f : c_asid;
  const float c_even = c_page + unit * 7.0f;
  const float c_odd = c_even + half;
  const float c_owner = c_odd + half;
  const float c_age = box.max.x - ctx.px(6);
  auto heading = [&](float x, const char* word) {
    draw_text(list, ctx.fonts.small, {x, box.min.y}, theme.faint, word);
  };
  if (roomy) heading(c_asid, "ASID");
  heading(c_page, "pages");
  heading(c_even, flags ? "even \u2192" : "even");
  heading(c_odd, flags ? "odd \u2192" : "odd");
  heading(c_owner, "owner");
  draw_text_right(list, ctx.fonts.small, {c_age, box.min.y}, theme.faint, "age");
  for (std::size_t i = 0; i < abi::kTlbEntries; ++i) {
    const model::TlbState& entry = ctx.state.tlb[i];
    const float y = std::floor(box.min.y + head + pitch * float(i));
    const Box row{{box.min.x, y}, {box.max.x, std::floor(y + pitch) - 1}};
    const auto [valid, env] = draw_row(ctx, i, row);
    const float text_y = row.centre().y - mono->FontSize / 2;
    auto number = [&](float x, ImU32 colour, std::string_view text) {
      draw_text(list, mono, {x, text_y}, colour, text);
    };
    number(c_index, theme.faint, fmt::format("{:>2}", i));
    if (valid) {
      if (roomy) number(c_asid, theme.soft, fmt::format("{:>3}", abi::entry_hi_asid(entry.hi)));
      number(c_page, theme.text, fmt::format("{:05x}", abi::entry_hi_vpn(entry.hi)));
      for (int which = 0; which < 2; ++which) {
        const float x = which == 0 ? c_even : c_odd;
        const bool there = (entry.lo[which] & abi::kLoValid) != 0;
        number(x, there ? theme.text : theme.faint, half_text(entry.lo[which]));
        if (there)
          number(x + cell * (flags ? 5.8f : 4.9f), theme.faint,
                 flags                                    ? half_flags(entry.lo[which])
                 : (entry.lo[which] & abi::kLoDirty) != 0 ? "d"
                                                          : "-");
      }
      const std::string age = short_micros(ctx.state.now - std::min(entry.written, ctx.state.now));
      const float age_width = text_width(mono, age);
      draw_text_cut(list, words, {c_owner, row.centre().y - words->FontSize / 2},
                    c_age - age_width - ctx.px(6) - c_owner, env_ink(theme, env), model::env_name(ctx.state, env));
      draw_text_right(list, mono, {c_age, text_y}, theme.faint, age);
    } else {
      number(c_page, faded(theme.faint, 0.6f), "empty");
    }
  }
}

}  // namespace exo::views
