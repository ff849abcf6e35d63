// The process behind a replica: a QEMU that was started, or one that another one split off.
#pragma once
#include <sys/types.h>

#include <memory>
#include <string>

#include "explorer/connection/file_descriptor.hpp"
#include "explorer/connection/qemu_process.hpp"

namespace exo::connection {

class ReplicaProcess {
 public:
  ReplicaProcess() = default;
  /// Ends it at once.
  virtual ~ReplicaProcess() = default;
  ReplicaProcess(const ReplicaProcess&) = delete;
  ReplicaProcess& operator=(const ReplicaProcess&) = delete;

  /// Where the probe says that the processor is held, and hears what is wanted.
  [[nodiscard]] virtual int socket() const = 0;
  /// Readable as soon as it has died; for poll(2).
  [[nodiscard]] virtual int death_handle() const = 0;
  [[nodiscard]] virtual bool alive() = 0;
  /// How it ended, in words.
  [[nodiscard]] virtual std::string ending() const = 0;
  [[nodiscard]] virtual pid_t pid() const = 0;
  /// A line for QEMU's monitor, and what it answers. Throws MachineError: there is none.
  virtual std::string monitor(const std::string& line) = 0;
};

/// Starts QEMU; the guest begins to execute as soon as it is up. Throws InputError or MachineError.
[[nodiscard]] std::unique_ptr<ReplicaProcess> boot_process(const QemuFiles& files);

/// One that was split off: this end of its socket, its number. Throws MachineError: it is gone already.
[[nodiscard]] std::unique_ptr<ReplicaProcess> split_process(FileDescriptor socket, pid_t pid);

}  // namespace exo::connection
