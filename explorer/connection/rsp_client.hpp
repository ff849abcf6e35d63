// The gdb connection: puts the breakpoint on the gate, lets the guest run, notices that it stopped, steps over the
// gate.
//
// Two facts of QEMU shape it. While the guest runs, any byte sent stops it: so nothing is sent then, and an
// acknowledgement goes out with the next packet. A single step ignores breakpoints: so a step from the gate and then
// `c` goes on.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "explorer/connection/rsp_packet.hpp"

namespace exo::connection {

/// Places in read_registers().
enum class Register : std::size_t {
  StackPointer = 29,
  ReturnAddress = 31,
  Status = 32,
  BadAddress = 35,
  Cause = 36,
  Pc = 37
};

enum class StopCause { Breakpoint, Interrupt, Exited, Other };

class RspClient {
 public:
  /// Takes a connected socket, which it does not own. The guest must be stopped.
  explicit RspClient(int socket) : socket_(socket) {}

  /// All of these throw MachineError when QEMU does not answer in time, or closed the connection.
  /// Waits until QEMU is up.
  void greet();
  void set_breakpoint(std::uint32_t address);
  void clear_breakpoint(std::uint32_t address);
  void step();
  void go_on();
  /// Asks a running guest to stop wherever it is; the stop comes through poll_stop.
  void interrupt();
  /// The registers of a stopped guest in gdb's legacy MIPS layout (32 general, then kStatus and so on).
  [[nodiscard]] std::vector<std::uint32_t> read_registers();

  [[nodiscard]] bool running() const { return running_; }
  /// The stop of a running guest, if it has come. Waits at most so long.
  [[nodiscard]] std::optional<StopCause> poll_stop(std::chrono::microseconds timeout = std::chrono::microseconds{0});

 private:
  using Clock = std::chrono::steady_clock;
  void send(std::string_view bytes);
  void send_packet(std::string_view payload);
  [[nodiscard]] std::string request(std::string_view payload);
  /// Reads what there is, waiting until `until` for the first byte; false when nothing came.
  bool receive(Clock::time_point until);
  [[nodiscard]] std::string await_packet(std::string_view after);
  void await_acknowledgement(std::string_view after);

  int socket_;
  PacketParser parser_;
  bool running_ = false;
  bool owes_acknowledgement_ = false;
};

}  // namespace exo::connection
