// The machine at a glance: environments above, the kernel as one line, what it multiplexes below. Threads run from each
// environment through the kernel line to the frames that it has bound: they appear and vanish as bindings do.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "explorer/views/machine_parts.hpp"
#include "explorer/views/views.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

struct Thread {
  std::uint32_t env, frame;
  bool in_tlb;
};

/// Every binding of an exported frame, as a thread; a frame that is in the TLB comes last, so that it is drawn on top.
std::vector<Thread> threads_of(const model::State& state) {
  std::vector<Thread> out;
  for (std::uint32_t slot = 0; slot < abi::kStlbEntries; ++slot) {
    const model::StlbState& entry = state.stlb[slot];
    if (entry.tag == abi::kStlbFree) continue;
    const std::uint32_t env = model::holder_of(state, entry.tag);
    for (std::uint32_t lo : entry.lo) {
      const std::uint32_t pfn = abi::entry_lo_pfn(lo);
      if ((lo & abi::kLoValid) == 0 || !abi::is_exported(pfn)) continue;
      const std::uint32_t frame = abi::frame_of_pfn(pfn);
      out.push_back({env, frame, state.frames[frame].in_tlb != 0});
    }
  }
  std::stable_partition(out.begin(), out.end(), [](const Thread& t) { return !t.in_tlb; });
  return out;
}

const EnvCard* card_of(const std::vector<EnvCard>& cards, std::uint32_t env) {
  for (const EnvCard& card : cards)
    if (card.env == env) return &card;
  return nullptr;
}

struct Curve {
  ImVec2 a, b, c, d;
};

/// Where a thread passes the kernel line: towards its frame, and over the map, so that it stays clear of the TLB.
ImVec2 gate_of(ImVec2 from, ImVec2 to, const FrameMap& map, float line_y) {
  const float x = from.x + (to.x - from.x) * 0.62f;
  return {std::clamp(x, map.box.min.x, std::max(map.box.min.x, map.box.max.x - map.cell)), line_y};
}

Curve curve(ImVec2 from, ImVec2 to) {
  const float middle = (to.y - from.y) * 0.5f;
  return {from, {from.x, from.y + middle}, {to.x, to.y - middle}, to};
}

void draw_threads(const ViewContext& ctx, const std::vector<EnvCard>& cards, const FrameMap& map, float line_y) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  std::vector<Thread> threads = threads_of(ctx.state);
  // A crowd of faint threads is a fog that costs time and says nothing: then only those in the TLB and the selected are
  // drawn.
  const bool crowd = threads.size() > 400;
  for (const Thread& thread : threads) {
    const EnvCard* card = card_of(cards, thread.env);
    if (card == nullptr) continue;
    const bool lit = ctx.highlight.any && ctx.highlight.frames[thread.frame] && ctx.highlight.envs[thread.env] &&
                     ctx.highlight.frames.count() < 200;
    if (crowd && !thread.in_tlb && !lit) continue;
    const Box cell = map.of(thread.frame);
    // Where a thread passes the kernel line follows from its frame, so that threads of one card fan out.
    const float spread = card->box.width() * 0.3f * (float(thread.frame % 64) / 63.0f - 0.5f);
    const ImVec2 from{card->box.centre().x + spread * 0.4f, card->box.max.y};
    const ImVec2 to{cell.centre().x, cell.min.y};
    const ImVec2 gate = gate_of(from, to, map, line_y);
    const float opacity = lit ? 1.0f : thread.in_tlb ? 0.75f : 0.22f;
    const ImU32 colour = faded(env_colour(ctx.theme, thread.env), opacity);
    const float thick = ctx.px(lit ? 2.0f : 1.1f);
    const Curve upper = curve(from, gate), lower = curve(gate, to);
    list->AddBezierCubic(upper.a, upper.b, upper.c, upper.d, colour, thick, 14);
    // Far down the map a thread crosses other cells: there it only hints.
    const bool deep = to.y > map.box.min.y + map.cell * 4;
    list->AddBezierCubic(lower.a, lower.b, lower.c, lower.d, deep && !lit ? faded(colour, 0.45f) : colour, thick, 18);
  }
}

void draw_hot_threads(const ViewContext& ctx, const std::vector<EnvCard>& cards, const FrameMap& map, float line_y,
                      const std::vector<RequestNow>& requests) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  for (const RequestNow& request : requests) {
    const EnvCard* card = card_of(cards, request.state.env);
    if (!request.open() || request.state.asked >= abi::kFrameCount || card == nullptr) continue;
    const Box cell = map.of(request.state.asked);
    const ImVec2 from{card->box.centre().x, card->box.max.y}, to{cell.centre().x, cell.min.y};
    const ImVec2 gate = gate_of(from, to, map, line_y);
    const Curve upper = curve(from, gate), lower = curve(gate, to);
    const ImU32 colour = request.phase == Phase::Demanded ? ctx.theme.hot : faded(ctx.theme.hot, 0.6f);
    dashed_bezier(list, upper.a, upper.b, upper.c, upper.d, colour, ctx.px(2.4f), ctx.px(7));
    dashed_bezier(list, lower.a, lower.b, lower.c, lower.d, colour, ctx.px(2.4f), ctx.px(7));
  }
}

/// The most pressing request of each environment as a pill under its card.
void draw_pills(const ViewContext& ctx, const std::vector<EnvCard>& cards, const std::vector<RequestNow>& requests,
                Box box, float y) {
  std::vector<Box> taken;
  std::vector<const RequestNow*> pressing;
  for (const RequestNow& request : requests)
    if (request.open()) pressing.push_back(&request);
  std::stable_sort(pressing.begin(), pressing.end(),
                   [](const RequestNow* a, const RequestNow* b) { return a->phase > b->phase; });
  for (const RequestNow* request : pressing) {
    const EnvCard* card = card_of(cards, request->state.env);
    if (card == nullptr) continue;
    const std::string text = hot_words(*request);
    const float width = pill_width(ctx, text), height = ctx.fonts.strong->FontSize + ctx.px(10);
    const float x = std::clamp(card->box.centre().x - width / 2, box.min.x, std::max(box.min.x, box.max.x - width));
    const Box place{{x, y}, {x + width, y + height}};
    if (std::any_of(taken.begin(), taken.end(),
                    [&](const Box& other) { return place.min.x < other.max.x && other.min.x < place.max.x; }))
      continue;
    taken.push_back(place);
    const bool strong = request->phase == Phase::Demanded;
    pill(ctx, place.min, text, strong ? ctx.theme.hot : faded(ctx.theme.hot, 0.85f), ctx.theme.hot_ground);
    const Touch on = touch(ctx, fmt::format("pill {}", request->state.id), place);
    if (on.hovered) tooltip(ctx, "A visible revocation: " + phase_words(*request) + ". Click to select the request.");
    if (on.clicked) ctx.select(Selection::Kind::Request, request->state.id);
  }
}

void draw_kernel_line(const ViewContext& ctx, Box box) {
  const Theme& theme = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Touch on = touch(ctx, "kernel", box);
  list->AddRectFilled(box.min, box.max, theme.card, ctx.px(4));
  list->AddRect(box.min, box.max, ctx.state.panicked ? theme.gap : theme.line, ctx.px(4), 0, ctx.px(1.2f));
  const float y = box.centre().y - ctx.fonts.body->FontSize / 2;
  float x = box.min.x + ctx.px(16);
  x += draw_text(list, ctx.fonts.strong, {x, y}, theme.text, "kernel") + ctx.px(18);
  const std::string counts =
      fmt::format("authorised {} \u00b7 used {}", grouped(ctx.state.authorizations), grouped(ctx.state.uses));
  const float right = text_width(ctx.fonts.mono, counts);
  draw_text_cut(
      list, ctx.fonts.body, {x, y}, box.max.x - ctx.px(30) - right - x, theme.soft,
      ctx.state.panicked ? "panicked: a bug in the kernel" : "protects \u00b7 multiplexes \u00b7 decides nothing");
  draw_text(list, ctx.fonts.mono, {box.max.x - ctx.px(16) - right, box.centre().y - ctx.fonts.mono->FontSize / 2},
            theme.soft, counts);
  if (on.hovered)
    tooltip(ctx, fmt::format("A capability is checked once, when a page is bound: {} so far, {} refused. The binding "
                             "is then used without "
                             "a check: {} TLB refills so far, and countless accesses that hit the TLB.",
                             plural(ctx.state.authorizations, "check"), grouped(ctx.state.refusals),
                             grouped(ctx.state.uses)));
}

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

/// Where the parts go. On a low window the air goes first, then the cards' second line.
struct Plan {
  Box kernel, frames, tlb, stlb, slices;
  ImVec2 words, legend;
  float legend_width = 0;
};

Plan plan_of(const ViewContext& ctx, Box box, float cards_end) {
  Plan plan;
  const bool low = box.height() < ctx.px(520);
  const float strip = ctx.px(low ? 11.0f : 15.0f), between = ctx.px(low ? 7.0f : 11.0f);
  plan.slices = {{box.min.x, box.max.y - strip}, box.max};
  plan.stlb = {{box.min.x, plan.slices.min.y - between - strip}, {box.max.x, plan.slices.min.y - between}};
  const float line = ctx.fonts.small->FontSize + ctx.px(5);
  const float room = plan.stlb.min.y - between - cards_end;
  const float air = std::clamp(room * 0.16f, ctx.px(low ? 12.0f : 24.0f), ctx.px(86));
  const float kernel = ctx.px(low ? 24.0f : 32.0f);
  plan.kernel = {{box.min.x, cards_end + air}, {box.max.x, cards_end + air + kernel}};
  const float top = plan.kernel.max.y + std::clamp(room * 0.08f, ctx.px(10), ctx.px(44));
  const float tlb_width = std::clamp(box.width() * 0.46f, ctx.px(236), ctx.px(470));
  const float frames_end = box.max.x - tlb_width - ctx.px(22);
  // The legend needs its line; on a low window it runs under both, and the map's words stand before it.
  plan.legend = {box.min.x, plan.stlb.min.y - between - line + ctx.px(3)};
  const bool long_legend = low || frame_legend_width(ctx) > frames_end - box.min.x;
  plan.legend_width = long_legend ? box.width() : frames_end - box.min.x;
  plan.words = {box.min.x, plan.legend.y - line};
  plan.frames = {{box.min.x, top}, {frames_end, plan.words.y - ctx.px(5)}};
  plan.tlb = {{box.max.x - tlb_width, std::min(top, plan.kernel.max.y + ctx.px(14))},
              {box.max.x, long_legend ? plan.legend.y - ctx.px(4) : plan.stlb.min.y - between}};
  return plan;
}

}  // namespace

void draw_machine(const ViewContext& ctx, Box box) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Theme& theme = ctx.theme;
  const std::vector<RequestNow> requests = requests_now(ctx);
  float y = box.min.y;
  draw_label(ctx, {box.min.x, y}, "LIBRARY OPERATING SYSTEMS");
  y += ctx.fonts.label->FontSize + ctx.px(9);
  float cards_height = 0;
  const std::vector<EnvCard> cards =
      lay_out_cards(ctx, {box.min.x, y}, box.width(), box.height() < ctx.px(520), cards_height);
  if (cards.empty())
    draw_text(list, ctx.fonts.body, {box.min.x, y + ctx.px(24)}, theme.faint,
              ctx.cursor == 0 ? "The machine has not started yet: nothing has happened."
                              : "No environment exists at this moment.");
  const float cards_end = y + cards_height;
  const Plan plan = plan_of(ctx, box, cards_end);
  const FrameMap map = lay_out_frames(plan.frames, ctx.state, ctx.scale);

  const float edge = ctx.px(4);  // outlines reach beyond what they surround
  list->PushClipRect({box.min.x - edge, box.min.y}, {box.max.x + edge, box.max.y + edge}, true);
  const float line_y = plan.kernel.centre().y;
  draw_frame_cells(ctx, map);
  draw_threads(ctx, cards, map, line_y);
  draw_hot_threads(ctx, cards, map, line_y, requests);
  draw_kernel_line(ctx, plan.kernel);
  const float pill_height = ctx.fonts.strong->FontSize + ctx.px(10);
  draw_pills(ctx, cards, requests, box,
             cards_end + std::max(-ctx.px(4), (plan.kernel.min.y - cards_end - pill_height) * 0.45f));
  draw_cards(ctx, cards, requests);
  draw_frame_marks(ctx, map);
  const float label = draw_label(ctx, plan.words, "FRAMES");
  draw_text_cut(list, ctx.fonts.small, {plan.words.x + label + ctx.px(8), plan.words.y - ctx.px(1)},
                plan.frames.width() - label - ctx.px(8), theme.faint, frames_words(ctx.state));
  draw_frame_legend(ctx, plan.legend, plan.legend_width);
  const float tlb_label = draw_label(ctx, plan.tlb.min, "TLB");
  draw_text_cut(list, ctx.fonts.small, {plan.tlb.min.x + tlb_label + ctx.px(8), plan.tlb.min.y - ctx.px(1)},
                plan.tlb.width() - tlb_label - ctx.px(8), theme.faint, "16 entries, each a pair of pages");
  draw_tlb(ctx, {{plan.tlb.min.x, plan.tlb.min.y + ctx.fonts.label->FontSize + ctx.px(6)}, plan.tlb.max});
  draw_stlb(ctx, plan.stlb);
  draw_slices(ctx, plan.slices);
  list->PopClipRect();
}

}  // namespace exo::views
