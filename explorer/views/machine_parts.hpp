// The parts that the Machine panel is composed of. Each is given its box; the map, the cards and the strips also say
// where they drew what, so that the threads between them end where they should.
#pragma once
#include <array>
#include <string>
#include <vector>

#include "explorer/views/context.hpp"
#include "explorer/views/machine_path.hpp"
#include "explorer/views/requests.hpp"

namespace exo::views {

// Frames
// --------------------------------------------------------------------------------------------------------------------

/// Where each frame's cell is. Rows in which something ever happened get cells as large as the room allows; a run of
/// the others is folded into one band that says how many they are. When what is used is scattered over many rows, the
/// used pieces stand side by side, and the rest is one band.
struct FrameMap {
  static constexpr std::uint32_t kPiece = 8, kPieces = abi::kFrameCount / kPiece;  ///< frames that stay together
  struct Row {
    std::uint32_t first = 0, frames = 0;  ///< of a folded row that is several runs: kNoFrame, and all of them
    float top = 0, height = 0;
    bool folded = false;
    std::uint32_t begin = 0;  ///< index of its first piece in `order`
  };
  Box box, grid;  ///< grid: without the numbers of the rows, as wide as the cells
  std::uint32_t columns = 64;
  float cell = 0, tall = 0;  ///< of a cell, gap included
  float gap = 1, seam = 0;   ///< between cells, and what comes to it between pieces
  float spare = 0;           ///< height that it was given and does not need
  std::vector<Row> rows;
  std::vector<std::uint16_t> order;  ///< pieces that are shown
  std::array<std::uint16_t, kPieces> row_of{}, slot_of{};
  [[nodiscard]] const Row& row(std::uint32_t frame) const { return rows[row_of[frame / kPiece]]; }
  [[nodiscard]] bool folded(std::uint32_t frame) const { return row(frame).folded; }
  /// The frame that stands at a place of a row that is not folded.
  [[nodiscard]] std::uint32_t frame(const Row& row, std::uint32_t place) const {
    return order[row.begin + place / kPiece] * kPiece + place % kPiece;
  }
  /// A frame's cell; of a folded one its band.
  [[nodiscard]] Box of(std::uint32_t frame) const;
  /// The row at a point, or nullptr.
  [[nodiscard]] const Row* row_at(ImVec2 point) const;
  /// The frame at a point; kNoFrame beside the cells and in a folded row.
  [[nodiscard]] std::uint32_t at(ImVec2 point) const;
};
/// `newest`: rows that will be used later have their place already, so that the map stands still while time moves.
[[nodiscard]] FrameMap lay_out_frames(Box box, const model::State& state, const model::State& newest, float scale);
/// The cells, under the threads; then their marks, over them.
void draw_frame_cells(const ViewContext& ctx, const FrameMap& map);
void draw_frame_marks(const ViewContext& ctx, const FrameMap& map);

/// One cell as it is drawn on the map and in its legend.
[[nodiscard]] ImU32 frame_fill(const Theme& theme, const model::FrameState& frame);
void draw_frame_mark(const ViewContext& ctx, Box cell, const model::FrameState& frame);
[[nodiscard]] std::string frame_tip(const ViewContext& ctx, std::uint32_t frame);
/// Whether anything was ever done with it.
[[nodiscard]] bool frame_touched(const model::FrameState& frame);
/// What the marks on the map mean; returns the height used.
[[nodiscard]] float frame_legend_width(const ViewContext& ctx);  ///< on one line
float draw_frame_legend(const ViewContext& ctx, ImVec2 at, float width);

// Environments
// --------------------------------------------------------------------------------------------------------------

struct EnvCard {
  std::uint32_t env = 0;
  Box box;
};
/// Cards for all environments that exist, in the width given; `height` is set to what they need.
/// `low`: the window is, so the cards leave out a line.
[[nodiscard]] std::vector<EnvCard> lay_out_cards(const ViewContext& ctx, ImVec2 at, float width, float room,
                                                 float& height);
void draw_cards(const ViewContext& ctx, const std::vector<EnvCard>& cards, const std::vector<RequestNow>& requests);

// Hardware
// ------------------------------------------------------------------------------------------------------------------

void draw_tlb(const ViewContext& ctx, Box box);
void draw_slices(const ViewContext& ctx, Box box);
void draw_stlb(const ViewContext& ctx, Box box);
void draw_clock(const ViewContext& ctx, Box box, const std::vector<RequestNow>& requests);
void draw_wire(const ViewContext& ctx, Box box);
/// Where a slice's cell is on its strip, and a packet's mark on the wire (an empty box: not on it).
[[nodiscard]] Box slice_cell(const ViewContext& ctx, Box strip, std::uint32_t position);
[[nodiscard]] Box packet_cell(const ViewContext& ctx, Box strip, std::uint32_t packet);

// The kernel
// ----------------------------------------------------------------------------------------------------------------

void draw_kernel_line(const ViewContext& ctx, Box box);
/// Where an installed download stands in the kernel line; an empty box when there is no room for it.
[[nodiscard]] Box download_chip(const ViewContext& ctx, Box line, std::uint32_t download);

// The whole picture
// ---------------------------------------------------------------------------------------------------------

/// Where everything is: what the threads and the tokens run between.
struct MachinePlan {
  Box box, cards, kernel, frames, tlb, stlb, slices, clock, wire;
  ImVec2 words, legend;
  float legend_width = 0;
  float aisle = 0;  ///< x of the free stretch between the frames and the TLB
  /// A small place has no room for some of them: their boxes are empty, and what is left can be read.
  bool has_tlb = true, has_wire = true, has_clock = true, has_stlb = true, has_words = true, has_legend = true;
};

struct MachineScene {
  const MachinePlan& plan;
  const std::vector<EnvCard>& cards;
  const FrameMap& map;
  const std::vector<RequestNow>& requests;
  [[nodiscard]] const EnvCard* card(std::uint32_t env) const;
};

/// A line of the picture that can be pointed at. Its words are made only when it is.
struct Strand {
  enum class Kind { Binding, Bundle, Download, Transfer } kind = Kind::Binding;
  Path path;
  std::uint32_t env = 0;
  std::uint32_t number = 0;  ///< STLB slot, number of bindings, download, environment that is entered
  std::uint32_t half = 0;    ///< of the STLB entry
  model::EventNumber event = 0;
};

/// The way from an environment's card to a frame; empty when there is no card. `lane`, -0.5 to 0.5, spreads threads of
/// one card.
[[nodiscard]] Path path_to_frame(const MachineScene& scene, std::uint32_t env, std::uint32_t frame, float lane);
/// To a place on one of the strips at the bottom, through the aisle; to a place in the kernel line.
[[nodiscard]] Path path_to_strip(const MachineScene& scene, std::uint32_t env, Box place, float lane);
[[nodiscard]] Path path_to_kernel(const MachineScene& scene, std::uint32_t env, float x, float lane);

/// Layers of the picture. What is touched first wins the mouse; what is drawn last is seen.
enum Layer { kBelow, kMiddle, kAbove, kLayers };

[[nodiscard]] std::vector<Strand> draw_threads(const ViewContext& ctx, const MachineScene& scene);
void draw_transfers(const ViewContext& ctx, const MachineScene& scene, std::vector<Strand>& strands);
/// Points at what is under the mouse when nothing else is: last of all.
void touch_strands(const ViewContext& ctx, const MachineScene& scene, const std::vector<Strand>& strands);

/// Where a request's token stands: 0 at the card, 0.5 at the kernel line, 1 at the hardware. From the moment the owner
/// hears of it the token moves towards the kernel line, and reaches it when the time that was given is over.
struct TokenPlace {
  bool shown = false, cut = false;
  float share = 0;
};
[[nodiscard]] TokenPlace token_place(const RequestNow& request, const model::State& state);
void draw_tokens(const ViewContext& ctx, const MachineScene& scene);
/// The newest packet on its way to its owner, or what was sent last on its way out.
void draw_packet_token(const ViewContext& ctx, const MachineScene& scene);

// Words
// -----------------------------------------------------------------------------------------------------------------------

/// The event in its sentence, and when it was; empty for none (0) and for what is later than the cursor.
[[nodiscard]] std::string event_words(const ViewContext& ctx, model::EventNumber number);
/// The same of the newest event that made a thing what it is.
[[nodiscard]] std::string newest_words(const ViewContext& ctx, Selection::Kind kind, std::uint64_t number);

}  // namespace exo::views
