// One QEMU, from start to its last byte. Nothing of it has a name in the file system: RAM, kernel and archive are
// anonymous files, gdb, QMP and the gate speak over socket pairs, so there is nothing to clean up however either side
// ends.
//
// Invariant: the child never outlives this object (QMP quit, SIGTERM, SIGKILL, always reaped) nor the thread that made
// it (parent-death signal), so make it in a thread that lives as long as the machine.
#pragma once
#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "explorer/connection/file_descriptor.hpp"

namespace exo::connection {

struct QemuFiles {
  int ram;                           ///< file of abi::kRamBytes, shared with the guest
  std::string kernel;                ///< bytes of kernel.elf
  std::string archive;               ///< bytes of the boot archive
  std::vector<std::uint32_t> gates;  ///< addresses of the instructions that end an event
  std::string debug_vector = {};     ///< code for the ROM, where a debug exception goes; empty: what QEMU has there
  int probe = -1;                    ///< file of ProbeShared: with the probe instead of the gate; -1: the gate
};

class QemuProcess {
 public:
  /// Starts QEMU stopped before the guest's first instruction. Throws InputError when QEMU is not installed,
  /// MachineError when it cannot be started.
  explicit QemuProcess(const QemuFiles& files);
  ~QemuProcess();
  QemuProcess(const QemuProcess&) = delete;
  QemuProcess& operator=(const QemuProcess&) = delete;

  [[nodiscard]] int gdb_socket() const { return gdb_.get(); }
  [[nodiscard]] int gate_socket() const { return gate_.get(); }
  [[nodiscard]] int qmp_socket() const { return qmp_.get(); }
  /// Readable as soon as the child has died; for poll(2).
  [[nodiscard]] int death_handle() const { return watch_.get(); }
  [[nodiscard]] pid_t pid() const { return pid_; }

  /// True while the child lives; reaps it when it does not.
  [[nodiscard]] bool alive();
  /// How it ended, in one line with the first line QEMU printed. Empty while it lives.
  [[nodiscard]] std::string ending() const;

  /// Waits until the child is dead, at most so long.
  bool wait_for_death(std::chrono::milliseconds timeout);
  /// Ends a QEMU whose guest is held at the gate or reaches it, where it can't be asked: its plugin leaves then.
  void close_gate() { gate_.reset(); }
  /// SIGTERM, a short wait, SIGKILL, reap. The polite request by QMP comes before (see Machine).
  void end();
  /// SIGKILL and reap: for a machine of which nothing is wanted any more.
  void end_now();

 private:
  void spawn(const QemuFiles& files);
  [[nodiscard]] std::string printed() const;

  FileDescriptor gdb_, qmp_, gate_, watch_, output_;
  pid_t pid_ = -1;
  std::optional<int> status_;  ///< from waitpid, once it is dead
};

/// Full path of qemu-system-mipsel: $EXOSCOPE_QEMU, or found in $PATH. Throws InputError naming the package.
[[nodiscard]] std::string find_qemu();

}  // namespace exo::connection
