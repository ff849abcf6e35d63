// The whole window: places the panels with splitters, draws them, and turns keys into commands. It holds the user's
// choices and the index over the trace; the machine's truth stays in the model.
#pragma once
#include <string_view>
#include <vector>

#include "explorer/views/arrangement.hpp"
#include "explorer/views/chord.hpp"
#include "explorer/views/context.hpp"
#include "explorer/views/views.hpp"

namespace exo::views {

/// What the window passes in for every frame it draws.
struct Frame {
  const model::History& history;
  const model::Story& story;
  model::EventNumber cursor = 0;
  bool following = true;
  bool playing = false;  ///< the cursor moves by itself: a machine runs, or a recording is played
  MachineStatus status = MachineStatus::Starting;
  std::string_view status_text, source;
  std::string_view warning;  ///< what is missing in a recording; empty when nothing is
  model::SetPace pace{};
  debugger::Sources* sources = nullptr;  ///< of downloaded code
  std::span<const LessonCard> lessons{};
  std::string_view notice{};                ///< something that went wrong beside the machine, in one line
  const model::Partner* partner = nullptr;  ///< the run that this one is compared with
  const model::PartnerChoices* partner_choices = nullptr;
  const model::Saving* saving = nullptr;  ///< a file that is being written
  const debugger::View* debug = nullptr;
  const model::Rebuilding* rebuilding = nullptr;
  const model::OpenedSource* opened = nullptr;
  const debugger::ProfileView* profile = nullptr;
  const model::IncidentReport* incidents = nullptr;  ///< what ended badly
};

class Shell {
 public:
  UiState ui;

  /// A key pressed while no text field has the keyboard. Takes effect with the next draw.
  void press(Chord chord) { keys_.push_back(chord); }

  /// Whether a key means something to what is laid over the window, even while its text field has the keyboard.
  [[nodiscard]] bool takes(Chord chord) const;
  /// Whether a key is for the text field that has the keyboard, if one has it, and for nobody else.
  [[nodiscard]] bool is_for_field(Chord chord) const;

  /// Draws everything into the current Dear ImGui frame; returns what the user asked for.
  std::vector<model::Command> draw(const Frame& frame, const Fonts& fonts, float scale);

  /// Colours in force.
  [[nodiscard]] const Theme& colours() const;
  /// Size at scale 1 below which the panels have no room.
  [[nodiscard]] ImVec2 least_size() const;
  /// Forgets the run that was shown; the user's choices about the window stay.
  void begin_again();

  /// Whether more frames are needed although nothing was touched: a search or the index is still at work.
  [[nodiscard]] bool busy() const { return busy_; }

  /// What is held of the run that is shown, beside the history.
  [[nodiscard]] std::size_t memory_bytes() const;

  /// Selects what a story step wants looked at.
  void look(const model::Look& look);

 private:
  void take_keys(const ViewContext& ctx);
  void lay_out(const ViewContext& ctx, Box screen);
  void draw_middle(const ViewContext& ctx, Box box);
  void draw_tabs(const ViewContext& ctx, Box box, const Places& places, int which);
  void drag_tab(const ViewContext& ctx, const Places& places, int which, int panel, Box tab);
  void draw_side(const ViewContext& ctx, Box side, float pad);
  void draw_overlays(const ViewContext& ctx, Box screen, std::string_view notice);
  void ratio_splitter(const ViewContext& ctx, std::string_view name, Box box, bool vertical, float& ratio, Box whole);
  void splitter(const ViewContext& ctx, std::string_view name, Box box, bool vertical, float& size, float direction,
                float low, float high);

  TraceIndex index_;
  std::vector<Chord> keys_;
  int story_step_ = -1;
  int dragged_panel_ = -1;  ///< whose tab is held, away from its place
  bool busy_ = false;
};

/// File that a recording of this source is saved to, in the working directory: its name with another ending.
[[nodiscard]] std::string recording_name(std::string_view source);
/// The same with any ending: ".csv".
[[nodiscard]] std::string file_name(std::string_view source, std::string_view ending);
/// And of a file with its packets.
[[nodiscard]] std::string packets_name(std::string_view source);

void draw_help(const ViewContext& ctx, Box screen);

}  // namespace exo::views
