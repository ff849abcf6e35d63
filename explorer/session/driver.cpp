#include "explorer/session/driver.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "explorer/scenario/plan.hpp"
#include "kernel/abi/downloads.hpp"

namespace exo::session {
namespace {

using connection::MachineState;
using std::chrono::microseconds;

/// No two events are nearer than this: the kernel needs some 16 instructions to write one. A goal in time is approached
/// by letting at most so many events happen as fit into what is left, and looking again.
constexpr model::Ticks kLeastTicksAnEvent = 40;
constexpr microseconds kLongestWait{5000};

void nearer(connection::StopConditions& conditions, std::uint64_t at) {
  conditions.at = conditions.at ? std::min(*conditions.at, at) : at;
}

void add_time(connection::StopConditions& conditions, const model::History& history, model::Ticks goal) {
  const model::Ticks now = history.newest().now;
  const model::Ticks left = goal > now ? goal - now : 0;
  nearer(conditions, history.size() + std::max<std::uint64_t>(1, left / kLeastTicksAnEvent));
}

model::Ticks ticks_of(double micros) { return model::Ticks(micros * 1000.0 / abi::kNanosecondsPerTick); }

}  // namespace

Driver::Driver(const BootPlan& plan, const Boot& boot, model::EventNumber until)
    : teller_(plan.scenario), store_(plan.scenario->store), until_(until) {
  guest_ = boot(plan);
}

void Driver::set_goal(const Goal& goal) {
  goal_ = goal;
  if (!guest_) {
    goal_ = Stay{};
    return;
  }
  if (!std::holds_alternative<Stay>(goal) && at_end() && !running_) past_end_ = true;
  if (running_)
    guest_->set_stop(conditions());
  else
    at_stop();
}

void Driver::pause() {
  goal_ = Stay{};
  if (guest_ && running_) guest_->pause();
}

void Driver::inject(const abi::ControlCommand& command) {
  if (guest_) guest_->inject(command);
}

void Driver::inject_from_store(abi::ControlCommand command, std::optional<std::uint32_t> offset, packets::View bytes) {
  if (!guest_) return;
  if (!offset) throw InputError("there is no more room for packets in this machine; boot it again");
  command.a = *offset;
  guest_->write_store(*offset, bytes);
  guest_->inject(command);
}

void Driver::send(packets::View packet) {
  if (packet.size() < abi::kLeastPacketBytes || packet.size() > abi::kMostPacketBytes)
    throw InputError(fmt::format("the packet has {} bytes; the wire takes {} to {}", packet.size(),
                                 abi::kLeastPacketBytes, abi::kMostPacketBytes));
  const abi::ControlCommand command{0, std::uint16_t(abi::ControlOp::Packet), 0, 0, std::uint32_t(packet.size())};
  inject_from_store(command, store_.add_packet(packet), packet);
}

void Driver::download(std::uint32_t env, std::span<const abi::bpf::Instruction> filter, std::uint32_t order) {
  const abi::ControlCommand command{0, std::uint16_t(abi::ControlOp::Download), std::uint16_t(env), 0,
                                    std::uint32_t(filter.size()) | order << 16};
  inject_from_store(command, store_.add_program(filter), packets::bytes_of(filter));
}

/// Adds what makes the guest stop exactly where the next step begins; the one after it is looked at from there.
void Driver::add_step_conditions(connection::StopConditions& conditions) const {
  const auto next = std::size_t(teller_.next_step());
  if (next >= teller_.scenario().steps.size()) return;
  const auto& trigger = teller_.scenario().steps[next].trigger;
  if (trigger.on)
    conditions.on.set(std::size_t(trigger.on->id));
  else if (trigger.at_us)
    add_time(conditions, history_, ticks_of(*trigger.at_us));
  else
    nearer(conditions, history_.size() + 1);
}

connection::StopConditions Driver::conditions() const {
  connection::StopConditions conditions;
  for (const abi::Event event : teller_.awaited()) conditions.on.set(std::size_t(event));
  if (!past_end_) conditions.on.set(std::size_t(abi::Event::ControlTaken));
  if (until_ != 0) nearer(conditions, until_);
  if (const auto* to = std::get_if<RunToEvent>(&goal_)) nearer(conditions, to->number);
  if (const auto* to = std::get_if<RunToTime>(&goal_)) add_time(conditions, history_, to->ticks);
  if (std::holds_alternative<RunToStep>(goal_)) add_step_conditions(conditions);
  if (history_.size() == 0)
    nearer(conditions, 1);  // the boot is looked at, so that a machine that never boots is noticed
  if (conditions.at) *conditions.at += guest_->lost();
  return conditions;
}

bool Driver::reached() const {
  if (teller_.ended() && !past_end_) return true;
  if (until_ != 0 && history_.size() >= until_) return true;
  if (const auto* to = std::get_if<RunToEvent>(&goal_)) return history_.size() >= to->number;
  if (const auto* to = std::get_if<RunToTime>(&goal_)) return history_.newest().now >= to->ticks;
  if (const auto* to = std::get_if<RunToStep>(&goal_)) return teller_.next_step() > to->step;
  return std::holds_alternative<Stay>(goal_);
}

void Driver::take_records() {
  records_.clear();
  guest_->drain(records_);
  for (auto& complaint : guest_->take_complaints()) history_.complain(std::move(complaint));
  if (records_.empty()) return;
  history_.append(records_);
  teller_.read(history_);
  try {
    if (writer_ && !past_end_) writer_->append(records_);
  } catch (const Error& error) {
    writer_.reset();
    fail(error);
  }
  if (keep_ != 0) history_.keep_newest(keep_);
  if (history_.newest().panicked) {
    const auto& state = history_.newest();
    fail(MachineError(
        fmt::format("the kernel panicked after {} events, at {:.1f} us; this is a kernel bug, please report it",
                    state.number, model::micros(state.now))));
  }
}

void Driver::inject_due() {
  for (const auto& due : teller_.take_due()) {
    try {
      const auto& step = teller_.scenario().steps[std::size_t(due.step)];
      const auto event = history_.event(due.at);
      for (const auto& command : commands_of(teller_.scenario(), step, event, history_.state_at(due.at)))
        guest_->inject(command);
    } catch (const Error& error) {
      fail(error);
    }
  }
}

void Driver::fail(const Error& error) {
  if (!failure_) failure_ = error;
  goal_ = Stay{};
}

/// The guest stands still and everything it wrote has been read: go on, or stay.
void Driver::at_stop() {
  running_ = false;
  inject_due();
  if (reached()) {
    goal_ = Stay{};
    return;
  }
  guest_->set_stop(conditions());
  guest_->resume();
  running_ = true;
}

void Driver::pump(microseconds budget) {
  const auto until = std::chrono::steady_clock::now() + budget;
  while (guest_ && running_) {
    const auto left = std::chrono::duration_cast<microseconds>(until - std::chrono::steady_clock::now());
    const MachineState state = guest_->poll(std::clamp(left, microseconds{0}, kLongestWait));
    take_records();
    if (state == MachineState::Dead) {
      on_death();
    } else if (state != MachineState::Running) {
      while (!records_.empty()) take_records();
      at_stop();
    } else if (failure_) {
      guest_->pause();
    }
    if (std::chrono::steady_clock::now() >= until) return;
  }
  // A machine at rest can die as well.
  if (guest_ && guest_->poll(microseconds{0}) == MachineState::Dead) on_death();
}

void Driver::on_death() {
  do take_records();
  while (!records_.empty());
  fail(MachineError(fmt::format("the machine is gone after {} events: {}", history_.size(), guest_->ending())));
  guest_.reset();
  running_ = false;
}

void Driver::close() {
  if (guest_) {
    guest_->shutdown();
    guest_.reset();
  }
  running_ = false;
  goal_ = Stay{};
  if (!writer_) return;
  try {
    writer_->finish();
  } catch (const Error& error) {
    fail(error);
  }
  writer_.reset();
}

}  // namespace exo::session
