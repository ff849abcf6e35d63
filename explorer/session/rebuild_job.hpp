// From the key to the same moment of the same scenario with programs that were built anew. The old run stays as it is,
// and in sight, until the new one stands where it is to stand; if anything goes wrong before, nothing has happened.
//
// The same moment is, if a debugger stands at a line: the same n-th time that this environment comes to this line of
// this function (the line is followed when the file was edited). Else, and when it is not reached so often: the event
// of the same number as long as the new run's events are the same up to it, one by one, by their kinds and
// environments; when the run took another way before: the same machine time.
#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "explorer/session/build_job.hpp"
#include "explorer/session/debugging.hpp"
#include "explorer/session/driver.hpp"
#include "explorer/session/playhead.hpp"
#include "explorer/session/session.hpp"

namespace exo::session {

/// The run that is to be had again. All of it outlives the job.
struct RunBefore {
  const LiveOptions& options;
  const BootPlan& plan;
  const connection::RecordingHeader& header;
  const Driver& driver;
  Driver::Boot boot;
  const std::string& by_hand;  ///< injections of runs before it, as text of a scenario
  const Playhead& playhead;
  /// A machine for a debugger of a run.
  std::function<std::unique_ptr<Rerun>(const BootPlan&, const model::History&)> make_rerun;
};

/// And what comes of it.
struct RunAfter {
  BootPlan plan;
  std::string by_hand;
  std::unique_ptr<Driver> driver;
  std::unique_ptr<Rerun> rerun;
  std::unique_ptr<Debugging> debugging;  ///< when there was one
  model::EventNumber cursor = 0;
};

class RebuildJob {
 public:
  /// Begins. What can't be done is said in view(). `number`: of this try.
  RebuildJob(RunBefore before, std::uint64_t number);
  ~RebuildJob();

  /// `debugging`: of the old run, which moves by itself; nullptr: nobody debugs.
  void pump(std::chrono::microseconds budget, Debugging* debugging);
  void cancel();
  [[nodiscard]] const model::Rebuilding& view() const { return view_; }
  /// The new run, once.
  [[nodiscard]] std::optional<RunAfter> take();

 private:
  using Clock = std::chrono::steady_clock;
  RunBefore before_;
  model::Rebuilding view_;
  Clock::time_point began_ = Clock::now();
  std::unique_ptr<BuildJob> build_;
  bool built_ = false, counted_ = false;
  std::uint32_t end_us_ = 0;  ///< of the scenario as its file is now

  RunAfter after_;
  bool taken_ = false, debugs_ = false;
  std::optional<Standing> standing_;
  std::uint32_t line_ = 0;            ///< where the line is now
  std::string line_problem_;          ///< why it was not reached
  model::EventNumber cursor_ = 0;     ///< of the old run when the new one began
  model::EventNumber compared_ = 0;   ///< events that were compared
  model::EventNumber different_ = 0;  ///< the first that is another one; 0: none
  bool further_ = false;              ///< the new run has gone on as far as it may for the line
  model::Ticks latest_ = 0;           ///< the new run goes on to here at most
  std::vector<std::string> notes_;
  enum class Step { Run, Line, Follow, Done } step_ = Step::Run;

  void fail(model::Rebuilding::Stage stage, std::string words);
  void on_build(BuildJob::Is is);
  void begin_run(Debugging* debugging);
  void run_on(std::chrono::microseconds budget);
  void compare();
  void next(Debugging* debugging);
  void go_to_line(Debugging* debugging);
  void follow(Debugging* debugging);
  void arrive(Debugging* debugging);
  [[nodiscard]] std::string words_of_place() const;
};

}  // namespace exo::session
