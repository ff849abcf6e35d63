// Downloaded code: the list at the left, the program in the middle, and below where packets went. One line at the foot
// takes a filter expression into the live machine.
#include <fmt/format.h>

#include <algorithm>

#include "explorer/bpf/text.hpp"
#include "explorer/debugger/disassembly.hpp"
#include "explorer/model/words.hpp"
#include "explorer/views/downloads_parts.hpp"
#include "explorer/views/views.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

using Kind = Selection::Kind;

/// The program that took a packet: its handler's, if it has one.
model::EventNumber program_of_packet(const model::State& state, const model::PacketState& packet) {
  const model::DownloadState& filter = state.downloads[packet.filter % abi::kMaxDownloads];
  if (packet.filter == 0 || !filter.installed) return 0;
  const model::DownloadState& handler = state.downloads[filter.handler];
  return filter.handler != 0 && handler.offered != 0 ? handler.offered : filter.offered;
}

/// The last thing that happened: an attempt came to its end, or a packet was taken. What is under way is shown only
/// when there is nothing else.
model::EventNumber last_news(const ViewContext& ctx) {
  const auto& attempts = ctx.history.attempts();
  const auto after = std::ranges::upper_bound(attempts, ctx.cursor, {}, &model::Attempt::event);
  if (after == attempts.begin()) return 0;
  auto last = std::prev(after);
  while (last != attempts.begin() && (last->ended == 0 || last->ended > ctx.cursor)) --last;
  const bool ended = last->ended != 0 && last->ended <= ctx.cursor;
  if (const model::PacketState* packet = packet_shown(ctx); packet != nullptr)
    if (const model::EventNumber program = program_of_packet(ctx.state, *packet);
        program != 0 && (!ended || packet->arrived > last->ended))
      return program;
  return ended ? last->event : std::prev(after)->event;
}

/// The event of the attempt that is looked at; 0: none.
model::EventNumber attempt_shown(const ViewContext& ctx) {
  const Selection& selected = ctx.ui.selection;
  if (selected.kind == Kind::Attempt) return selected.number <= ctx.cursor ? selected.number : 0;
  if (selected.kind == Kind::Download && selected.number < abi::kMaxDownloads)
    if (const auto offered = ctx.state.downloads[selected.number].offered; offered != 0) return offered;
  if (selected.kind == Kind::Packet)
    if (const model::PacketState* packet = packet_shown(ctx); packet != nullptr)
      if (const auto program = program_of_packet(ctx.state, *packet); program != 0) return program;
  return last_news(ctx);
}

/// The bytes of a program, by which its source is found.
std::string code_bytes(const model::Program& program) {
  std::string bytes;
  bytes.reserve(8 * program.instructions.size());
  for (const abi::bpf::Instruction& one : program.instructions) {
    const auto offset = std::uint16_t(one.offset);
    const auto immediate = std::uint32_t(one.immediate);
    for (const unsigned byte : {unsigned(one.opcode), unsigned(one.registers), offset & 0xffu, unsigned(offset >> 8)})
      bytes.push_back(char(byte));
    for (int shift = 0; shift < 32; shift += 8) bytes.push_back(char(immediate >> shift & 0xff));
  }
  return bytes;
}

/// From when on nothing more can come of an attempt; the cursor before that.
model::EventNumber end_of(const ViewContext& ctx, model::EventNumber event) {
  const auto& attempts = ctx.history.attempts();
  const auto found = std::ranges::lower_bound(attempts, event, {}, &model::Attempt::event);
  const bool ended = found != attempts.end() && found->event == event && found->ended != 0;
  return ended ? std::min(found->ended, ctx.cursor) : ctx.cursor;
}

}  // namespace

const ProgramShown* program_shown(const ViewContext& ctx) {
  const model::EventNumber event = attempt_shown(ctx);
  if (event == 0) return nullptr;
  const model::EventNumber upto = end_of(ctx, event);
  auto& kept = ctx.ui.downloads.program;
  if (kept != nullptr && kept->of == &ctx.history && kept->event == event && kept->upto == upto) return kept.get();
  kept = std::make_shared<ProgramShown>();
  kept->of = &ctx.history;
  kept->event = event;
  kept->upto = upto;
  kept->program = model::program_at(ctx.history, event, upto);
  for (std::size_t i = 0; i < kept->program.instructions.size(); ++i)
    kept->lines.push_back(bpf::text(kept->program.instructions, i));
  kept->machine = debugger::disassemble(kept->program.words, kept->program.address);
  if (ctx.sources != nullptr && !kept->program.instructions.empty())
    kept->source = ctx.sources->find(code_bytes(kept->program));
  return kept.get();
}

const model::FilterTree* tree_shown(const ViewContext& ctx) {
  if (ctx.state.wire.tree == 0) return nullptr;
  auto& kept = ctx.ui.downloads.tree;
  const bool same = kept != nullptr && kept->of == &ctx.history && kept->built == ctx.state.wire.tree;
  if (same && (kept->upto == ctx.cursor || (kept->tree.complete && kept->upto <= ctx.cursor))) return &kept->tree;
  kept = std::make_shared<TreeShown>();
  kept->of = &ctx.history;
  kept->built = ctx.state.wire.tree;
  kept->upto = ctx.cursor;
  kept->tree = model::tree_at(ctx.history, kept->built, ctx.cursor);
  return &kept->tree;
}

const model::PacketState* packet_shown(const ViewContext& ctx) {
  const auto& packets = ctx.state.wire.packets;
  if (ctx.ui.selection.kind == Kind::Packet) {
    const auto& wanted = packets[ctx.ui.selection.number % model::kPacketsKept];
    if (wanted.arrived != 0 && wanted.number == ctx.ui.selection.number) return &wanted;
  }
  const auto last = std::ranges::max_element(packets, {}, &model::PacketState::arrived);
  return last->arrived == 0 ? nullptr : &*last;
}

std::vector<std::uint8_t> bytes_of(const ViewContext& ctx, const model::PacketState& packet) {
  return model::packet_bytes(ctx.history, packet.arrived, ctx.cursor);
}

std::string download_name(const model::State& state, std::uint32_t number) {
  if (number == 0 || number >= abi::kMaxDownloads) return "nothing";
  return fmt::format("{} {}", model::download_kind_name(state.downloads[number].kind), number);
}

void draw_downloads(const ViewContext& ctx, Box box) {
  const Theme& t = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const auto installed = std::ranges::count_if(ctx.state.downloads, &model::DownloadState::installed);
  const auto& attempts = ctx.history.attempts();
  const auto refused = std::ranges::count_if(
      attempts, [&](const model::Attempt& one) { return one.refused() && one.ended <= ctx.cursor; });
  const float label = draw_label(ctx, box.min, "DOWNLOADED CODE");
  draw_text_cut(list, ctx.fonts.small, {box.min.x + label + ctx.px(10), box.min.y - ctx.px(1)},
                box.width() - label - ctx.px(10), t.faint,
                fmt::format("{} installed \u00b7 {} refused \u00b7 {} arrived, {} sent", installed, refused,
                            plural(ctx.state.wire.arrived, "packet"), grouped(ctx.state.wire.sent)));
  const float gap = ctx.px(14), editor = ctx.live() ? ctx.px(54) : 0;
  const float top = box.min.y + ctx.px(24), foot = box.max.y - editor;
  const bool wire = ctx.state.wire.tree != 0 || ctx.state.wire.arrived != 0 || ctx.state.wire.sent != 0;
  const float middle = wire ? std::floor(top + (foot - top) * 0.55f) : foot;
  const float names = std::clamp(box.width() * 0.25f, ctx.px(150), ctx.px(250));
  const Box upper{{box.min.x, top}, {box.max.x, middle - (wire ? gap : 0)}};
  draw_download_list(ctx, {upper.min, {upper.min.x + names, upper.max.y}});
  draw_program(ctx, {{upper.min.x + names + gap, upper.min.y}, upper.max});
  if (wire) {
    rule(ctx, {box.min.x, middle - gap / 2}, box.width());
    const Box lower{{box.min.x, middle + ctx.px(2)}, {box.max.x, foot - ctx.px(6)}};
    const bool chart = !ctx.history.round_trips().empty() && ctx.history.round_trips().front().answered <= ctx.cursor &&
                       lower.width() >= ctx.px(640);
    const float trips = chart ? std::floor(std::clamp(lower.width() * 0.24f, ctx.px(170), ctx.px(420))) : 0;
    const bool packets = ctx.state.wire.arrived != 0 || ctx.state.wire.sent != 0;
    const Box left{lower.min, {lower.max.x - (chart ? trips + gap : 0), lower.max.y}};
    const ImVec2 needed = tree_size(ctx);
    const float share = ctx.state.wire.tree == 0
                            ? 0
                            : std::floor(std::clamp(needed.x + gap, left.width() * 0.45f, left.width() * 0.68f));
    if (share == 0) {
      draw_packets(ctx, left);
    } else if (!packets) {
      draw_tree(ctx, left);
    } else if (needed.x + gap <= share) {
      draw_tree(ctx, {left.min, {left.min.x + share - gap, left.max.y}});
      draw_packets(ctx, {{left.min.x + share, left.min.y}, left.max});
    } else {  // one above the other
      const float most = std::max(left.height() * 0.5f, left.height() - ctx.px(130));
      const float y = std::floor(left.min.y + std::min(needed.y, most));
      draw_tree(ctx, {left.min, {left.max.x, y - ctx.px(4)}});
      draw_packets(ctx, {{left.min.x, y + ctx.px(4)}, left.max});
    }
    if (chart) draw_round_trips(ctx, {{lower.max.x - trips, lower.min.y}, lower.max});
  }
  if (editor > 0) draw_filter_editor(ctx, {{box.min.x, foot}, box.max});
}

}  // namespace exo::views
