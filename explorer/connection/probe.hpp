// The explorer's side of the probe: the memory that both share, and the plugin itself (probe_plugin.cpp).
#pragma once
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

  [[nodiscard]] int file() const { return file_.get(); }
  [[nodiscard]] ProbeShared& shared() const { return *shared_; }

 private:
  FileDescriptor file_;
  ProbeShared* shared_ = nullptr;
};

/// The plugin's shared object, which is built with the explorer and carried inside it.
[[nodiscard]] std::string probe_plugin_image();

}  // namespace exo::connection
