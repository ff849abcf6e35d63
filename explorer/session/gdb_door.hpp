// gdb beside the window: both stand at one run and have one cursor. What gdb asks goes through the window's debugger,
// so that stops of either one stop both, and the window follows each step.
//
// gdb believes that nothing moves while it waits for a command. So nothing is told to it then: it asks for what it does
// not know, hears that the run was moved, and looks again (remote/conversation.hpp).
#pragma once
#include <chrono>
#include <string>

#include "explorer/remote/server.hpp"
#include "explorer/session/debugging.hpp"
#include "explorer/session/rerun.hpp"

namespace exo::session {

/// The window's run, as gdb's. Without one it moves for ever.
class SharedRun final : public debugger::Target {
 public:
  /// Both outlive the use, which detach() ends.
  void attach(Rerun& rerun, Debugging& debugging);
  void detach();
  [[nodiscard]] bool is_attached() const { return rerun_ != nullptr; }

  [[nodiscard]] debugger::Instant instant() const override { return rerun_->instant(); }
  [[nodiscard]] debugger::Environment running() const override { return rerun_->running(); }
  [[nodiscard]] std::vector<debugger::Thread> threads() const override { return rerun_->threads(); }
  [[nodiscard]] std::vector<debugger::Thread> everyone() const override { return rerun_->everyone(); }
  [[nodiscard]] debugger::Program program(debugger::Environment env) const override { return rerun_->program(env); }
  [[nodiscard]] std::optional<debugger::Registers> registers(debugger::Environment env) override;
  [[nodiscard]] std::size_t read(debugger::Environment env, std::uint32_t address, std::span<std::byte> out) override;
  [[nodiscard]] std::size_t read_physical(std::uint32_t address, std::span<std::byte> out) override;
  void set_places(std::vector<debugger::Place> places) override;
  void move(const debugger::Motion& motion) override;
  [[nodiscard]] bool moving() const override;
  [[nodiscard]] std::optional<debugger::Stop> poll(std::chrono::microseconds budget) override;
  void interrupt() override;
  [[nodiscard]] std::string command(std::string_view line) override { return rerun_->command(line); }

 private:
  Rerun* rerun_ = nullptr;
  Debugging* debugging_ = nullptr;
};

class GdbDoor {
 public:
  explicit GdbDoor(remote::Listener listener);
  ~GdbDoor() { detach(); }
  GdbDoor(const GdbDoor&) = delete;
  GdbDoor& operator=(const GdbDoor&) = delete;

  /// From now on gdb finds this run. The debugger shows who is there.
  void attach(Rerun& rerun, Debugging& debugging);
  /// The run ends: gdb's connection is closed. It may come again.
  void detach();
  [[nodiscard]] bool is_attached() const { return run_.is_attached(); }
  /// Serves gdb for about `budget` while it talks; returns at once while it is silent.
  void pump(std::chrono::microseconds budget);
  [[nodiscard]] bool moves() const { return server_.moves(); }
  [[nodiscard]] const std::string& address() const { return server_.address(); }

 private:
  SharedRun run_;
  remote::Server server_;
  Debugging* debugging_ = nullptr;
  std::string command_;
};

}  // namespace exo::session
