// A second machine that executes a run again, to be held at any of its instructions. It takes the same path as the
// first one, because a run depends on what the machine was booted with and on nothing else.
//
// It only goes forward: going back is a new one. Not thread-safe.
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "explorer/connection/control_writer.hpp"
#include "explorer/connection/gate.hpp"
#include "explorer/connection/guest_images.hpp"
#include "explorer/connection/guest_memory.hpp"
#include "explorer/connection/machine.hpp"
#include "explorer/connection/probe.hpp"
#include "explorer/connection/qemu_process.hpp"
#include "explorer/connection/qmp_client.hpp"

namespace exo::connection {

class Replica {
 public:
  using Wanted = std::function<void(ProbeShared&)>;
  /// Starts QEMU; the guest runs at once, to where `wanted` says that it is to be held. `options.stop` means nothing
  /// here. Throws InputError or MachineError.
  Replica(const GuestImages& images, const MachineOptions& options, const Wanted& wanted);
  ~Replica();
  Replica(const Replica&) = delete;
  Replica& operator=(const Replica&) = delete;

  /// What is wanted and what happened. To be written only while held().
  [[nodiscard]] ProbeShared& probe() const { return probe_.shared(); }
  [[nodiscard]] const GuestMemory& memory() const { return memory_; }

  /// Lets it go on.
  void release();
  /// Whether it is held; waits at most so long. Throws MachineError: QEMU is gone.
  bool held(std::chrono::microseconds timeout);
  [[nodiscard]] bool is_held() const { return held_; }

  /// Blocks of one instruction, so that it can be held at each; takes effect within one timer tick. Some twenty times
  /// slower. While held.
  void one_by_one(bool on);
  [[nodiscard]] bool is_one_by_one() const { return one_by_one_; }
  /// The registers in the words of QEMU's monitor. Only while held.
  [[nodiscard]] std::string register_text();
  [[nodiscard]] pid_t pid() const { return process_.pid(); }

 private:
  GuestMemory memory_;
  ProbeMemory probe_;
  ControlWriter controls_;
  QemuProcess process_;
  Gate gate_;
  QmpClient qmp_;
  bool held_ = false, one_by_one_ = false;

  [[nodiscard]] std::string monitor(const std::string& line);
};

}  // namespace exo::connection
