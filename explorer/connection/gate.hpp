// The explorer's side of the gate: notices that the guest is held there, and lets it go on (see gate_plugin.cpp).
#pragma once
#include <string>

namespace exo::connection {

class Gate {
 public:
  /// Takes a connected socket, which it does not own.
  explicit Gate(int socket) : socket_(socket) {}

  /// True when the guest is held at the gate. Does not wait. Throws MachineError when QEMU is gone.
  [[nodiscard]] bool reached();
  /// A held guest was asked something: it will say again that it is held.
  void expect() { held_ = false; }
  /// Lets a held guest go on. Throws MachineError when QEMU is gone.
  void release();

 private:
  int socket_;
  bool held_ = false;
};

/// The plugin's shared object, which is built with the explorer and carried inside it.
[[nodiscard]] std::string gate_plugin_image();

}  // namespace exo::connection
