// One scenario being run, or one recording being read: the machine, its history, its story and the cursor. The window
// and the command line are both clients of this; whatever a session does, it does on pump(), in the caller's thread.
#pragma once
#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "explorer/common/error.hpp"
#include "explorer/debugger/profile.hpp"
#include "explorer/debugger/target.hpp"
#include "explorer/debugger/view.hpp"
#include "explorer/model/command.hpp"
#include "explorer/model/history.hpp"
#include "explorer/model/incidents.hpp"
#include "explorer/model/partner.hpp"
#include "explorer/model/rebuild.hpp"
#include "explorer/model/saving.hpp"
#include "explorer/model/story.hpp"
#include "explorer/scenario/substitute.hpp"

namespace exo::session {

enum class Connection {
  Starting,   ///< QEMU was started, the kernel has not booted yet
  Running,    ///< the guest executes
  Paused,     ///< stopped at the gate: time stands still
  Finished,   ///< the scenario's end was reached; the machine is stopped there and can be run on
  Recording,  ///< no machine: a recording is read
  Lost,       ///< QEMU is gone (see status_text)
};

struct LiveOptions {
  std::string scenario_path;
  std::string trace_path;        ///< record into this file; empty: don't
  std::uint32_t seed = 0;        ///< variation of the scenario; 0: as written
  model::EventNumber until = 0;  ///< stop after so many events; 0: the scenario's own end
  bool start_paused = false;     ///< stop at the first event (the window does)
  bool flight_recorder = false;  ///< never stop for a full ring: lose the oldest events and say so
  /// So many of the newest events stay in memory (some 40 bytes each), and the file has them all; 0: all stay.
  model::EventNumber keep = 0;
  static constexpr model::EventNumber kKeep = 16'000'000;
  std::vector<scenario::Substitution> programs{};  ///< that run in an environment instead of the scenario's own
};

class Session {
 public:
  virtual ~Session() = default;

  /// Starts QEMU on a scenario. Throws InputError (scenario, missing files or packages) or MachineError.
  static std::unique_ptr<Session> live(const LiveOptions& options);
  /// Opens a recording. Throws InputError.
  static std::unique_ptr<Session> recording(const std::string& path);

  /// Takes what the machine wrote, fires story steps and injections, keeps the pace. Returns after at most `budget`.
  virtual void pump(std::chrono::microseconds budget) = 0;
  /// Does what a view asks. Never throws: what can't be done is said in status_text().
  virtual void apply(const model::Command& command) = 0;

  [[nodiscard]] virtual const model::History& history() const = 0;
  [[nodiscard]] virtual const model::Story& story() const = 0;
  [[nodiscard]] virtual model::EventNumber cursor() const = 0;  ///< the moment every panel shows
  [[nodiscard]] virtual bool following() const = 0;             ///< the cursor stays at the newest event
  [[nodiscard]] virtual Connection connection() const = 0;
  [[nodiscard]] virtual std::string status_text() const = 0;  ///< one line: what it is doing, or what went wrong
  [[nodiscard]] virtual model::SetPace pace() const = 0;
  [[nodiscard]] virtual std::string source() const = 0;  ///< scenario or recording, as shown in the title
  /// What ended the run before its time (a lost machine, a kernel panic, a full disk, an injection that can't be made);
  /// nullptr when all is well.
  [[nodiscard]] virtual const Error* failure() const = 0;
  /// What is missing in a recording (it was cut off), in one line; empty when nothing is.
  [[nodiscard]] virtual std::string warning() const = 0;
  /// The run that this one is compared with (model::CompareWith); nullptr: none. And what else there is, once asked
  /// for.
  [[nodiscard]] virtual const model::Partner* partner() const = 0;
  [[nodiscard]] virtual const model::PartnerChoices* partner_choices() const = 0;
  /// The same run at any of its instructions, forwards and backwards; made by the first call, good until the run is
  /// booted again. Throws InputError: the recording is of another build, or events are missing in it.
  [[nodiscard]] virtual debugger::Target& debug();
  /// The file that is being written; nullptr: none.
  [[nodiscard]] virtual const model::Saving* saving() const { return nullptr; }
  /// What a debugger shows; nullptr: nobody debugs (model::DebugMove and its like begin that).
  [[nodiscard]] virtual const debugger::View* debug_view() const { return nullptr; }
  /// The programs being built anew, or how that ended last; nullptr: nobody asked for it (model::Rebuild).
  [[nodiscard]] virtual const model::Rebuilding* rebuilding() const { return nullptr; }
  /// A file that was opened beside what runs (model::OpenSource); nullptr: none.
  [[nodiscard]] virtual const model::OpenedSource* opened_source() const { return nullptr; }
  /// Where the instructions went (model::ProfileStretch); nullptr: nobody asked.
  [[nodiscard]] virtual const debugger::ProfileView* profile_view() const { return nullptr; }
  /// What ended badly: crashes, failed assertions, environments destroyed; nullptr: nobody looks.
  [[nodiscard]] virtual const model::IncidentReport* incidents() const { return nullptr; }
  /// Ends the machine and the recording in order. Also done by the destructor.
  virtual void close() = 0;
};

}  // namespace exo::session
