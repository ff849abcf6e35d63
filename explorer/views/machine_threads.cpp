// Secure bindings as threads: from the environment's card through the kernel line, where the capability was checked, to
// the frame. They appear and vanish as bindings do. A crowd of them is tied into one bundle an environment.
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

/// More threads than this are a fog that costs time and says nothing.
constexpr std::size_t kFew = 240;

struct Binding {
  std::uint32_t slot, half, env, frame;
  bool in_tlb, lit;
};

/// Every binding of an exported frame; a frame that is in the TLB comes last, so that it is drawn on top.
std::vector<Binding> bindings_of(const ViewContext& ctx) {
  std::vector<Binding> out;
  const bool few = ctx.highlight.any && ctx.highlight.frames.count() < 200;
  for (std::uint32_t slot = 0; slot < abi::kStlbEntries; ++slot) {
    const model::StlbState& entry = ctx.state.stlb[slot];
    if (entry.tag == abi::kStlbFree) continue;
    const std::uint32_t env = model::holder_of(ctx.state, entry.tag);
    for (std::uint32_t half = 0; half < 2; ++half) {
      const std::uint32_t pfn = abi::entry_lo_pfn(entry.lo[half]);
      if ((entry.lo[half] & abi::kLoValid) == 0 || !abi::is_exported(pfn)) continue;
      const std::uint32_t frame = abi::frame_of_pfn(pfn);
      const bool lit = few && ctx.highlight.frames[frame] && ctx.highlight.envs[env];
      out.push_back({slot, half, env, frame, ctx.state.frames[frame].in_tlb != 0, lit});
    }
  }
  std::stable_sort(out.begin(), out.end(), [](const Binding& a, const Binding& b) {
    return int(a.in_tlb) + 2 * int(a.lit) < int(b.in_tlb) + 2 * int(b.lit);
  });
  return out;
}

/// Where a thread passes the kernel line: towards its end, and over the map, so that it stays clear of the TLB.
float gate_x(ImVec2 from, float to, const FrameMap& map) {
  const float x = from.x + (to - from.x) * 0.62f;
  return std::clamp(x, map.grid.min.x, std::max(map.grid.min.x, map.box.max.x - map.cell));
}

/// Where threads of a card begin: at its lower edge; with several rows of cards below all of them, the rows side by
/// side.
ImVec2 card_end(const MachineScene& scene, const EnvCard& card, float lane) {
  const Box& all = scene.plan.cards;
  if (card.box.max.y >= all.max.y - 2) return {card.box.centre().x + card.box.width() * 0.42f * lane, card.box.max.y};
  const float row = (card.box.max.y - all.min.y) / std::max(1.0f, all.height());
  return {card.box.min.x + card.box.width() * (0.15f + 0.7f * row + 0.05f * lane), all.max.y};
}

/// Down to the line's upper edge, and through it.
void through_kernel(Path& path, const MachineScene& scene, float x) {
  path.curve_to({x, scene.plan.kernel.min.y});
  path.pass_kernel();
  path.line_to({x, scene.plan.kernel.max.y});
}

void draw_bundles(const ViewContext& ctx, const MachineScene& scene, const std::vector<Binding>& bindings,
                  std::vector<Strand>& strands) {
  std::array<std::uint32_t, abi::kMaxEnvironments> count{};
  std::array<float, abi::kMaxEnvironments> sum{};
  for (const Binding& binding : bindings) {
    ++count[binding.env];
    sum[binding.env] += scene.map.of(binding.frame).centre().x;
  }
  for (const EnvCard& card : scene.cards) {
    if (count[card.env] == 0) continue;
    const ImVec2 from = card_end(scene, card, 0);
    const float x = sum[card.env] / float(count[card.env]);
    Strand strand{
        .kind = Strand::Kind::Bundle, .path = {}, .env = card.env, .number = count[card.env], .half = 0, .event = 0};
    ImGui::GetWindowDrawList()->AddLine({from.x, card.box.max.y}, from, env_colour(ctx.theme, card.env), ctx.px(1.5f));
    strand.path.line_to(from);
    through_kernel(strand.path, scene, gate_x(from, x, scene.map));
    strand.path.curve_to({x, scene.map.box.min.y});
    const float thick = ctx.px(0.8f + 0.35f * std::log2(float(count[card.env])));
    const ImU32 colour = env_colour(ctx.theme, card.env);
    strand.path.draw(ImGui::GetWindowDrawList(), faded(colour, 0.5f), faded(colour, 0.35f), thick);
    strands.push_back(strand);
  }
}

}  // namespace

const EnvCard* MachineScene::card(std::uint32_t env) const {
  for (const EnvCard& one : cards)
    if (one.env == env) return &one;
  return nullptr;
}

Path path_to_frame(const MachineScene& scene, std::uint32_t env, std::uint32_t frame, float lane) {
  Path path;
  const EnvCard* card = scene.card(env);
  if (card == nullptr || frame >= abi::kFrameCount) return path;
  const FrameMap& map = scene.map;
  const Box cell = map.of(frame);
  const ImVec2 from = card_end(scene, *card, lane);
  path.line_to(from);
  through_kernel(path, scene, gate_x(from, cell.centre().x, map));
  const bool top = cell.min.y <= map.rows.front().top + 1, large = map.gap >= 2 && !map.folded(frame);
  if (top || !large) {
    path.curve_to({cell.centre().x, cell.min.y});
  } else {
    // Between the columns, so that it covers no other frame.
    const float x = cell.min.x - map.gap / 2;
    path.curve_to({x, map.rows.front().top - 1});
    path.line_to({x, cell.centre().y});
  }
  return path;
}

Path path_to_strip(const MachineScene& scene, std::uint32_t env, Box place, float lane) {
  Path path;
  const EnvCard* card = scene.card(env);
  const float aisle = scene.plan.aisle + lane * 8;
  if (card != nullptr) path.line_to(card_end(scene, *card, lane));
  through_kernel(path, scene, aisle);
  const float x = std::clamp(place.centre().x, scene.plan.box.min.x, scene.plan.box.max.x);
  path.line_to({aisle, place.min.y - 5});
  path.line_to({x, place.min.y - 5});
  path.line_to({x, place.min.y});
  return path;
}

Path path_to_kernel(const MachineScene& scene, std::uint32_t env, float x, float lane) {
  Path path;
  const EnvCard* card = scene.card(env);
  if (card == nullptr) return path;
  path.line_to(card_end(scene, *card, lane));
  path.curve_to({x, scene.plan.kernel.min.y});
  path.pass_kernel();
  return path;
}

std::vector<Strand> draw_threads(const ViewContext& ctx, const MachineScene& scene) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  std::vector<Strand> strands;
  const std::vector<Binding> bindings = bindings_of(ctx);
  const bool crowd = bindings.size() > kFew;
  if (crowd) draw_bundles(ctx, scene, bindings, strands);
  for (const Binding& binding : bindings) {
    if (crowd && !binding.lit && !(binding.in_tlb && bindings.size() < 3000)) continue;
    Strand strand{.kind = Strand::Kind::Binding,
                  .path = path_to_frame(scene, binding.env, binding.frame, float(binding.frame % 64) / 63.0f - 0.5f),
                  .env = binding.env,
                  .number = binding.slot,
                  .half = binding.half,
                  .event = ctx.state.stlb[binding.slot].changed};
    if (strand.path.empty()) continue;
    const float opacity = binding.lit ? 1.0f : binding.in_tlb ? 0.72f : 0.34f;
    const ImU32 colour = faded(env_colour(ctx.theme, binding.env), opacity);
    const bool small = scene.map.gap < 2 && !binding.lit;  // there it crosses cells, and only hints
    strand.path.draw(list, colour, faded(colour, small ? 0.4f : 1.0f), ctx.px(binding.lit ? 2.2f : 1.3f));
    if (binding.lit && !crowd) dot(list, strand.path.end(), ctx.px(2.5f), colour);
    strands.push_back(strand);
  }
  for (std::uint32_t number = 0; number < abi::kMaxDownloads; ++number) {
    const model::DownloadState& download = ctx.state.downloads[number];
    const Box chip = download_chip(ctx, scene.plan.kernel, number);
    if (!download.installed || chip.width() <= 0) continue;
    Strand strand{.kind = Strand::Kind::Download,
                  .path = path_to_kernel(scene, download.owner, chip.centre().x, 0.6f),
                  .env = download.owner,
                  .number = number,
                  .half = 0,
                  .event = download.changed};
    if (strand.path.empty()) continue;
    const bool lit = ctx.ui.selection.is(Selection::Kind::Download, number);
    const ImU32 colour = faded(env_colour(ctx.theme, download.owner), lit ? 1.0f : 0.6f);
    strand.path.draw(list, colour, colour, ctx.px(lit ? 2.2f : 1.5f));
    strands.push_back(strand);
  }
  return strands;
}

void touch_strands(const ViewContext& ctx, const MachineScene& scene, const std::vector<Strand>& strands) {
  std::size_t named = 0;
  for (const Strand& strand : strands) {  // a test points at the middle of the upper half
    if (named == 64) break;
    const ImVec2 at = strand.path.at(0.2f);
    const char* words[] = {"thread", "bundle", "download thread", "transfer"};
    const std::uint32_t number = strand.kind == Strand::Kind::Bundle ? strand.env : strand.number;
    ctx.mark(fmt::format("{} {}", words[int(strand.kind)], number), {{at.x - 2, at.y - 2}, {at.x + 2, at.y + 2}});
    ++named;
  }
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  const Box air{{scene.plan.box.min.x, scene.plan.cards.max.y}, {scene.plan.box.max.x, scene.map.box.max.y}};
  if (!air.contains(mouse) || ImGui::IsAnyItemHovered() || !ImGui::IsWindowHovered()) return;
  const Strand* nearest = nullptr;
  float least = ctx.px(6);
  for (const Strand& strand : strands) {
    const float distance = strand.path.distance(mouse);
    if (distance > least) continue;
    least = distance;
    nearest = &strand;
  }
  if (nearest == nullptr) return;
  const ImU32 colour = env_colour(ctx.theme, nearest->env);
  nearest->path.draw(ImGui::GetWindowDrawList(), colour, colour, ctx.px(2.6f));
  Touch on;
  on.hovered = true;
  on.clicked = ImGui::IsMouseClicked(ImGuiMouseButton_Left);
  on.asked = ImGui::IsMouseClicked(ImGuiMouseButton_Right);
  const std::string name = model::env_name(ctx.state, nearest->env);
  switch (nearest->kind) {
    case Strand::Kind::Binding: {
      const model::StlbState& entry = ctx.state.stlb[nearest->number];
      tooltip(ctx, fmt::format("A secure binding: page 0x{:05x} of {} is {}. The capability was checked once; the "
                               "binding is used without a check.\n\n{}",
                               abi::entry_hi_vpn(entry.tag) + nearest->half, name,
                               model::lo_text(entry.lo[nearest->half]), event_words(ctx, nearest->event)));
      choose(ctx, on, Selection::Kind::StlbSlot, nearest->number);
      break;
    }
    case Strand::Kind::Bundle:
      tooltip(ctx, fmt::format("{} of {}, tied together: each was authorised once. Click to see them one by one.",
                               plural(nearest->number, "secure binding"), name));
      choose(ctx, on, Selection::Kind::Environment, nearest->env);
      break;
    case Strand::Kind::Download:
      tooltip(ctx, fmt::format("Code of {} in the kernel: {}.\n\n{}", name, model::download_text(nearest->number),
                               event_words(ctx, nearest->event)));
      choose(ctx, on, Selection::Kind::Download, nearest->number);
      break;
    case Strand::Kind::Transfer:
      tooltip(ctx, fmt::format("Control went from {} to {}, at the address that it offers.\n\n{}", name,
                               model::env_name(ctx.state, nearest->number), event_words(ctx, nearest->event)));
      if (nearest->event != 0) choose(ctx, on, Selection::Kind::Event, nearest->event);
      break;
  }
}

}  // namespace exo::views
