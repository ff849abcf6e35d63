// QEMU's machine protocol (QMP): JSON lines. Used for what gdb cannot say: quit, status, and what the serial line
// printed. The connection is opened by the first command, so that a start does not wait for it.
#pragma once
#include <chrono>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace exo::connection {

class QmpClient {
 public:
  /// Takes a connected socket, which it does not own.
  explicit QmpClient(int socket) : socket_(socket) {}

  /// Executes one command and returns what it returned. Throws MachineError: no answer in time, refused, connection
  /// closed.
  nlohmann::json execute(const std::string& command, const nlohmann::json& arguments,
                         std::chrono::milliseconds timeout);

  /// Asks QEMU to end. Never throws: whoever ends a machine has stronger means at hand.
  void quit(std::chrono::milliseconds timeout) noexcept;
  /// "running", "paused", "debug", "prelaunch", ...
  [[nodiscard]] std::string status();
  /// The newest bytes of the guest's serial line since the last call, at most 64 KiB.
  [[nodiscard]] std::string read_serial();

 private:
  using Clock = std::chrono::steady_clock;
  void open(Clock::time_point until);
  nlohmann::json answer_to(const std::string& command, const nlohmann::json& arguments, Clock::time_point until);
  [[nodiscard]] std::string read_line(Clock::time_point until);

  int socket_;
  bool open_ = false;
  std::string received_;
};

}  // namespace exo::connection
