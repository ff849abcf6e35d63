// The one Session: a machine or a recording behind it, a playhead over its history. What differs between the two is
// only whether there is a driver that can make the history longer.
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "explorer/session/debugging.hpp"
#include "explorer/session/driver.hpp"
#include "explorer/session/gdb_door.hpp"
#include "explorer/session/incident_list.hpp"
#include "explorer/session/partner_run.hpp"
#include "explorer/session/playhead.hpp"
#include "explorer/session/profiling.hpp"
#include "explorer/session/rebuild_job.hpp"
#include "explorer/session/rerun.hpp"
#include "explorer/session/save_job.hpp"
#include "explorer/session/session.hpp"

namespace exo::session {

/// A run that is over: read from a file.
struct RecordedRun {
  RecordedRun(std::shared_ptr<const scenario::Scenario> scenario, const connection::Recording& recording);
  model::History history;
  scenario::StoryTeller teller;
};

class Player final : public Session {
 public:
  /// Live. `boot` is tried at once.
  Player(LiveOptions options, BootPlan plan, Driver::Boot boot);
  /// A recording of the file `path`.
  Player(const connection::Recording& recording, const std::string& path);
  ~Player() override;

  void pump(std::chrono::microseconds budget) override;
  void apply(const model::Command& command) override;
  [[nodiscard]] const model::History& history() const override;
  [[nodiscard]] const model::Story& story() const override { return teller().story(); }
  [[nodiscard]] model::EventNumber cursor() const override { return playhead_.cursor(); }
  [[nodiscard]] bool following() const override { return playhead_.following(); }
  [[nodiscard]] Connection connection() const override;
  [[nodiscard]] std::string status_text() const override;
  [[nodiscard]] model::SetPace pace() const override { return playhead_.pace(); }
  [[nodiscard]] std::string source() const override { return source_; }
  [[nodiscard]] const Error* failure() const override { return driver_ ? driver_->failure() : nullptr; }
  [[nodiscard]] std::string warning() const override { return warning_; }
  [[nodiscard]] const model::Partner* partner() const override { return partner_ ? &partner_->view() : nullptr; }
  [[nodiscard]] const model::PartnerChoices* partner_choices() const override { return choices_.get(); }
  [[nodiscard]] debugger::Target& debug() override;
  [[nodiscard]] const model::Saving* saving() const override { return saving_ ? &saving_->saving() : nullptr; }
  [[nodiscard]] const debugger::View* debug_view() const override;
  [[nodiscard]] const model::Rebuilding* rebuilding() const override;
  [[nodiscard]] const model::OpenedSource* opened_source() const override { return opened_.get(); }
  [[nodiscard]] const debugger::ProfileView* profile_view() const override;
  [[nodiscard]] const model::IncidentReport* incidents() const override { return &incidents_.report(); }
  void close() override;

 private:
  std::string source_;
  connection::RecordingHeader header_;  ///< for saving
  LiveOptions options_;
  BootPlan plan_;
  Driver::Boot boot_;
  std::unique_ptr<Driver> driver_;
  std::unique_ptr<RecordedRun> recorded_;
  std::unique_ptr<PartnerRun> partner_;
  std::unique_ptr<model::PartnerChoices> choices_;
  std::unique_ptr<Rerun> rerun_;
  std::unique_ptr<Profiling> profiling_;
  std::unique_ptr<SaveJob> saving_;  ///< after what it reads
  std::unique_ptr<Debugging> debugging_;
  std::unique_ptr<GdbDoor> door_;                 ///< after what it shows to gdb
  std::optional<model::EventNumber> grown_from_;  ///< the run goes on for the debugger
  model::EventNumber debugged_ = 0;               ///< where the debugger knows the cursor to be
  Playhead playhead_;
  std::unique_ptr<RebuildJob> rebuild_;  ///< after what it reads
  std::uint64_t rebuilds_ = 0;           ///< that were begun
  std::string by_hand_;                  ///< injections of runs before a rebuild, which the plan has too
  bool plays_on_ = false;                ///< after the rebuild
  std::unique_ptr<model::OpenedSource> opened_;
  IncidentList incidents_;
  std::string message_;  ///< about the last command
  std::string warning_;  ///< about the recording

  [[nodiscard]] const scenario::StoryTeller& teller() const;
  [[nodiscard]] scenario::StoryTeller& told();
  [[nodiscard]] Driver& machine();
  void vary(std::uint32_t seed);
  [[nodiscard]] Origin origin() const;
  void start();
  void play_on(std::chrono::microseconds budget);
  void look(model::EventNumber number);
  void story_step();
  void story_step_back();
  /// What a debugger asks for: done to the machine where the run ends, which then goes on for a moment.
  std::string do_live(const model::Command& command);
  void save(SaveKind kind, const std::string& path);
  void save_on(std::chrono::microseconds budget);

  void on(const model::Run&);
  void on(const model::Pause&);
  void on(const model::StepEvent&);
  void on(const model::StepBack&);
  void on(const model::StepStory&);
  void on(const model::StepStoryBack&);
  void on(const model::Seek&);
  void on(const model::GoLive&);
  void on(const model::SetPace&);
  void on(const model::Inject&);
  void on(const model::SendPacket&);
  void on(const model::DownloadFilter&);
  void on(const model::Answer&);
  void on(const model::Reveal&);
  void on(const model::SaveScore&);
  void on(const model::SaveRecording&);
  void on(const model::SavePackets&);
  void on(const model::ExportTrace&);
  void on(const model::SaveScenario&);
  void on(const model::SavePicture&) {}
  void on(const model::StopSaving&);
  void on(const model::Report& report) { message_ = report.text; }
  void on(const model::Restart&);
  void on(const model::OpenLesson&) {}  ///< the window's affair
  void on(const model::Quit&);
  void on(const model::CompareWith&);
  void on(const model::CompareNoMore&);
  void on(const model::FindPartners&);
  void on(const model::Rebuild&);
  void on(const model::OpenSource&);
  template <class DebugCommand>
  requires requires(Debugging& debugging, const DebugCommand& command) { debugging.apply(command); }
  void on(const DebugCommand& command) { debugging().apply(command); }
  template <class ProfileCommand>
  requires requires(Profiling& profiling, const ProfileCommand& command) { profiling.apply(command); }
  void on(const ProfileCommand& command) { message_ = profile(command); }
  template <class ProfileCommand>
  std::string profile(const ProfileCommand& command) {
    (void)debug();
    if (!profiling_) profiling_ = std::make_unique<Profiling>(*rerun_, history());
    profiling_->apply(command);
    return profiling_->words();
  }
  void on(const model::DebugIncident& to);
  void on(const model::DebugGdb& gdb);
  void on(const model::DebugEnd&) { end_debugging(); }
  void end_debugging();
  [[nodiscard]] Debugging& debugging();
  [[nodiscard]] std::unique_ptr<Rerun> make_rerun(BootPlan plan, const model::History& history);
  void without_injections();
  void pump_rebuild(std::chrono::microseconds budget);
  void adopt(RunAfter run);
  void pump_debugging(std::chrono::microseconds budget);
};

}  // namespace exo::session
