// The player's part of rebuilding: begins it, and takes the new run over when it stands where the old one stood.
#include <fmt/format.h>

#include "explorer/common/error.hpp"
#include "explorer/scenario/parse.hpp"
#include "explorer/scenario/plan.hpp"
#include "explorer/session/player.hpp"
#include "explorer/session/source_opened.hpp"

namespace exo::session {

const model::Rebuilding* Player::rebuilding() const { return rebuild_ ? &rebuild_->view() : nullptr; }

void Player::on(const model::Rebuild&) {
  if (rebuild_ && rebuild_->view().busy()) {
    rebuild_->cancel();
    message_ = rebuild_->view().words;
    return;
  }
  if (!driver_)
    throw InputError(fmt::format(
        "this is a recording, of programs as they were: nothing is rebuilt for it; open its scenario: exoscope {}",
        header_.scenario_name));
  if (options_.scenario_path.empty()) throw InputError("this run has no scenario file, so it can't be begun again");
  plays_on_ = playhead_.playing();
  on(model::Pause{});
  opened_.reset();
  rebuild_ = std::make_unique<RebuildJob>(
      RunBefore{options_, plan_, header_, *driver_, boot_, by_hand_, playhead_,
                [this](const BootPlan& plan, const model::History& history) { return make_rerun(plan, history); }},
      ++rebuilds_);
  if (!rebuild_->view().busy()) message_ = rebuild_->view().words;
}

void Player::on(const model::OpenSource& source) {
  if (source.file.empty()) return opened_.reset();
  // Of a recording, the programs are known as soon as somebody executes it again.
  const std::filesystem::path kernel = rerun_ ? rerun_->program(debugger::kKernel).path : std::string();
  const BuildFolder folder = build_folder_of(plan_.images ? plan_.images->directory : kernel.parent_path());
  opened_ = std::make_unique<model::OpenedSource>(open_source(folder.source, source.file, source.line));
}

void Player::pump_rebuild(std::chrono::microseconds budget) {
  if (!rebuild_->view().busy()) return;
  rebuild_->pump(budget, debugging_.get());
  if (rebuild_->view().busy()) return;
  if (auto run = rebuild_->take()) adopt(std::move(*run));
  message_ = rebuild_->view().words;
}

void Player::adopt(RunAfter run) {
  const model::Story before = story();
  const bool newest = playhead_.following() && run.cursor == run.driver->history().size();
  const model::SetPace pace = playhead_.pace();
  saving_.reset();
  if (door_) door_->detach();
  debugging_.reset();
  profiling_.reset();
  rerun_.reset();
  driver_->close();
  driver_ = std::move(run.driver);
  rerun_ = std::move(run.rerun);
  debugging_ = std::move(run.debugging);
  plan_ = std::move(run.plan);
  by_hand_ = std::move(run.by_hand);
  header_ = {plan_.scenario->name,     plan_.scenario->text,  plan_.images->identity,
             options_.flight_recorder, plan_.scenario->files, plan_.scenario->variation.seed};
  source_ = plan_.scenario->title;
  told().remember(before);
  playhead_ = Playhead();
  playhead_.set_pace(pace, history(), Playhead::Clock::now());
  if (newest)
    playhead_.follow(history());
  else
    playhead_.seek(run.cursor, history());
  debugged_ = playhead_.cursor();
  if (door_ && debugging_) door_->attach(*rerun_, *debugging_);
  grown_from_.reset();
  if (plays_on_) playhead_.play(history(), Playhead::Clock::now());
}

/// The scenario as its file has it: what was done by hand before a rebuild is not done again.
void Player::without_injections() {
  std::string text = plan_.scenario->text;
  if (const auto at = text.rfind(by_hand_); at != std::string::npos) text.erase(at);
  const auto& now = *plan_.scenario;
  plan_.scenario = std::make_shared<const scenario::Scenario>(
      scenario::parse(text, now.file, program_names(*plan_.images), files_of(header_), now.variation.seed));
  plan_.commands = scenario::commands_up_front(*plan_.scenario);
  header_.scenario_text = text;
  by_hand_.clear();
}

}  // namespace exo::session
