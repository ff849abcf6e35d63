// What every panel receives: the model, read only, at the cursor; what the user has chosen; and where its commands go.
// A panel changes nothing but the user's own choices (UiState): everything else is a command that the session carries
// out.
#pragma once
#include <imgui.h>

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "explorer/debugger/profile.hpp"
#include "explorer/debugger/source_lines.hpp"
#include "explorer/debugger/view.hpp"
#include "explorer/model/command.hpp"
#include "explorer/model/filter.hpp"
#include "explorer/model/history.hpp"
#include "explorer/model/incidents.hpp"
#include "explorer/model/partner.hpp"
#include "explorer/model/rebuild.hpp"
#include "explorer/model/saving.hpp"
#include "explorer/model/state.hpp"
#include "explorer/model/story.hpp"
#include "explorer/views/compare_ui.hpp"
#include "explorer/views/console_ui.hpp"
#include "explorer/views/data_ui.hpp"
#include "explorer/views/debug_ui.hpp"
#include "explorer/views/downloads_ui.hpp"
#include "explorer/views/highlight.hpp"
#include "explorer/views/profile_ui.hpp"
#include "explorer/views/rebuild_ui.hpp"
#include "explorer/views/shell_ui.hpp"
#include "explorer/views/story_ui.hpp"
#include "explorer/views/theme.hpp"
#include "explorer/views/time_ui.hpp"
#include "explorer/views/trace_index.hpp"
#include "explorer/views/why.hpp"
#include "explorer/views/words_ui.hpp"

namespace exo::views {

/// What the machine is doing, as the session reports it.
enum class MachineStatus { Starting, Running, Paused, Finished, Recording, Lost };

/// One typeface and size for each use; the window loads them, at the scale in force.
struct Fonts {
  ImFont* body = nullptr;
  ImFont* strong = nullptr;  ///< body, heavier
  ImFont* small = nullptr;
  ImFont* label = nullptr;  ///< headings of panels, in spaced capitals
  ImFont* heading = nullptr;
  ImFont* sentence = nullptr;  ///< the story's sentence
  ImFont* mono = nullptr;
  ImFont* mono_small = nullptr;
  ImFont* clock = nullptr;
};

struct Box {
  ImVec2 min{}, max{};
  [[nodiscard]] float width() const { return max.x - min.x; }
  [[nodiscard]] float height() const { return max.y - min.y; }
  [[nodiscard]] ImVec2 centre() const { return {(min.x + max.x) / 2, (min.y + max.y) / 2}; }
  [[nodiscard]] bool contains(ImVec2 at) const {
    return at.x >= min.x && at.x < max.x && at.y >= min.y && at.y < max.y;
  }
};

/// The stretch of guest time that the lanes show, in ticks.
struct TimeRange {
  double from = 0, to = 0;
  bool follow = true;  ///< moves along so that the cursor stays in sight
};

/// The Inject panel's form.
struct InjectForm {
  int count = 1, patience_us = 60, deadline_us = 50;
  std::uint32_t target = 0;        ///< environment; 0: follows the selection
  std::uint32_t confirm_kill = 0;  ///< environment whose destruction waits for a yes
};

/// Everything that belongs to the user and not to the machine.
struct UiState {
  Selection selection;
  TimeRange range;
  TimeUi time;
  bool help = false, focus_search = false;
  InjectForm inject;
  ShellUi shell;  ///< what stands where, and how large: the one part that another run keeps
  DownloadsUi downloads;
  CompareUi compare;
  DataUi data;
  DebugUi debug;
  ProfileUi profile;
  RebuildUi rebuild;
  ConsoleUi console;
  IncidentUi incidents;
  model::EventFilter choice;  ///< what the event table is to show
  model::FilterIndex filter;  ///< and the rows found so far
  int share_turns = 200;      ///< how many slices the Processor panel counts shares over
  bool scroll_to_cursor = true;
  double events_top = 0;                 ///< first row of the event table in sight
  model::EventNumber events_cursor = 0;  ///< the cursor that the table last kept in sight
  WhyUi why;
  WordsUi words;
  StoryUi story;
  std::map<std::string, Box, std::less<>> marks;  ///< where each named control was drawn last: tests and threads use it
};

struct ViewContext {
  const model::History& history;
  const model::State& state;  ///< at the cursor
  const model::Story& story;
  const TraceIndex& index;
  const Theme& theme;
  const Fonts& fonts;
  const Highlight& highlight;
  UiState& ui;
  std::vector<model::Command>& out;
  model::EventNumber cursor = 0;
  bool following = true, playing = false;
  MachineStatus status = MachineStatus::Starting;
  std::string_view status_text, source, warning;
  model::SetPace pace{};
  float scale = 1;
  debugger::Sources* sources = nullptr;      ///< of downloaded code; nullptr: none
  std::span<const LessonCard> lessons = {};  ///< that can be opened
  const model::Partner* partner = nullptr;   ///< the run that this one is compared with
  const model::PartnerChoices* partner_choices = nullptr;
  const model::Saving* saving = nullptr;             ///< a file that is being written
  const debugger::View* debug = nullptr;             ///< what a debugger shows; nullptr: nobody debugs
  const model::Rebuilding* rebuilding = nullptr;     ///< the programs being built anew, or how that ended
  const model::OpenedSource* opened = nullptr;       ///< a file that was opened beside what runs
  const debugger::ProfileView* profile = nullptr;    ///< where the instructions went; nullptr: nobody asked
  const model::IncidentReport* incidents = nullptr;  ///< what ended badly; nullptr: nobody looks

  [[nodiscard]] float px(float units) const { return units * scale; }
  [[nodiscard]] bool live() const { return status != MachineStatus::Recording && status != MachineStatus::Lost; }
  [[nodiscard]] model::EventNumber newest() const { return history.size(); }
  void emit(model::Command command) const { out.push_back(std::move(command)); }
  void seek(model::EventNumber number) const {
    ui.scroll_to_cursor = true;
    out.push_back(model::Seek{number});
  }
  void select(Selection::Kind kind, std::uint64_t number) const {
    const bool again = ui.selection.kind == kind && ui.selection.number == number;
    ui.selection = again ? Selection{} : Selection{kind, number};
  }
  void mark(std::string_view name, Box box) const { ui.marks.insert_or_assign(std::string(name), box); }
};

}  // namespace exo::views
