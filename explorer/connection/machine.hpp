// The running machine: one QEMU with its trace ring, its gate and its control ring, behind a face that hides how a stop
// works.
//
// The guest stops only at the gate, between two events, or (when no event comes) wherever it is. Stops that the machine
// needs for itself - the ring is nearly full, a command is to be put in - are not seen from outside. Not thread-safe:
// one thread makes it, uses it and ends it; nothing here blocks longer than it says.
#pragma once
#include <array>
#include <bitset>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "explorer/connection/control_writer.hpp"
#include "explorer/connection/gate.hpp"
#include "explorer/connection/guest_images.hpp"
#include "explorer/connection/guest_memory.hpp"
#include "explorer/connection/qemu_process.hpp"
#include "explorer/connection/qmp_client.hpp"
#include "explorer/connection/rsp_client.hpp"
#include "explorer/connection/trace_reader.hpp"
#include "kernel/abi/trace_ring.hpp"

namespace exo::connection {

/// When the guest is to stop at the gate.
struct StopConditions {
  std::optional<std::uint64_t> at;     ///< as soon as so many events have been written
  std::bitset<abi::kEventNumbers> on;  ///< right after any event of these kinds
};

struct MachineOptions {
  std::string archive;                        ///< make_boot_archive()
  std::vector<abi::ControlCommand> commands;  ///< known before boot, each with its due_tick
  std::array<std::uint32_t, 4> secret{};      ///< key of the capabilities
  bool tracing = true;                        ///< false: only what TraceShared::tracing says is recorded
  std::uint32_t identifiers = 0;              ///< address-space identifiers that the kernel may use; 0: all
  std::string store;                          ///< packets and programs that commands point to (downloads.hpp)
  StopConditions stop;
  bool flight_recorder = false;  ///< never stop for a full ring: the oldest events are lost
};

/// Puts what the kernel reads at boot into a machine's memory, and returns that. Throws InputError: no room.
GuestMemory& prepare_memory(GuestMemory& memory, const MachineOptions& options);
/// Packets and programs into the place where commands point to them. Throws InputError: there is no room.
void put_in_store(const GuestMemory& memory, std::size_t offset, std::span<const std::uint8_t> bytes);

enum class MachineState {
  Running,
  Stopped,      ///< at the gate, between two events
  Interrupted,  ///< somewhere between two events, because none came
  Dead,         ///< see ending()
};

class Machine {
 public:
  /// Starts QEMU, stopped before the guest's first instruction: call resume(). Throws InputError or MachineError.
  Machine(const GuestImages& images, const MachineOptions& options);
  ~Machine();
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  /// At any time. A condition that has already come true stops at the next event.
  void set_stop(const StopConditions& conditions);
  void resume();
  /// Asks for a stop at the next event, or anywhere when none comes within 50 ms of wall time; poll() tells when.
  void pause();
  /// Looks whether it stopped or died; waits at most `timeout` for that. Never throws.
  MachineState poll(std::chrono::microseconds timeout = std::chrono::microseconds{0});
  [[nodiscard]] MachineState state() const;

  /// Appends the records written since, at most `most`, and keeps the guest going if the ring was full. Returns how
  /// many.
  std::size_t drain(std::vector<abi::TraceRecord>& out, std::size_t most = abi::kTraceCapacity);

  /// At any time: the kernel takes the command at its next timer tick (its due_tick is ignored).
  void inject(const abi::ControlCommand& command);

  /// Bytes of the packet store, before the command that points to them. Throws InputError: outside it.
  void write_store(std::uint32_t offset, std::span<const std::uint8_t> bytes);

  /// Events written since boot, and the kernel's timer tick.
  [[nodiscard]] std::uint64_t head() const { return reader_.head(); }
  [[nodiscard]] std::uint32_t tick() const { return load_shared(memory_.shared().tick); }
  [[nodiscard]] std::uint64_t lost() const { return reader_.lost(); }
  /// What was wrong in the ring since the last call.
  [[nodiscard]] std::vector<std::string> take_complaints() { return reader_.take_complaints(); }
  /// Why it is dead, in one line.
  [[nodiscard]] const std::string& ending() const { return ending_; }
  [[nodiscard]] pid_t pid() const { return process_.pid(); }
  /// What the guest wrote to its serial line since the last call; empty when it can't be asked.
  [[nodiscard]] std::string serial_text();
  [[nodiscard]] const GuestMemory& memory() const { return memory_; }

  /// Ends QEMU: asked, then forced. Also done by the destructor.
  void shutdown();

 private:
  enum class Phase { Running, Draining, Stopped, Interrupted, Dead };
  using Clock = std::chrono::steady_clock;

  void write_stop();
  void look();
  void wait_for_something(std::chrono::microseconds timeout) const;
  void on_gate();
  void on_interrupt();
  void hurry_pause();
  void go_on();
  void put_in_commands();
  void die(const std::string& line);
  [[nodiscard]] bool wanted_stop() const;

  GuestMemory memory_;
  TraceReader reader_;
  ControlWriter controls_;
  QemuProcess process_;
  Gate gate_;
  RspClient gdb_;
  QmpClient qmp_;
  StopConditions conditions_;
  std::deque<abi::ControlCommand> to_inject_;
  std::string ending_;
  Phase phase_ = Phase::Interrupted;  // before the first instruction, so not at the gate
  bool flight_recorder_;
  bool pausing_ = false;          ///< asked for by pause()
  bool interrupting_ = false;     ///< 0x03 was sent and is not answered yet
  std::uint64_t hurry_head_ = 0;  ///< head when the stop was asked for
  Clock::time_point hurry_since_{};
};

}  // namespace exo::connection
