#include "explorer/session/rebuild_job.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "explorer/common/error.hpp"
#include "explorer/scenario/parse.hpp"
#include "explorer/session/boot_plan.hpp"
#include "explorer/session/copy_scenario.hpp"

namespace exo::session {

using Stage = model::Rebuilding::Stage;

namespace {

constexpr std::chrono::milliseconds kBuildTurn{4};
/// A new run that is slower, or comes to a line later, goes on to twice the time of the old one and a little more.
constexpr std::uint32_t kMoreMicros = 5'000;

std::string ordinal(std::uint64_t number) {
  const std::uint64_t last = number % 10, tens = number % 100 / 10;
  const char* ending = tens == 1 ? "th" : last == 1 ? "st" : last == 2 ? "nd" : last == 3 ? "rd" : "th";
  return fmt::format("{}{}", number, ending);
}

std::string scenario_text(const LiveOptions& options) { return read_scenario_file(options.scenario_path); }

/// What the scenario as its file is now runs, beside the kernel.
std::vector<std::string> programs_of(const RunBefore& before, const scenario::Scenario& scenario) {
  std::vector<std::string> out{scenario.first};
  for (const auto& env : scenario.envs) out.push_back(env.program);
  for (const auto& one : before.options.programs) out.push_back(one.program);
  return out;
}

/// Whether the explorer that runs was built in this folder, and what it shares with the kernel has changed since.
bool is_older_than_abi(const BuildFolder& build) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path own = fs::read_symlink("/proc/self/exe", error);
  if (error || own.parent_path().parent_path() != build.folder) return false;
  const auto built = fs::last_write_time(own, error);
  for (const auto& file : fs::directory_iterator(build.source / "kernel/abi", error))
    if (!error && file.last_write_time(error) > built) return true;
  return false;
}

}  // namespace

RebuildJob::RebuildJob(RunBefore before, std::uint64_t number) : before_(std::move(before)) {
  view_.number = number;
  view_.words = "building";
  try {
    const std::string& file = before_.options.scenario_path;
    const auto scenario =
        scenario::parse(scenario_text(before_.options), file, {}, files_beside(file), before_.header.seed);
    end_us_ = scenario.end_us;
    build_ =
        std::make_unique<BuildJob>(build_folder_of(before_.plan.images->directory), programs_of(before_, scenario));
  } catch (const Error& error) {
    fail(Stage::Failed, error.what());
  }
}

RebuildJob::~RebuildJob() = default;

void RebuildJob::fail(Stage stage, std::string words) {
  view_.stage = stage;
  view_.words = std::move(words);
  build_.reset();
  after_ = {};
}

void RebuildJob::cancel() {
  if (view_.busy()) fail(Stage::Cancelled, "the rebuilding was given up; the run is as it was");
}

std::optional<RunAfter> RebuildJob::take() {
  if (view_.stage != Stage::Back || taken_) return std::nullopt;
  taken_ = true;
  return std::move(after_);
}

void RebuildJob::pump(std::chrono::microseconds budget, Debugging* debugging) {
  if (!view_.busy()) return;
  try {
    if (debugging != nullptr && !counted_) {
      if (!debugging->view().moving) {
        debugging->measure();
        counted_ = true;
      } else if (build_) {
        debugging->apply(model::DebugInterrupt{});
      }
    }
    if (view_.stage != Stage::Running) {
      if (!built_) on_build(build_->pump(std::min<std::chrono::microseconds>(budget, kBuildTurn), view_));
      const bool stands = debugging == nullptr || (counted_ && !debugging->view().moving);
      if (built_ && stands && view_.busy()) begin_run(debugging);
    } else if (step_ == Step::Run) {
      run_on(budget);
      if (!after_.driver->busy()) next(debugging);
    } else {
      after_.debugging->pump(budget);
      if (!after_.debugging->view().moving) next(debugging);
    }
  } catch (const std::exception& error) {
    fail(Stage::Failed, error.what());
  }
  view_.seconds = std::chrono::duration<double>(Clock::now() - began_).count();
}

void RebuildJob::on_build(BuildJob::Is is) {
  switch (is) {
    case BuildJob::Is::Waiting:
      view_.stage = Stage::Waiting;
      view_.words = "another start of Exoscope is building; waiting for it";
      return;
    case BuildJob::Is::Building:
      view_.stage = Stage::Building;
      return;
    case BuildJob::Is::Built:
      built_ = true;
      return;
    case BuildJob::Is::Failed: {
      const auto errors = std::ranges::count_if(view_.complaints, &model::BuildComplaint::error);
      const std::string last = view_.output.empty() ? std::string("it said nothing") : view_.output.back();
      return fail(Stage::Failed, errors != 0 ? fmt::format("the build failed: {} error{}; the run is as it was", errors,
                                                           errors == 1 ? "" : "s")
                                             : fmt::format("the build failed: {}; the run is as it was", last));
    }
  }
}

void RebuildJob::begin_run(Debugging* debugging) {
  const ScenarioCopy copy = copy_scenario(before_.header, before_.driver.history());
  notes_ = copy.notes;
  if (before_.header.seed != 0) notes_.pop_back();  // how to give the seed: it is kept
  after_.by_hand = before_.by_hand + copy.added;
  std::string text = scenario_text(before_.options);
  // What was done by hand may lie behind the scenario's own end.
  const std::uint32_t end = copy.end_us != 0 ? copy.end_us : before_.plan.scenario->end_us;
  if (!after_.by_hand.empty() && end > end_us_) text = with_end(text, end);
  if (!after_.by_hand.empty()) text += (text.ends_with('\n') ? "" : "\n") + after_.by_hand;
  LiveOptions options = before_.options;
  options.seed = before_.header.seed;
  const std::string& file = options.scenario_path;
  after_.plan = boot_plan(text, file, files_beside(file), options);
  if (is_older_than_abi(build_->folder()))
    notes_.push_back("kernel/abi is newer than this window, which may misread the trace: start ./exoscope again");
  build_.reset();  // the folder is free again

  after_.driver = std::make_unique<Driver>(after_.plan, before_.boot, options.until);
  after_.driver->keep(options.keep);
  const model::History& old = before_.driver.history();
  latest_ = 2 * old.newest().now + abi::ticks_of_micros(kMoreMicros);
  debugs_ = debugging != nullptr;
  if (debugging != nullptr) standing_ = debugging->standing();
  compared_ = old.forgotten();
  cursor_ = before_.playhead.cursor();
  view_.stage = Stage::Running;
  view_.share = 0;
  view_.words = "running to the same moment";
  if (before_.driver.at_end())
    after_.driver->set_goal(RunFree{});
  else
    after_.driver->set_goal(RunToEvent{std::max<model::EventNumber>(1, old.size())});
}

void RebuildJob::compare() {
  const model::History &old = before_.driver.history(), &now = after_.driver->history();
  const auto end = std::min(old.size(), now.size());
  while (different_ == 0 && compared_ < end) {
    const auto a = old.records_from(compared_ + 1), b = now.records_from(compared_ + 1);
    if (a.empty() || b.empty()) {  // forgotten by one of them
      ++compared_;
      continue;
    }
    for (std::size_t i = 0; i < std::min(a.size(), b.size()) && compared_ < end; ++i) {
      ++compared_;
      if (a[i].event == b[i].event && a[i].environment == b[i].environment) continue;
      different_ = compared_;
      return;
    }
  }
}

/// As many events as the old run had, while they are the same; then to its time.
void RebuildJob::run_on(std::chrono::microseconds budget) {
  Driver& driver = *after_.driver;
  driver.pump(budget);
  const bool was_same = different_ == 0;
  compare();
  const model::History& old = before_.driver.history();
  if (was_same && different_ != 0 && !before_.driver.at_end() && driver.busy())
    driver.set_goal(RunToTime{old.newest().now});
  const model::Ticks now = driver.history().newest().now;
  view_.share = std::min(1.0, double(now) / double(std::max<model::Ticks>(1, old.newest().now)));
  if (now > latest_) driver.pause();
}

void RebuildJob::next(Debugging* debugging) {
  switch (step_) {
    case Step::Run:
      if (standing_) return go_to_line(debugging);
      return follow(debugging);
    case Step::Line: {
      if (after_.debugging->returned()) return arrive(debugging);
      const Driver& driver = *after_.driver;
      if (!further_ && driver.alive() && driver.failure() == nullptr && !driver.at_end()) {
        further_ = true;
        step_ = Step::Run;
        return after_.driver->set_goal(RunToTime{latest_});
      }
      line_problem_ = fmt::format("{}:{} is not reached {} times any more", standing_->file, line_, standing_->times);
      return follow(debugging);
    }
    case Step::Follow:
      return arrive(debugging);
    case Step::Done:
      return;
  }
}

void RebuildJob::go_to_line(Debugging* debugging) {
  step_ = Step::Line;
  after_.debugging.reset();
  after_.rerun = before_.make_rerun(after_.plan, after_.driver->history());
  after_.debugging = std::make_unique<Debugging>(*after_.rerun, after_.driver->history());
  try {
    line_ = after_.debugging->go_to(*standing_);
  } catch (const InputError& error) {
    line_problem_ = error.what();
    follow(debugging);
  }
}

void RebuildJob::follow(Debugging* debugging) {
  step_ = Step::Follow;
  standing_.reset();
  const model::History &old = before_.driver.history(), &now = after_.driver->history();
  const bool same = different_ == 0 || cursor_ < different_;
  after_.cursor = cursor_;
  if (!same) {
    after_.cursor = now.at_time(old.ticks(cursor_));
    if (after_.cursor > now.size() || now.ticks(after_.cursor) > old.ticks(cursor_)) --after_.cursor;
  }
  after_.cursor = std::min(after_.cursor, now.size());
  if (!debugs_) return arrive(debugging);
  after_.debugging.reset();
  after_.rerun = before_.make_rerun(after_.plan, now);
  after_.debugging = std::make_unique<Debugging>(*after_.rerun, now);
  after_.debugging->follow(after_.cursor);
}

std::string RebuildJob::words_of_place() const {
  const model::History &old = before_.driver.history(), &now = after_.driver->history();
  const bool same = different_ == 0 || cursor_ < different_;
  const std::string way = different_ == 0 ? std::string("the events are the same")
                                          : fmt::format("the run took another way at {:.1f} us (event {})",
                                                        model::micros(now.ticks(different_)), different_);
  if (standing_) {
    const std::string moved = line_ == standing_->line ? "" : fmt::format(" (it was line {})", standing_->line);
    return fmt::format("the {} time that {} is at {}:{}{}; {}", ordinal(standing_->times),
                       standing_->name.empty() ? "the kernel" : standing_->name,
                       std::filesystem::path(standing_->file).filename().string(), line_, moved, way);
  }
  const std::string why = line_problem_.empty() ? "" : line_problem_ + "; ";
  if (same && after_.cursor == cursor_) return fmt::format("{}event {} again; {}", why, after_.cursor, way);
  if (now.newest().now < old.ticks(cursor_)) return fmt::format("{}{}, and is over before this moment", why, way);
  return fmt::format("{}{}; this is the same machine time", why, way);
}

void RebuildJob::arrive(Debugging* debugging) {
  step_ = Step::Done;
  if (after_.debugging) {
    if (const auto event = after_.debugging->take_event()) after_.cursor = *event;
    if (debugging != nullptr) after_.debugging->take_over(*debugging);
  }
  view_.stage = Stage::Back;
  view_.seconds = std::chrono::duration<double>(Clock::now() - began_).count();
  std::string words = fmt::format("rebuilt in {:.1f} s: {}", view_.seconds, words_of_place());
  if (const Error* error = after_.driver->failure()) words += fmt::format("; {}", error->what());
  if (!notes_.empty()) words += "; " + notes_.front();
  view_.words = std::move(words);
}

}  // namespace exo::session
