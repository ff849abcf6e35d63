#include "explorer/session/player.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "explorer/bpf/pcap_filter.hpp"
#include "explorer/scenario/parse.hpp"
#include "explorer/scenario/plan.hpp"
#include "explorer/session/copy_scenario.hpp"
#include "explorer/session/debug_commands.hpp"
#include "explorer/session/rerun_plan.hpp"
#include "explorer/session/score.hpp"
#include "kernel/abi/downloads.hpp"

namespace exo::session {
namespace {

constexpr std::chrono::milliseconds kBeside{2};  ///< for the run to compare with, while this one runs too
constexpr std::uint32_t kLiveMicros = 2'000;     ///< of guest time, when a debugger did something
constexpr model::EventNumber kLiveEvents = 16;   ///< at once
constexpr std::chrono::seconds kLivePatience{10};
/// For a file that is being written, in a turn of the loop; and at once, so that a short one is there when it is asked
/// for.
constexpr std::chrono::milliseconds kCounting{4};  ///< for a profile, in a turn of the loop
constexpr std::chrono::milliseconds kSaving{8}, kSavingAtOnce{40};
/// Showing the tables takes so long that a deadline could be missed.
constexpr const char* kAuditsTick = "the kernel takes it at its next timer tick at which no deadline runs";
constexpr model::EventNumber kMoreEvents = 2'000;  // that a live run goes on for a debugger at once
constexpr const char* kNextTick = "the kernel takes it at its next timer tick";

std::shared_ptr<const scenario::Scenario> scenario_of(const connection::Recording& recording) {
  const auto& header = recording.header;
  return std::make_shared<const scenario::Scenario>(
      scenario::parse(header.scenario_text, header.scenario_name + ".toml", {}, files_of(header), header.seed));
}

}  // namespace

RecordedRun::RecordedRun(std::shared_ptr<const scenario::Scenario> scenario, const connection::Recording& recording)
    : teller(std::move(scenario)) {
  history.append(recording.records);
  teller.read(history);
}

Player::Player(LiveOptions options, BootPlan plan, Driver::Boot boot)
    : source_(plan.scenario->title), options_(std::move(options)), plan_(std::move(plan)), boot_(std::move(boot)) {
  header_ = {plan_.scenario->name,     plan_.scenario->text,  plan_.images ? plan_.images->identity : "",
             options_.flight_recorder, plan_.scenario->files, plan_.scenario->variation.seed};
  start();
}

Player::Player(const connection::Recording& recording, const std::string& path)
    : source_(path),
      header_(recording.header),
      recorded_(std::make_unique<RecordedRun>(scenario_of(recording), recording)),
      warning_(recording.warning) {
  playhead_.seek(0, recorded_->history);
}

Player::~Player() = default;

void Player::start() {
  rebuild_.reset();
  if (door_) door_->detach();
  debugging_.reset();
  profiling_.reset();
  rerun_.reset();
  incidents_ = {};
  driver_ = std::make_unique<Driver>(plan_, boot_, options_.until);
  driver_->keep(options_.keep);
  if (!options_.trace_path.empty())
    driver_->record(std::make_unique<connection::RecordingWriter>(options_.trace_path, header_));
  playhead_ = Playhead();
  if (options_.start_paused)
    driver_->set_goal(RunToEvent{1});
  else
    playhead_.play(driver_->history(), Playhead::Clock::now());
}

const scenario::StoryTeller& Player::teller() const { return driver_ ? driver_->teller() : recorded_->teller; }
const model::History& Player::history() const { return driver_ ? driver_->history() : recorded_->history; }

Connection Player::connection() const {
  if (!driver_) return Connection::Recording;
  if (!driver_->alive()) return Connection::Lost;
  if (driver_->history().size() == 0) return Connection::Starting;
  if (playhead_.playing() || driver_->busy()) return Connection::Running;
  return driver_->at_end() ? Connection::Finished : Connection::Paused;
}

std::string Player::status_text() const {
  if (failure() != nullptr) return failure()->what();
  if (saving_) return fmt::format("saving {}: {:.0f}%", saving_->saving().path, saving_->saving().share * 100);
  if (rebuild_ && rebuild_->view().busy()) return rebuild_->view().words;
  if (!message_.empty()) return message_;
  switch (connection()) {
    case Connection::Starting:
      return "starting the machine";
    case Connection::Running:
      return "running";
    case Connection::Paused:
      return "paused: time stands still";
    case Connection::Finished:
      return "the scenario is over; the machine stands still";
    case Connection::Recording:
      return warning_.empty() ? "a recording: no machine runs" : warning_;
    case Connection::Lost:
      return "the machine is gone";
  }
  return "";
}

void Player::pump(std::chrono::microseconds budget) {
  if (playhead_.playing()) {
    play_on(budget);
  } else if (driver_) {
    driver_->pump(budget);
    playhead_.update(history());
  }
  if (door_ && !debugging_ && !playhead_.playing() && history().size() != 0) (void)debugging();  // booted again
  if (debugging_) pump_debugging(budget);
  if (rebuild_) pump_rebuild(budget);
  if (profiling_) profiling_->pump(kCounting);
  if (partner_) partner_->pump(driver_ && driver_->busy() ? kBeside : budget);
  told().show(playhead_.cursor());
  incidents_.update(history(), [this]() -> const debugger::Target& { return debug(); });
  if (saving_) save_on(kSaving);
}

/// Run: first through the history that lies before the cursor, then the machine itself, at the same pace.
void Player::play_on(std::chrono::microseconds budget) {
  const auto allowance = playhead_.allowance(history(), Playhead::Clock::now());
  if (playhead_.cursor() < history().size() && !(driver_ && playhead_.following())) {
    playhead_.advance(allowance, history());
    if (!driver_ && playhead_.following()) playhead_.stop();  // the recording's end
    return;
  }
  if (!driver_) {
    playhead_.stop();
    return;
  }
  if (allowance.all)
    driver_->set_goal(RunFree{});
  else if (allowance.until != 0)
    driver_->set_goal(RunToTime{allowance.until});
  else if (allowance.events != 0)
    driver_->set_goal(RunToEvent{history().size() + allowance.events});
  driver_->pump(budget);
  playhead_.update(history());
  const bool over = driver_->at_end() || (options_.until != 0 && history().size() >= options_.until);
  if (!driver_->alive() || driver_->failure() != nullptr || (over && !driver_->busy())) playhead_.stop();
}

void Player::apply(const model::Command& command) {
  message_.clear();
  try {
    std::visit([this](const auto& what) { on(what); }, command);
  } catch (const std::exception& error) {
    message_ = error.what();
  }
}

void Player::on(const model::Run&) { playhead_.play(history(), Playhead::Clock::now()); }

void Player::on(const model::Pause&) {
  playhead_.stop();
  if (driver_) driver_->pause();
}

void Player::look(model::EventNumber number) {
  if (driver_) driver_->pause();
  playhead_.seek(number, history());
}

void Player::on(const model::StepEvent& step) {
  const auto count = model::EventNumber(std::max(0, step.count));
  const auto recorded = std::min(count, history().size() - playhead_.cursor());
  const bool beyond = driver_ && driver_->alive() && count > recorded;
  if (!beyond) return look(playhead_.cursor() + recorded);
  playhead_.stop();
  playhead_.follow(history());
  driver_->set_goal(RunToEvent{history().size() + count - recorded});
}

void Player::on(const model::StepBack& step) {
  look(playhead_.cursor() - std::min(playhead_.cursor(), model::EventNumber(std::max(0, step.count))));
}

void Player::on(const model::StepStory&) {
  const auto& steps = story().steps;
  const auto next = std::size_t(story().current(playhead_.cursor()) + 1);
  if (next < steps.size() && steps[next].reached != 0) return look(steps[next].reached);
  if (next < steps.size() && driver_ && driver_->alive() && !driver_->at_end()) {
    playhead_.stop();
    playhead_.follow(history());
    driver_->set_goal(RunToStep{int(next)});
  } else if (driver_ && driver_->alive() && !teller().ended()) {
    playhead_.stop();
    playhead_.follow(history());
    driver_->set_goal(RunFree{});  // after the last step comes the end
  } else {
    look(history().size());
  }
}

void Player::on(const model::StepStoryBack&) {
  const int current = story().current(playhead_.cursor());
  if (current < 0) return look(0);
  const auto& steps = story().steps;
  const auto began = steps[std::size_t(current)].reached;
  if (playhead_.cursor() > began) return look(began);
  look(current == 0 ? 0 : steps[std::size_t(current - 1)].reached);
}

void Player::on(const model::Seek& seek) { look(seek.number); }

void Player::on(const model::GoLive&) { playhead_.follow(history()); }

void Player::on(const model::SetPace& pace) {
  const bool playing = playhead_.playing();
  if (playing && driver_) driver_->pause();
  playhead_.set_pace(pace, history(), Playhead::Clock::now());
}

Driver& Player::machine() {
  if (!driver_ || !driver_->alive())
    throw InputError("nothing can be injected: there is no machine; open the scenario to run it again");
  return *driver_;
}

void Player::on(const model::Inject& inject) {
  machine().inject(inject.command);
  message_ = inject.command.op == std::uint16_t(abi::ControlOp::Audit) ? kAuditsTick : kNextTick;
}

void Player::on(const model::SendPacket& send) {
  machine().send(send.bytes);
  message_ = kNextTick;
}

void Player::on(const model::DownloadFilter& download) {
  if (download.env == 0 || download.env >= abi::kMaxEnvironments || download.order > abi::kMostFilterOrder)
    throw InputError("choose an environment for the filter, and an order from 0 to 255");
  machine().download(download.env, bpf::compile_pcap_filter(download.expression), download.order);
  message_ = kNextTick;
}

scenario::StoryTeller& Player::told() { return driver_ ? driver_->teller() : recorded_->teller; }

void Player::on(const model::Answer& answer) { told().answer(answer.step, answer.text); }

void Player::on(const model::Reveal& reveal) { told().reveal(reveal.step); }

void Player::on(const model::SaveScore& to) {
  save_score(story(), to.student, to.kind, to.path);
  message_ = fmt::format("saved the score to {}", to.path);
}

void Player::on(const model::SaveRecording& to) { save(SaveKind::Recording, to.path); }

void Player::on(const model::SavePackets& to) { save(SaveKind::Packets, to.path); }

void Player::on(const model::ExportTrace& to) {
  save(to.kind == model::ExportTrace::Kind::Csv ? SaveKind::Csv : SaveKind::Perfetto, to.path);
}

void Player::on(const model::StopSaving&) {
  if (!saving_) return;
  message_ = fmt::format("{} was not saved", saving_->saving().path);
  saving_.reset();
  if (driver_) driver_->keep(options_.keep);
}

void Player::on(const model::SaveScenario& to) {
  const ScenarioCopy copy = copy_scenario(header_, history());
  write_scenario(copy, header_, to.path);
  message_ = fmt::format("saved {} with {} {}: exoscope run {}", to.path, copy.injections,
                         copy.injections == 1 ? "injection" : "injections", to.path);
  if (!copy.notes.empty()) message_ += "; " + copy.notes.front();
}

void Player::save(SaveKind kind, const std::string& path) {
  if (saving_)
    throw InputError(fmt::format("{} is still being saved; wait for it, or stop it", saving_->saving().path));
  saving_ = std::make_unique<SaveJob>(kind, history(), header_, path);
  // What is to be written is not forgotten meanwhile, or only when that takes very long.
  if (driver_) driver_->keep(2 * options_.keep);
  save_on(kSavingAtOnce);
}

void Player::save_on(std::chrono::microseconds budget) {
  try {
    if (!saving_->pump(budget)) return;
    message_ = saving_->words();
  } catch (const std::exception& error) {
    message_ = error.what();
  }
  saving_.reset();
  if (driver_) driver_->keep(options_.keep);
}

void Player::on(const model::Restart& restart) {
  if (!driver_) {
    if (restart.seed) throw InputError("a recording is of one variation; open the lesson to run another");
    playhead_.seek(0, history());
    return;
  }
  const model::Story before = story();
  if (restart.seed) vary(*restart.seed);
  if (!by_hand_.empty()) without_injections();
  saving_.reset();
  driver_->close();
  start();
  if (!restart.seed) told().remember(before);
}

/// Another variation of the same lesson, from the next boot on.
void Player::vary(std::uint32_t seed) {
  if (plan_.scenario->variation.count == 0) throw InputError("this lesson has no variations: it is the same for all");
  if (seed > scenario::kLargestSeed)
    throw InputError(fmt::format("variation {} is too large; take one from 0 to {}", seed, scenario::kLargestSeed));
  const auto& now = *plan_.scenario;
  const auto programs = plan_.images ? program_names(*plan_.images) : std::vector<std::string>();
  plan_.scenario = std::make_shared<const scenario::Scenario>(
      scenario::parse(now.text, now.file, programs, files_of(header_), seed));
  plan_.commands = scenario::commands_up_front(*plan_.scenario);
  header_.seed = seed;
  source_ = plan_.scenario->title;
}

void Player::on(const model::Quit&) { close(); }

Origin Player::origin() const { return {driver_ ? options_.scenario_path : source_, story().title, !driver_, header_}; }

void Player::on(const model::CompareWith& with) {
  std::vector<scenario::Substitution> changes;
  for (const auto& [env, program] : with.programs) changes.push_back({env, program});
  partner_ = std::make_unique<PartnerRun>(with.what, changes, origin());
  message_ = partner_->view().problem;
}

void Player::on(const model::CompareNoMore&) { partner_.reset(); }

void Player::on(const model::FindPartners&) {
  choices_ = std::make_unique<model::PartnerChoices>(session::partner_choices(origin()));
}

debugger::Target& Player::debug() {
  if (history().forgotten() != 0 || !history().gaps().empty())
    throw InputError("events are missing in this run, so it can't be executed again; run it without --flight-recorder");
  if (driver_ && !plan_.images) throw InputError("nobody knows the programs of this run");
  if (!rerun_) {
    BootPlan plan = plan_;
    if (!driver_) plan = plan_of(header_, source_);
    rerun_ = make_rerun(std::move(plan), history());
  }
  return *rerun_;
}

std::unique_ptr<Rerun> Player::make_rerun(BootPlan plan, const model::History& history) {
  return std::make_unique<Rerun>(std::move(plan), history, [this](std::string_view line) {
    return debug_command(line, {this->history(), story(), rerun_->event(), rerun_->instant()},
                         [this](const model::Command& command) { return do_live(command); });
  });
}

std::string Player::do_live(const model::Command& command) {
  if (debugging_) {  // a picture is to be drawn meanwhile, and the run goes on when the debugger needs it
    std::visit([this](const auto& what) { on(what); }, command);
    return fmt::format("asked, at the end of the live run: {}; continue to see what comes of it\n", message_);
  }
  if (machine().busy()) throw InputError("the live run moves just now; pause it first");
  const auto before = history().size();
  std::visit([this](const auto& what) { on(what); }, command);
  const model::Ticks began = history().newest().now;
  const auto until = Playhead::Clock::now() + kLivePatience;
  const auto lasts = [&] { return Playhead::Clock::now() < until && failure() == nullptr; };
  while (history().newest().now < began + abi::ticks_of_micros(kLiveMicros) && lasts()) {
    driver_->set_goal(RunToEvent{history().size() + kLiveEvents});
    while (driver_->busy() && lasts()) pump(std::chrono::milliseconds(5));
  }
  if (driver_->busy()) driver_->pause();
  if (failure() != nullptr) throw InputError(failure()->what());
  return fmt::format(
      "done at the end of the live run, which went on for {:.0f} us: events {} to {}; continue to see them\n",
      model::micros(history().newest().now - began), before + 1, history().size());
}

const debugger::View* Player::debug_view() const { return debugging_ ? &debugging_->view() : nullptr; }

const debugger::ProfileView* Player::profile_view() const { return profiling_ ? &profiling_->view() : nullptr; }

Debugging& Player::debugging() {
  if (!debugging_) {
    (void)debug();
    debugging_ = std::make_unique<Debugging>(*rerun_, history());
    debugging_->follow(playhead_.cursor());
    debugged_ = playhead_.cursor();
    if (door_) door_->attach(*rerun_, *debugging_);
  }
  return *debugging_;
}

void Player::on(const model::DebugIncident& to) {
  const auto& known = incidents_.report().incidents;
  const auto found = std::ranges::find(known, to.event, &model::Incident::event);
  if (found == known.end()) throw InputError(fmt::format("nothing ended badly at event {}", to.event));
  look(to.event);
  debugging().show(*found);
  debugged_ = playhead_.cursor();
}

void Player::on(const model::DebugGdb& gdb) {
  if (!gdb.open) return door_.reset();
  if (door_) return;
  auto listener = gdb.socket.empty() ? remote::Listener::in_private_folder() : remote::Listener::at_path(gdb.socket);
  auto door = std::make_unique<GdbDoor>(std::move(listener));
  (void)debugging();
  door_ = std::move(door);
  door_->attach(*rerun_, *debugging_);
  message_ = "gdb may connect; the Stops panel says what to type";
}

void Player::end_debugging() {
  door_.reset();
  debugging_.reset();
}

// One cursor: whoever moved it, the other follows.
void Player::pump_debugging(std::chrono::microseconds budget) {
  if (door_) {
    door_->pump(debugging_->wants_more() ? std::chrono::microseconds(0) : budget);
    if (door_->moves() && playhead_.playing()) on(model::Pause{});
  }
  const bool alive = driver_ && driver_->alive() && driver_->failure() == nullptr;
  debugging_->set_growing(alive && !driver_->at_end());
  if (debugging_->wants_more()) {
    // The machine runs a little further, and then whoever debugs looks at that.
    if (!grown_from_ && alive) {
      grown_from_ = history().size();
      driver_->set_goal(RunToEvent{*grown_from_ + kMoreEvents});
    }
    debugged_ = playhead_.cursor();
    if (alive && driver_->busy()) return;
    const bool came = grown_from_ && history().size() > *grown_from_;
    grown_from_.reset();
    return debugging_->more(came);
  }
  debugging_->pump(budget);
  if (const auto event = debugging_->take_event()) {
    playhead_.seek(*event, history());
    debugged_ = playhead_.cursor();
  } else if (playhead_.cursor() != debugged_ && !playhead_.playing() && !(driver_ && driver_->busy())) {
    debugged_ = playhead_.cursor();
    debugging_->follow(debugged_);
  }
}

void Player::close() {
  rebuild_.reset();
  end_debugging();
  profiling_.reset();
  rerun_.reset();
  partner_.reset();
  saving_.reset();
  playhead_.stop();
  if (driver_) driver_->close();
}

}  // namespace exo::session
