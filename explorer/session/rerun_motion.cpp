// How a run goes to an instruction: quickly to a little before it, then one by one. Backwards is the same, in a machine
// that is not there yet.
#include <fmt/format.h>

#include <algorithm>

#include "explorer/common/error.hpp"
#include "explorer/session/rerun.hpp"
#include "explorer/session/rerun_plan.hpp"

namespace exo::session {

using connection::kProbeLog;
using connection::kProbeNever;
using connection::ProbeShared;
using debugger::Direction;
using debugger::Instant;
using debugger::Motion;
using debugger::Stop;

namespace {

// QEMU makes blocks of one instruction from the next timer tick on, at the latest: a quarter of a millisecond, 7,813
// instructions. The rest is so that there is something to look back on.
constexpr Instant kMargin = 24'000;
constexpr Instant kFarFromHere = 400'000;  // then running quickly and slowing down again is worth it
constexpr Instant kKeptBehind = 12'000;    // so far before a goal a moment is kept, to step back from the goal to
constexpr unsigned kMostRetries = 24;

bool same(const std::vector<abi::ControlCommand>& a, const std::vector<abi::ControlCommand>& b) {
  return std::ranges::equal(a, b, [](const auto& x, const auto& y) {
    return x.due_tick == y.due_tick && x.op == y.op && x.environment == y.environment && x.a == y.a && x.b == y.b;
  });
}

}  // namespace

Rerun::Machine Rerun::boot(const connection::Replica::Wanted& wanted) const {
  return std::make_unique<connection::Replica>(*plan_.images, options_, wanted);
}

Rerun::Machine Rerun::again(const connection::Replica::Wanted& wanted) const {
  BootPlan plan = plan_;
  repeat(plan, history_);
  return std::make_unique<connection::Replica>(*plan_.images, machine_options(plan), wanted);
}

Rerun::Machine Rerun::machine_before(Instant goal, Instant behind, bool brief) {
  connection::Replica* kept = moments_.before(goal, std::min(behind, goal), brief);
  Machine machine = kept != nullptr ? kept->split() : nullptr;
  if (!machine) return boot([](ProbeShared&) {});
  machine->probe().hold_event = kProbeNever;
  if (options_.commands.size() >= abi::kControlSlots) foretell(*machine);
  return machine;
}

void Rerun::foretell(connection::Replica& machine) const { machine.foretell(options_.commands, options_.store); }

void Rerun::forget() {
  here_.reset();
  scout_.reset();
  searcher_.reset();
  moments_.clear();
  times_.clear();
  searched_.clear();
  known_to_ = known_from_ = 0;
  hits_.clear();
}

// What was done to a run that has grown comes after all that was known: the machines are told, and go on.
void Rerun::learn() {
  if (known_ == history_.size() && known_ != 0) return;
  BootPlan plan = plan_;
  repeat(plan, history_);
  connection::MachineOptions options = machine_options(plan);
  const auto& before = options_.commands;
  const bool longer =
      known_ != 0 && before.size() <= options.commands.size() &&
      same(before, {options.commands.begin(), options.commands.begin() + std::ptrdiff_t(before.size())});
  if (!longer) forget();
  const bool more = options.commands.size() != before.size() || options.store != options_.store;
  options_ = std::move(options);
  if (more) {
    moments_.each([&](connection::Replica& machine) { foretell(machine); });
    if (here_) foretell(*here_);
    if (scout_) foretell(*scout_);
  }
  known_ = history_.size();
}

void Rerun::move(const Motion& motion) {
  if (moving()) return;
  motion_ = motion;
  event_goal_.reset();
  nth_goal_.reset();
  interrupted_ = false;
  retries_ = 0;
  behind_ = kMargin;
  look_ = false;
  stage_ = Stage::Scout;
}

void Rerun::move_to_event(model::EventNumber event) {
  move({});
  event_goal_ = event;
}

void Rerun::move_to_place(std::uint64_t nth) {
  move({});
  nth_goal_ = nth;
}

void Rerun::look_behind(Instant behind) {
  Motion motion;
  motion.kind = Motion::Kind::Until;
  motion.until = instant_;
  move(motion);
  behind_ = std::min(std::max(behind, kMargin), instant_);
  look_ = true;
}

void Rerun::interrupt() {
  if (moving()) interrupted_ = true;
}

std::optional<Stop> Rerun::poll(std::chrono::microseconds budget) {
  const auto until = Clock::now() + budget;
  try {
    while (moving()) {
      const auto left = std::chrono::duration_cast<std::chrono::microseconds>(until - Clock::now());
      if (auto stop = advance(std::max(left, std::chrono::microseconds{0}))) return stop;
      if (left.count() <= 0) break;
    }
  } catch (const std::exception& error) {
    forget();
    stage_ = Stage::Standing;
    return Stop{Stop::Why::Lost, instant_, {}, 0, error.what()};
  }
  return std::nullopt;
}

Stop Rerun::stand(Stop stop) {
  if (here_) {
    instant_ = here_->probe().instructions;
    event_ = here_->probe().events;
    if (times_.size() == known_ &&
        event_ != model::EventNumber(std::ranges::upper_bound(times_, instant_) - times_.begin()))
      throw MachineError("executed again, the events came at other times; the next step begins anew");
  }
  registers_.reset();
  stage_ = Stage::Standing;
  stop.instant = instant_;
  if (here_ && here_->is_one_by_one() && moments_.wants_near(instant_ + 1)) moments_.keep_near(here_->split());
  return stop;
}

std::optional<Stop> Rerun::advance(std::chrono::microseconds wait) {
  switch (stage_) {
    case Stage::Standing:
      return std::nullopt;
    case Stage::Scout:
      if (interrupted_) {
        searcher_.reset();
        return stand({Stop::Why::Interrupted, instant_, {}, 0, {}});
      }
      if (!scouted(wait)) return std::nullopt;
      return plan_motion();
    case Stage::Approach:
    case Stage::Arrive:
      if (!here_->held(wait)) {
        if (interrupted_) here_->probe().hold_instruction = 0;
        return std::nullopt;
      }
      return approach();
    case Stage::Step:
      if (!here_->held(wait)) {
        if (interrupted_) here_->probe().hold_instruction = 0;
        return std::nullopt;
      }
      return stepped();
  }
  return std::nullopt;
}

std::optional<Stop> Rerun::plan_motion() {
  if (event_goal_) {
    const auto goal = instant_of(std::min<model::EventNumber>(*event_goal_, known_));
    return seek(goal.value_or(0), {Stop::Why::Arrived, 0, {}, 0, {}});
  }
  if (nth_goal_) return plan_nth();
  switch (motion_.kind) {
    case Motion::Kind::Until: {
      const Instant goal = std::min(motion_.until, end());
      return seek(goal, {goal == motion_.until ? Stop::Why::Arrived : Stop::Why::End, 0, {}, 0, {}}, After::Stand,
                  look_);
    }
    case Motion::Kind::Continue:
      return plan_continue();
    case Motion::Kind::Instruction:
    case Motion::Kind::Leave:
      if (!here_) return seek(instant_, {}, After::Plan);
      if (motion_.direction == Direction::Forward) return step();
      return step_back();
  }
  return std::nullopt;
}

std::optional<Stop> Rerun::seek(Instant goal, Stop arriving, After after, bool anew) {
  goal_ = goal;
  arriving_ = std::move(arriving);
  after_ = after;
  if (here_ && instant_ == goal && !anew) return approach();
  if (!here_ || instant_ > goal || anew) here_ = machine_before(goal, behind_, !anew);
  stage_ = Stage::Approach;
  return std::nullopt;
}

// Called with the machine held.
std::optional<Stop> Rerun::approach() {
  ProbeShared& probe = here_->probe();
  const Instant now = probe.instructions;
  if (interrupted_ && stage_ != Stage::Standing) {
    interrupted_ = false;
    goal_ = std::min(std::max(now, here_->is_one_by_one() ? now : now + kMargin), std::max(now, end()));
    arriving_ = {Stop::Why::Interrupted, 0, {}, 0, {}};
    after_ = After::Stand;
  }
  if (now > goal_) {
    if (++retries_ > kMostRetries) throw MachineError("the debugger's machine can't be held at an instruction");
    behind_ = std::max(behind_, kMargin) * 2;
    here_ = machine_before(goal_, behind_, false);
    stage_ = Stage::Approach;
    return std::nullopt;
  }
  if (now == goal_) {
    behind_ = kMargin;
    if (after_ == After::Stand) return arrived();
    (void)stand({});
    stage_ = Stage::Scout;
    return plan_motion();
  }
  probe.stepping = 0;
  const bool far = goal_ - now > (here_->is_one_by_one() ? std::max(kFarFromHere, behind_) : behind_);
  if (here_->is_one_by_one() && !far && now + kKeptBehind >= goal_ && moments_.wants_near(goal_))
    moments_.keep_near(here_->split());
  here_->one_by_one(!far);
  probe.logging = far ? 0 : 1;
  probe.hold_instruction = hold_before_goal(far);
  stage_ = far ? Stage::Approach : Stage::Arrive;
  here_->release();
  return std::nullopt;
}

Instant Rerun::hold_before_goal(bool far) const {
  const Instant now = here_->probe().instructions;
  if (far) return goal_ - behind_;
  const bool keeps = goal_ - now > kKeptBehind && goal_ - now <= kMargin && moments_.wants_near(goal_);
  return keeps ? goal_ - kKeptBehind : goal_;
}

// An instruction that faulted is begun twice: the second time is not another stop.
std::optional<Stop> Rerun::arrived() {
  if (arriving_.why == Stop::Why::Place && arriving_.place && arriving_.place->kind == debugger::Place::Kind::Execute &&
      is_begun_again()) {
    (void)stand({});
    stage_ = Stage::Scout;
    return plan_motion();
  }
  return stand(arriving_);
}

bool Rerun::is_begun_again() const {
  const ProbeShared& probe = here_->probe();
  const std::uint64_t there = connection::newest_steps(probe);
  const std::uint32_t pc = probe.pc;
  if (pc >= abi::kUserEnd || there < 2) return false;
  bool kernel = false;
  for (std::uint64_t i = 1; i <= there; ++i) {
    const connection::ProbeStep& step = probe.log[(probe.logged - i) % kProbeLog];
    if (step.instruction >= probe.instructions) continue;
    if (step.pc >= abi::kUserEnd) {
      kernel = true;
      continue;
    }
    if (step.env == probe.running) return kernel && step.pc == pc;
  }
  return false;
}

std::optional<Stop> Rerun::step() {
  if (instant_ >= end()) return stand({Stop::Why::End, 0, {}, 0, {}});
  if (has_data() && (!knows(instant_) || known_to_ <= instant_)) {
    search_more(Direction::Forward);
    return std::nullopt;
  }
  from_ = instant_;
  ProbeShared& probe = here_->probe();
  here_->one_by_one(true);  // at the very first instruction it is not yet
  const bool anyone = motion_.env == debugger::kAnyone;
  probe.step_env = anyone ? connection::kProbeAnyone : motion_.env;
  const bool leaving = motion_.kind == Motion::Kind::Leave;
  probe.leave_count = leaving ? std::uint32_t(std::min(motion_.leave.size(), Motion::kMostRanges)) : 0;
  probe.arrive_count = leaving ? std::uint32_t(std::min(motion_.arrive.size(), Motion::kMostRanges)) : 0;
  for (std::uint32_t i = 0; i < probe.leave_count; ++i)
    probe.leave[i] = {motion_.leave[i].first, motion_.leave[i].end - 1};
  for (std::uint32_t i = 0; i < probe.arrive_count; ++i) probe.arrive[i] = probe_place(motion_.arrive[i]);
  probe.stepping = 1;
  probe.logging = 1;
  probe.hold_instruction = has_data() ? std::min(end(), known_to_) : end();
  stage_ = Stage::Step;
  here_->release();
  return std::nullopt;
}

// Called with the machine held.
std::optional<Stop> Rerun::stepped() {
  ProbeShared& probe = here_->probe();
  if (interrupted_) {
    interrupted_ = false;
    probe.stepping = 0;
    return stand({Stop::Why::Interrupted, 0, {}, 0, {}});
  }
  const bool over = probe.instructions >= end();
  if (!over && probe.has_stepped == 0 && has_data() && probe.instructions >= known_to_ &&
      !touched(from_, probe.instructions)) {
    (void)stand({});
    stage_ = Stage::Scout;  // what comes next is searched for data first
    return std::nullopt;
  }
  if (!over && motion_.kind == Motion::Kind::Instruction && ++retries_ <= kMostRetries && is_begun_again()) {
    here_->release();
    return std::nullopt;
  }
  probe.stepping = 0;
  if (const auto hit = touched(from_, probe.instructions)) return stand(*hit);
  return stand({over ? Stop::Why::End : Stop::Why::Arrived, 0, {}, 0, {}});
}

// The last instruction before this one, out of what was executed one by one; when that does not reach back far enough,
// it is executed again, from further behind.
std::optional<Stop> Rerun::step_back() {
  if (instant_ == 0) return stand({Stop::Why::Beginning, 0, {}, 0, {}});
  const ProbeShared& probe = here_->probe();
  const std::uint64_t there = connection::newest_steps(probe);
  const std::uint32_t pc = probe.pc;
  Instant next = instant_;
  bool kernel = false;
  for (std::uint64_t i = 1; i <= there; ++i) {
    const connection::ProbeStep& step = probe.log[(probe.logged - i) % kProbeLog];
    if (step.instruction >= next) continue;
    next = step.instruction;
    if (step.pc >= abi::kUserEnd) kernel = true;
    if (step.in_slot != 0 || (motion_.env != debugger::kAnyone && step.env != motion_.env)) continue;
    if (kernel && step.pc == pc && step.pc < abi::kUserEnd) continue;  // begun, and begun again
    return seek(step.instruction, {Stop::Why::Arrived, 0, {}, 0, {}});
  }
  if (next == 0 || behind_ >= instant_) return seek(0, {Stop::Why::Beginning, 0, {}, 0, {}});
  behind_ = std::min<Instant>(std::max(behind_, kMargin) * 16, instant_);
  return seek(instant_, {}, After::Plan, true);
}

}  // namespace exo::session
