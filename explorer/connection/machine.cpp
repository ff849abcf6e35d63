#include "explorer/connection/machine.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>

#include "explorer/common/error.hpp"
#include "kernel/abi/downloads.hpp"
#include "kernel/abi/memory_layout.hpp"
#include "kernel/abi/tables.hpp"

namespace exo::connection {

namespace {

constexpr std::uint64_t kRingMargin = 1024;         // records kept free before the guest is stopped for a full ring
constexpr std::uint64_t kFarAway = 1u << 30;        // well inside what a signed 32-bit difference can tell apart
constexpr std::chrono::milliseconds kNoEvent{50};   // then a stop does not wait for an event any longer
constexpr std::chrono::seconds kInterruptTime{10};  // QEMU hangs when it does not answer an interrupt in this time
constexpr std::chrono::milliseconds kQuitTime{300};

QemuFiles files_of(const GuestMemory& memory, const GuestImages& images, const MachineOptions& options) {
  return {memory.file(), images.kernel, options.archive, images.gates, images.debug_vector};
}

}  // namespace

void put_in_store(const GuestMemory& memory, std::size_t offset, std::span<const std::uint8_t> bytes) {
  if (offset > abi::kPacketStoreBytes || bytes.size() > abi::kPacketStoreBytes - offset)
    throw InputError(fmt::format("the machine has room for {} KiB of packets, and it is used up; boot it again",
                                 abi::kPacketStoreBytes / 1024));
  std::ranges::copy(std::as_bytes(bytes), memory.ram().begin() + std::ptrdiff_t(abi::kPacketStorePhysical + offset));
}

// Everything the kernel reads at boot is there before QEMU starts.
GuestMemory& prepare_memory(GuestMemory& memory, const MachineOptions& options) {
  abi::TraceShared& shared = memory.shared();
  std::ranges::copy(options.secret, shared.secret);
  shared.tracing = options.tracing ? 1 : 0;
  shared.identifiers = options.identifiers;
  put_in_store(memory, 0, {reinterpret_cast<const std::uint8_t*>(options.store.data()), options.store.size()});
  store_shared(shared.host_magic, abi::kTraceMagic);
  return memory;
}

Machine::Machine(const GuestImages& images, const MachineOptions& options)
    : reader_(memory_.shared(), memory_.ring()),
      controls_(prepare_memory(memory_, options).shared()),
      process_(files_of(memory_, images, options)),
      gate_(process_.gate_socket()),
      gdb_(process_.gdb_socket()),
      qmp_(process_.qmp_socket()),
      conditions_(options.stop),
      flight_recorder_(options.flight_recorder) {
  controls_.prepare(options.commands);
  write_stop();
  try {
    gdb_.greet();
  } catch (const MachineError& error) {
    // A QEMU that ended at once says why better than its closed connection does.
    process_.wait_for_death(std::chrono::milliseconds{100});
    throw MachineError(process_.alive() ? error.what() : "the machine did not start: " + process_.ending());
  }
}

Machine::~Machine() { shutdown(); }

MachineState Machine::state() const {
  switch (phase_) {
    case Phase::Running:
    case Phase::Draining:
      return MachineState::Running;
    case Phase::Stopped:
      return MachineState::Stopped;
    case Phase::Interrupted:
      return MachineState::Interrupted;
    case Phase::Dead:
      break;
  }
  return MachineState::Dead;
}

void Machine::write_stop() {
  const std::uint64_t position = reader_.position();
  std::uint64_t at = position + (flight_recorder_ ? kFarAway : abi::kTraceCapacity - kRingMargin);
  if (conditions_.at) at = std::min(at, *conditions_.at);
  if (pausing_ || !to_inject_.empty()) at = std::min(at, reader_.head());
  // A condition long past must not look like one far ahead.
  if (at < position) at = position;
  abi::TraceShared& shared = memory_.shared();
  store_shared(shared.stop_at, std::uint32_t(at));
  for (std::size_t event = 0; event < abi::kEventNumbers; ++event) {
    const bool for_commands = event == std::size_t(abi::Event::ControlTaken) && controls_.has_waiting();
    std::atomic_ref<std::uint8_t>(shared.stop_on[event]).store(conditions_.on[event] || for_commands);
  }
}

void Machine::set_stop(const StopConditions& conditions) {
  conditions_ = conditions;
  write_stop();
}

bool Machine::wanted_stop() const {
  if (pausing_) return true;
  if (conditions_.at && reader_.head() >= *conditions_.at) return true;
  const std::uint16_t newest = reader_.newest_event();
  return newest < abi::kEventNumbers && conditions_.on[newest];
}

void Machine::resume() {
  pausing_ = false;
  if (phase_ != Phase::Stopped && phase_ != Phase::Interrupted) {
    if (phase_ != Phase::Dead) write_stop();
    return;
  }
  try {
    go_on();
  } catch (const MachineError& error) {
    die(error.what());
  }
}

void Machine::go_on() {
  write_stop();
  if (phase_ == Phase::Interrupted)
    gdb_.go_on();
  else
    gate_.release();
  phase_ = Phase::Running;
  hurry_head_ = reader_.head();
  hurry_since_ = Clock::now();
}

void Machine::pause() {
  if (phase_ == Phase::Draining) {
    phase_ = Phase::Stopped;
    return;
  }
  if (phase_ != Phase::Running || pausing_) return;
  pausing_ = true;
  hurry_head_ = reader_.head();
  hurry_since_ = Clock::now();
  write_stop();
}

MachineState Machine::poll(std::chrono::microseconds timeout) {
  try {
    if (phase_ == Phase::Running) {
      if (timeout.count() > 0) wait_for_something(timeout);
      look();
    }
    if (phase_ != Phase::Dead && !process_.alive()) die("");
  } catch (const MachineError& error) {
    die(error.what());
  }
  return state();
}

void Machine::wait_for_something(std::chrono::microseconds timeout) const {
  std::array<pollfd, 3> watched{
      {{process_.gate_socket(), POLLIN, 0}, {process_.gdb_socket(), POLLIN, 0}, {process_.death_handle(), POLLIN, 0}}};
  const timespec time{timeout.count() / 1'000'000, timeout.count() % 1'000'000 * 1000};
  // Interrupted by a signal is as good as timed out: the caller has its own idea of what to do next.
  ::ppoll(watched.data(), watched.size(), &time, nullptr);
}

void Machine::look() {
  if (gate_.reached()) return on_gate();
  const auto cause = gdb_.poll_stop();
  if (!cause) return hurry_pause();
  if (*cause == StopCause::Exited) {
    process_.wait_for_death(kQuitTime);
    return die("");
  }
  on_interrupt();
}

void Machine::hurry_pause() {
  if (!pausing_ && to_inject_.empty()) return;
  const auto waited = Clock::now() - hurry_since_;
  if (interrupting_) {
    if (waited > kInterruptTime) die("QEMU hangs: it does not answer an interrupt");
  } else if (reader_.head() != hurry_head_) {
    hurry_head_ = reader_.head();  // events come, so the gate is near
    hurry_since_ = Clock::now();
  } else if (waited > kNoEvent) {
    gdb_.interrupt();
    interrupting_ = true;
    hurry_since_ = Clock::now();
  }
}

// An interrupt may be on its way: QEMU answers it once the gate is left, see on_interrupt.
void Machine::on_gate() {
  const bool wanted = wanted_stop();
  phase_ = Phase::Stopped;
  put_in_commands();
  if (wanted) {
    pausing_ = false;
    return;
  }
  phase_ = Phase::Draining;
  const std::uint64_t unread = reader_.head() - reader_.position();
  if (flight_recorder_ || unread + kRingMargin < abi::kTraceCapacity) go_on();
}

void Machine::on_interrupt() {
  interrupting_ = false;
  phase_ = Phase::Interrupted;
  const bool wanted = pausing_;
  pausing_ = false;
  if (!to_inject_.empty() && controls_.may_insert(false)) put_in_commands();
  // Otherwise it was for commands, or came too late: the gate was reached first.
  if (!wanted) go_on();
}

void Machine::put_in_commands() {
  if (std::string complaint = controls_.refresh(); !complaint.empty()) reader_.complain(std::move(complaint));
  for (; !to_inject_.empty(); to_inject_.pop_front()) controls_.insert(to_inject_.front());
}

void Machine::inject(const abi::ControlCommand& command) {
  if (phase_ == Phase::Dead) return;
  to_inject_.push_back(command);
  if (phase_ == Phase::Running) {
    hurry_head_ = reader_.head();
    hurry_since_ = Clock::now();
    write_stop();
  } else if (controls_.may_insert(phase_ != Phase::Interrupted)) {
    put_in_commands();
  }
}

void Machine::write_store(std::uint32_t offset, std::span<const std::uint8_t> bytes) {
  put_in_store(memory_, offset, bytes);
}

std::size_t Machine::drain(std::vector<abi::TraceRecord>& out, std::size_t most) {
  const std::uint64_t before = reader_.position();
  const std::size_t count = reader_.read(out, most);
  if (phase_ == Phase::Dead) return count;
  if (phase_ == Phase::Draining && most != 0 && reader_.position() == before) reader_.skip_unreadable();
  if (count != 0) write_stop();
  if (phase_ == Phase::Draining && reader_.head() == reader_.position()) {
    try {
      go_on();
    } catch (const MachineError& error) {
      die(error.what());
    }
  }
  return count;
}

std::string Machine::serial_text() {
  if (phase_ == Phase::Dead) return {};
  try {
    return qmp_.read_serial();
  } catch (const MachineError&) {
    return {};
  }
}

void Machine::die(const std::string& line) {
  if (phase_ == Phase::Dead) return;
  phase_ = Phase::Dead;
  // A closed connection is seen a moment before the child can be reaped; what it died of says more.
  const bool ended = process_.wait_for_death(std::chrono::milliseconds{100});
  ending_ = ended ? process_.ending() : line;
  process_.end();
  if (ending_.empty()) ending_ = process_.ending();
}

void Machine::shutdown() {
  // A guest that is held at the gate, or reaches it now, ends by that; any other is asked.
  process_.close_gate();
  if (phase_ != Phase::Dead && process_.alive()) {
    qmp_.quit(kQuitTime);
    process_.wait_for_death(kQuitTime);
  }
  process_.end();
  if (phase_ != Phase::Dead) ending_ = "the machine was shut down";
  phase_ = Phase::Dead;
}

}  // namespace exo::connection
