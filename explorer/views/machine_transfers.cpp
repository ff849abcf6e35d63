// Protected control transfers: who entered whom, as arcs that dip to the kernel line and come up again. Those under way
// (a caller that waits for its answer) and the one that brought the processor to who runs now.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "explorer/model/words.hpp"
#include "explorer/views/machine_parts.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

struct Transfer {
  std::uint32_t from = 0, to = 0;
  model::EventNumber event = 0;
  const char* words = "";
};

const char* words_of(Handover how) {
  switch (how) {
    case Handover::Slice:
      break;
    case Handover::Call:
      return "calls";
    case Handover::CallAsync:
      return "enters";
    case Handover::Yield:
      return "yields to";
  }
  return "";
}

std::vector<Transfer> transfers_of(const ViewContext& ctx) {
  std::vector<Transfer> out;
  const std::ptrdiff_t at = ctx.index.run_at(ctx.state.now);
  if (at >= 0 && ctx.state.running != 0) {
    const ProcessorRun& run = ctx.index.runs()[std::size_t(at)];
    if (run.how != Handover::Slice && run.event <= ctx.cursor && run.env == ctx.state.running && run.before != run.env)
      out.push_back({run.before, run.env, run.event, words_of(run.how)});
  }
  for (std::uint32_t env = 1; env < abi::kMaxEnvironments; ++env) {
    const model::EnvironmentState& shown = ctx.state.envs[env];
    if (shown.state == abi::EnvState::Free || !shown.parked || shown.calls == 0 || shown.calls == env) continue;
    if (!out.empty() && out.front().from == env && out.front().to == shown.calls) continue;
    out.push_back({env, shown.calls, shown.changed, "waits for"});
  }
  return out;
}

}  // namespace

void draw_transfers(const ViewContext& ctx, const MachineScene& scene, std::vector<Strand>& strands) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Theme& theme = ctx.theme;
  float level = 0;
  for (const Transfer& transfer : transfers_of(ctx)) {
    const EnvCard *from = scene.card(transfer.from), *to = scene.card(transfer.to);
    if (from == nullptr || to == nullptr) continue;
    const ImVec2 a{from->box.min.x + from->box.width() * 0.72f, from->box.max.y};
    const ImVec2 b{to->box.min.x + to->box.width() * 0.28f, to->box.max.y + ctx.px(2)};
    const float dip = scene.plan.kernel.min.y - ctx.px(2) - std::min(level, 3.0f) * ctx.px(9);
    level += 1;
    Strand strand{.kind = Strand::Kind::Transfer,
                  .path = {},
                  .env = transfer.from,
                  .number = transfer.to,
                  .half = 0,
                  .event = transfer.event};
    const ImVec2 low{(a.x + b.x) / 2, dip};
    // Down, along the line for a stretch, and up: control changes sides only there.
    const float flat = std::min(std::abs(b.x - a.x) * 0.2f, ctx.px(90)) * (b.x < a.x ? -1.0f : 1.0f);
    strand.path.line_to(a);
    strand.path.curve_to({low.x - flat, dip});
    strand.path.line_to(low);
    strand.path.pass_kernel();
    strand.path.line_to({low.x + flat, dip});
    strand.path.curve_to(b);
    const ImU32 colour = env_colour(theme, transfer.from);
    strand.path.draw(list, colour, colour, ctx.px(2.2f));
    const float r = ctx.px(6);
    list->AddTriangleFilled({b.x - r, b.y + r * 1.3f}, {b.x + r, b.y + r * 1.3f}, {b.x, b.y - r * 0.3f}, colour);
    const float wide = text_width(ctx.fonts.small, transfer.words);
    const float y = dip - ctx.fonts.small->FontSize - ctx.px(4);
    list->AddRectFilled({low.x - wide / 2 - ctx.px(4), y}, {low.x + wide / 2 + ctx.px(4), dip - ctx.px(2)},
                        faded(theme.panel, 0.85f), ctx.px(3));
    draw_text(list, ctx.fonts.small, {low.x - wide / 2, y + ctx.px(1)}, env_ink(theme, transfer.from), transfer.words);
    strands.push_back(strand);
  }
}

}  // namespace exo::views
