// The machine in one picture, the poster of an exokernel: library OSes above, the kernel as a thin line of protection,
// the hardware below. Secure bindings are threads between them, and requests are tokens on these threads.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "explorer/views/machine_parts.hpp"
#include "explorer/views/views.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

std::string frames_words(const model::State& state) {
  std::uint32_t asked = 0, taken = 0;
  for (const auto& frame : state.frames) {
    asked += (frame.flags & abi::kFrameUnderRevocation) != 0;
    taken += frame.owner == 0 && frame.taken != 0;
  }
  std::string out =
      fmt::format("{} \u00b7 {} owned", grouped(abi::kFrameCount), grouped(abi::kFrameCount - state.free_frames));
  if (asked != 0) out += fmt::format(" \u00b7 {} under revocation", asked);
  if (taken != 0) out += fmt::format(" \u00b7 {} taken by force", taken);
  return out;
}

/// What a place as low as this leaves out. The cards, the kernel, the frames and the slices are always there.
void leave_out(const ViewContext& ctx, MachinePlan& plan, float strip, float between, float legend) {
  float left = plan.box.max.y - plan.cards.max.y - strip - ctx.px(14 + 22 + 10 + 58);
  const auto fits = [&](float height) {
    const bool has = left >= height;
    left -= has ? height : 0;
    return has;
  };
  plan.has_clock = fits(strip + between);
  plan.has_words = fits(ctx.fonts.small->FontSize + ctx.px(10));
  plan.has_stlb = fits(strip + between);
  plan.has_legend = fits(legend);
  plan.has_tlb = plan.box.width() >= ctx.px(400) && left >= ctx.px(30);
  plan.has_wire = plan.has_clock && plan.has_tlb;
}

/// Where the parts go. On a low window the air goes first, then the cards' second line, then parts of the hardware.
/// `spare`: height that the frames don't need; the threads get it, so that there is a way to travel.
MachinePlan plan_of(const ViewContext& ctx, Box box, Box cards, float spare) {
  MachinePlan plan;
  plan.box = box;
  plan.cards = cards;
  const bool low = box.height() < ctx.px(520);
  const float strip = std::clamp(box.height() * 0.026f, ctx.px(low ? 11.0f : 15.0f), ctx.px(24));
  const float between = ctx.px(low ? 6.0f : 10.0f);
  const float line = ctx.fonts.small->FontSize + ctx.px(5);
  const float legend_width = frame_legend_width(ctx);
  const float legend_lines = std::ceil(legend_width / std::max(1.0f, box.width()));
  leave_out(ctx, plan, strip, between, legend_lines * line);
  plan.slices = {{box.min.x, box.max.y - strip}, box.max};
  // From below upwards; what is left out takes no room.
  float y = plan.slices.min.y;
  const auto above = [&](bool has) {
    const Box row{{box.min.x, y - between - strip}, {box.max.x, y - between}};
    if (!has) return Box{{box.min.x, y}, {box.min.x, y}};
    y = row.min.y;
    return row;
  };
  plan.stlb = above(plan.has_stlb);
  const Box row = above(plan.has_clock);
  const float room = y - between - cards.max.y;
  const float air = std::clamp(room * 0.2f, ctx.px(low ? 14.0f : 30.0f), ctx.px(120)) + spare * 0.6f;
  const float kernel = std::clamp(room * 0.075f, ctx.px(low ? 22.0f : 30.0f), ctx.px(44));
  plan.kernel = {{box.min.x, cards.max.y + air}, {box.max.x, cards.max.y + air + kernel}};
  const float top = plan.kernel.max.y + std::clamp(room * 0.07f, ctx.px(10), ctx.px(48)) + spare * 0.4f;
  const float tlb_width = plan.has_tlb ? std::clamp(box.width() * 0.4f, ctx.px(236), ctx.px(560)) : 0;
  const float frames_end = box.max.x - (plan.has_tlb ? tlb_width + ctx.px(26) : ctx.px(14));
  plan.aisle = frames_end + ctx.px(plan.has_tlb ? 13.0f : 7.0f);
  plan.clock = {row.min, {plan.has_wire ? frames_end : row.max.x, row.max.y}};
  plan.wire = {{frames_end + ctx.px(26), row.min.y}, row.max};
  // The legend needs its line; on a low window it runs under both, and the map's words stand before it.
  plan.legend = {box.min.x, y - between - (plan.has_legend ? line - ctx.px(3) : 0)};
  const bool long_legend = low || legend_width > frames_end - box.min.x;
  if (plan.has_legend) plan.legend.y -= (legend_lines - 1) * (ctx.fonts.small->FontSize + ctx.px(3));
  plan.legend_width = long_legend ? box.width() : frames_end - box.min.x;
  plan.words = {box.min.x, plan.legend.y - (plan.has_words ? line : 0)};
  plan.frames = {{box.min.x, top}, {frames_end, plan.words.y - ctx.px(5)}};
  plan.tlb = {{box.max.x - tlb_width, std::min(top, plan.kernel.max.y + ctx.px(14))},
              {box.max.x, long_legend ? plan.legend.y - ctx.px(4) : y - between}};
  return plan;
}

void draw_nobody(const ViewContext& ctx, Box box) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRect(box.min, box.max, ctx.theme.line, ctx.px(5), 0, ctx.px(1.2f));
  const std::string_view first = ctx.cursor == 0 ? "The machine has not started yet: nothing has happened."
                                                 : "No environment exists at this moment.";
  const ImFont* body = ctx.fonts.body;
  const float x = box.min.x + ctx.px(16), width = box.width() - ctx.px(32);
  const bool two = box.height() > body->FontSize + ctx.fonts.small->FontSize + ctx.px(14);
  const float y = box.centre().y - (two ? body->FontSize : body->FontSize / 2);
  draw_text_cut(list, body, {x, y}, width, ctx.theme.soft, first);
  if (two)
    draw_text_cut(
        list, ctx.fonts.small, {x, y + body->FontSize + ctx.px(4)}, width, ctx.theme.faint,
        "Each library operating system will stand here as a card, and each page that it binds as a thread to its "
        "frame.");
}

/// Words and instruments around the frames.
void draw_hardware(const ViewContext& ctx, const MachinePlan& plan, const std::vector<RequestNow>& requests) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float small = plan.words.y - ctx.px(1);
  if (plan.has_words) {
    const float label = draw_label(ctx, plan.words, "FRAMES") + ctx.px(8);
    draw_text_cut(list, ctx.fonts.small, {plan.words.x + label, small}, plan.frames.width() - label, ctx.theme.faint,
                  frames_words(ctx.state));
  }
  if (plan.has_legend) draw_frame_legend(ctx, plan.legend, plan.legend_width);
  if (plan.has_tlb) {
    const float label = draw_label(ctx, plan.tlb.min, "TLB") + ctx.px(8);
    draw_text_cut(list, ctx.fonts.small, {plan.tlb.min.x + label, plan.tlb.min.y - ctx.px(1)}, plan.tlb.width() - label,
                  ctx.theme.faint, "16 entries, each a pair of pages");
    draw_tlb(ctx, {{plan.tlb.min.x, plan.tlb.min.y + ctx.fonts.label->FontSize + ctx.px(6)}, plan.tlb.max});
  }
  if (plan.has_clock) draw_clock(ctx, plan.clock, requests);
  if (plan.has_wire) draw_wire(ctx, plan.wire);
  if (plan.has_stlb) draw_stlb(ctx, plan.stlb);
}

}  // namespace

void draw_machine(const ViewContext& ctx, Box box) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const std::vector<RequestNow> requests = requests_now(ctx);
  float y = box.min.y;
  draw_label(ctx, {box.min.x, y}, "LIBRARY OPERATING SYSTEMS");
  y += ctx.fonts.label->FontSize + ctx.px(9);
  float cards_height = 0;
  const std::vector<EnvCard> cards = lay_out_cards(ctx, {box.min.x, y}, box.width(), box.height(), cards_height);
  const Box above{{box.min.x, y}, {box.max.x, y + cards_height}};
  MachinePlan plan = plan_of(ctx, box, above, 0);
  FrameMap map = lay_out_frames(plan.frames, ctx.state, ctx.history.newest(), ctx.scale);
  // The TLB keeps lines that can be read.
  const float table = plan.tlb.height() - ctx.fonts.label->FontSize - float(abi::kTlbEntries + 2) * ctx.px(14);
  const float spare = std::min({map.spare * 0.8f, plan.frames.height() * 0.3f, table});
  if (spare > ctx.px(12)) {
    plan = plan_of(ctx, box, above, spare);
    map = lay_out_frames(plan.frames, ctx.state, ctx.history.newest(), ctx.scale);
  }
  const MachineScene scene{plan, cards, map, requests};

  const float edge = ctx.px(4);  // outlines reach beyond what they surround
  list->PushClipRect({box.min.x - edge, box.min.y}, {box.max.x + edge, box.max.y + edge}, true);
  list->ChannelsSplit(kLayers);
  list->ChannelsSetCurrent(kBelow);
  draw_frame_cells(ctx, map);
  std::vector<Strand> strands = draw_threads(ctx, scene);
  draw_transfers(ctx, scene, strands);
  draw_tokens(ctx, scene);
  if (plan.has_wire) draw_packet_token(ctx, scene);
  list->ChannelsSetCurrent(kMiddle);
  draw_kernel_line(ctx, plan.kernel);
  if (cards.empty())
    draw_nobody(ctx, plan.cards);
  else
    draw_cards(ctx, cards, requests);
  draw_frame_marks(ctx, map);
  draw_hardware(ctx, plan, requests);
  draw_slices(ctx, plan.slices);
  touch_strands(ctx, scene, strands);
  list->ChannelsMerge();
  list->PopClipRect();
}

}  // namespace exo::views
