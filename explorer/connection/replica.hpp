// A second machine that executes a run again, to be held at any of its instructions. It takes the same path as the
// first one, because a run depends on what the machine was booted with and on nothing else.
//
// It only goes forward. A moment of it can be kept by splitting it: then there are two machines at the same
// instruction, and one of them may wait there and be split again, as often as somebody wants to go on from that moment.
// Not thread-safe.
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "explorer/connection/control_writer.hpp"
#include "explorer/connection/gate.hpp"
#include "explorer/connection/guest_images.hpp"
#include "explorer/connection/guest_memory.hpp"
#include "explorer/connection/machine.hpp"
#include "explorer/connection/probe.hpp"
#include "explorer/connection/replica_process.hpp"

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

  /// Another machine at the same instruction, held as this one is, with memory of its own; it lives on without this
  /// one. Nothing when this QEMU can't be split. Costs about as much as copying the memory that the guest has touched.
  /// Only while held. Throws MachineError.
  [[nodiscard]] std::unique_ptr<Replica> split();

  /// Tells it what is done to the run from here on: `commands` are all that the run takes, those that it has taken
  /// among them; `store` is what they point to. Only while held.
  void foretell(std::span<const abi::ControlCommand> commands, const std::string& store);

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
  [[nodiscard]] pid_t pid() const { return process_->pid(); }

 private:
  GuestMemory memory_;
  ProbeMemory probe_;
  std::unique_ptr<ReplicaProcess> process_;
  Gate gate_{-1};
  bool held_ = false, one_by_one_ = false;

  /// Without a process yet.
  Replica(const GuestMemory& memory, const ProbeMemory& probe, bool one_by_one);
  void wait_until_held();
};

}  // namespace exo::connection
