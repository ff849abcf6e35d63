#include "explorer/connection/gate.hpp"

#include <sys/socket.h>

#include <cerrno>

#include "explorer/common/error.hpp"
#include "explorer/connection/file_descriptor.hpp"

// The build names the file; carried inside, there is no path to find or to get wrong when the explorer runs.
asm(".pushsection .rodata\n"
    ".globl exo_gate_plugin_begin, exo_gate_plugin_end\n"
    "exo_gate_plugin_begin: .incbin \"" EXO_GATE_PLUGIN
    "\"\n"
    "exo_gate_plugin_end: .byte 0\n"
    ".popsection\n");

extern "C" const char exo_gate_plugin_begin[];
extern "C" const char exo_gate_plugin_end[];

namespace exo::connection {

std::string gate_plugin_image() { return {exo_gate_plugin_begin, exo_gate_plugin_end}; }

bool Gate::reached() {
  while (!held_) {
    char byte = 0;
    const ssize_t count = ::recv(socket_, &byte, 1, MSG_DONTWAIT);
    if (count == 1) held_ = true;
    if (count == 0) throw MachineError("QEMU closed its gate");
    if (count < 0 && errno == EAGAIN) break;
    if (count < 0 && errno != EINTR) throw MachineError(error_text("QEMU's gate is closed"));
  }
  return held_;
}

void Gate::release() {
  held_ = false;
  const char byte = 'C';
  ssize_t count = 0;
  do count = ::send(socket_, &byte, 1, MSG_NOSIGNAL);
  while (count < 0 && errno == EINTR);
  if (count != 1) throw MachineError(error_text("QEMU's gate is closed"));
}

}  // namespace exo::connection
