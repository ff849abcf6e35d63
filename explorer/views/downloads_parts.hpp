// The parts of the Downloads panel: each draws into its box. What they share: the program that is shown, the tree and
// the packet that are looked at, worked out once a picture.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "explorer/debugger/source_lines.hpp"
#include "explorer/model/filter_tree.hpp"
#include "explorer/model/packets.hpp"
#include "explorer/model/programs.hpp"
#include "explorer/views/context.hpp"

namespace exo::views {

/// An attempt with everything that is drawn of it.
struct ProgramShown {
  const model::History* of = nullptr;
  model::EventNumber event = 0, upto = 0;  ///< of the attempt; the trace was read up to here
  model::Program program;
  std::vector<std::string> lines;    ///< eBPF, by instruction
  std::vector<std::string> machine;  ///< MIPS, by word
  const debugger::SourceLines* source = nullptr;
  bool seen = false;  ///< it has been drawn
};

struct TreeShown {
  const model::History* of = nullptr;
  model::EventNumber built = 0, upto = 0;
  model::FilterTree tree;
};

/// The attempt that is looked at: what is selected, else the newest at the cursor. nullptr: there is none.
[[nodiscard]] const ProgramShown* program_shown(const ViewContext& ctx);
/// The tree at the cursor; nullptr before the first.
[[nodiscard]] const model::FilterTree* tree_shown(const ViewContext& ctx);
/// The packet that is looked at: the selected one, else the last that arrived; nullptr: there is none.
[[nodiscard]] const model::PacketState* packet_shown(const ViewContext& ctx);
[[nodiscard]] std::vector<std::uint8_t> bytes_of(const ViewContext& ctx, const model::PacketState& packet);

/// What a field of a packet is called, by its place ("destination port"; "bytes 40 to 43"), and its value in words.
/// `arp`: it is known to be in an ARP packet, else IPv4 is thought of.
[[nodiscard]] std::string field_name(std::uint32_t offset, std::uint32_t bytes, std::uint32_t mask, bool arp = false,
                                     bool brief = false);
[[nodiscard]] std::string field_value(std::uint32_t offset, std::uint32_t bytes, std::uint32_t mask,
                                      std::uint32_t value, bool arp = false);
/// Whether a comparison says that the packet is an ARP packet.
[[nodiscard]] constexpr bool says_arp(std::uint32_t offset, std::uint32_t bytes, std::uint32_t value) {
  return (offset == 12 && bytes == 2 && value == 0x0806) || (offset == 10 && bytes == 4 && (value & 0xffff) == 0x0806);
}
/// The headers of a packet, a line each.
[[nodiscard]] std::vector<std::string> packet_lines(const std::vector<std::uint8_t>& packet);
/// "claim 3".
[[nodiscard]] std::string download_name(const model::State& state, std::uint32_t number);

void draw_download_list(const ViewContext& ctx, Box box);
void draw_program(const ViewContext& ctx, Box box);
/// How much room the tree needs.
[[nodiscard]] ImVec2 tree_size(const ViewContext& ctx);
void draw_tree(const ViewContext& ctx, Box box);
void draw_packets(const ViewContext& ctx, Box box);
void draw_round_trips(const ViewContext& ctx, Box box);
void draw_filter_editor(const ViewContext& ctx, Box box);

}  // namespace exo::views
