// What a view may ask of the session. Views only make these; the session alone acts.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "explorer/model/debug_command.hpp"
#include "explorer/model/event.hpp"
#include "explorer/model/profile_command.hpp"
#include "kernel/abi/trace_ring.hpp"

namespace exo::model {

struct Run {};  ///< live: let the machine run; recording: play
struct Pause {};
struct StepEvent {
  int count = 1;
};  ///< forwards; beyond the recorded end it steps the machine
struct StepBack {
  int count = 1;
};                    ///< moves the cursor only
struct StepStory {};  ///< on to the next story step
struct StepStoryBack {};
struct Seek {
  EventNumber number = 0;
};                 ///< moves the cursor; clamped to the recorded events
struct GoLive {};  ///< cursor to the newest event

/// How fast Run goes. Full: as fast as the machine; otherwise so many events, or guest microseconds, a second of wall
/// time.
struct SetPace {
  enum class Unit { Full, Events, Micros } unit = Unit::Full;
  double per_second = 0;
};

/// A command for the control ring, taken at the kernel's next timer tick.
struct Inject {
  abi::ControlCommand command{};
};

/// A packet for the wire, and a filter (a pcap-filter expression) for an environment: both at the kernel's next tick.
struct SendPacket {
  std::vector<std::uint8_t> bytes;
};
struct DownloadFilter {
  std::uint32_t env = 0;
  std::string expression;
  std::uint32_t order = 0;
};

struct Answer {
  int step = 0;
  std::string text;
};  ///< to a story step's question
struct Reveal {
  int step = 0;
};  ///< shows what the machine did; the answer can't be changed any more
/// What was predicted, and what was true: as JSON, or as a page to be printed.
struct SaveScore {
  enum class Kind { Json, Page } kind = Kind::Json;
  std::string path, student;  ///< the student's name may be empty
};
struct SaveRecording {
  std::string path;
};
struct SavePackets {
  std::string path;
};  ///< as a pcap file
struct ExportTrace {
  enum class Kind : std::uint8_t { Csv, Perfetto } kind = Kind::Csv;
  std::string path;
};
struct SaveScenario {
  std::string path;
};  ///< with everything that was injected by hand
struct SavePicture {
  std::string path;
  double scale = 2;
};                     ///< of the view in the middle, as PNG; the window does it itself
struct StopSaving {};  ///< gives up the file that is being written, and removes it
struct Report {
  std::string text;
};  ///< what the window did, for the line that says what goes on
/// Boot the scenario again.
struct Restart {
  std::optional<std::uint32_t> seed = {};  ///< another variation of it
};
/// Another lesson (or recording) instead of this one; the window makes a new session of it.
struct OpenLesson {
  std::string name;
};
struct Quit {};

/// Makes or opens another run to compare this one with (partner.hpp); `what` empty: the same scenario, as its file is
/// now. In the environments named, other programs run.
struct CompareWith {
  std::string what;
  std::vector<std::pair<std::string, std::string>> programs;  ///< environment, program
};
struct CompareNoMore {};
struct FindPartners {};  ///< what there is to compare with

/// Builds the guest's programs anew and runs the scenario again up to the same moment; while that is going on: gives it
/// up (rebuild.hpp).
struct Rebuild {};
/// Shows a line of a file of the source tree; `file` empty: no more.
struct OpenSource {
  std::string file;
  std::uint32_t line = 0;
};

using Command =
    std::variant<Run, Pause, StepEvent, StepBack, StepStory, StepStoryBack, Seek, GoLive, SetPace, Inject, SendPacket,
                 DownloadFilter, Answer, Reveal, SaveScore, SaveRecording, SavePackets, ExportTrace, SaveScenario,
                 SavePicture, StopSaving, Report, Restart, OpenLesson, Quit, CompareWith, CompareNoMore, FindPartners,
                 Rebuild, OpenSource, DebugMove, DebugInterrupt, DebugBreak, DebugBreakEdit, DebugWatch, DebugLook,
                 DebugMemory, DebugIncident, DebugGdb, DebugEnd, ProfileStretch, ProfileStop, SaveProfile>;

}  // namespace exo::model
