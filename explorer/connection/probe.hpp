// The explorer's side of the probe: the memory that both share, and the plugin itself (probe_plugin.cpp).
#pragma once
#include <algorithm>
#include <string>

#include "explorer/connection/file_descriptor.hpp"
#include "explorer/connection/probe_shared.hpp"

namespace exo::connection {

class ProbeMemory {
 public:
  /// Zeroed, holding at the first instruction. Throws MachineError.
  ProbeMemory();
  ~ProbeMemory();
  ProbeMemory(const ProbeMemory&) = delete;
  ProbeMemory& operator=(const ProbeMemory&) = delete;

  /// Takes over what another one knows at this moment: what is wanted, the counts, and the newest of its log.
  void copy(const ProbeMemory& other);

  [[nodiscard]] int file() const { return file_.get(); }
  [[nodiscard]] ProbeShared& shared() const { return *shared_; }

 private:
  FileDescriptor file_;
  ProbeShared* shared_ = nullptr;
};

/// How many of the newest blocks are in the log.
[[nodiscard]] inline std::uint64_t newest_steps(const ProbeShared& probe) {
  const std::uint64_t kept = probe.logged - std::min(probe.log_from, probe.logged);
  return std::min<std::uint64_t>(kept, kProbeLog);
}

/// The plugin's shared object, which is built with the explorer and carried inside it.
[[nodiscard]] std::string probe_plugin_image();

}  // namespace exo::connection
