// Runs inside QEMU (a TCG plugin): holds the guest's processor at the gate until the explorer lets it go.
//
// Why not a debugger's breakpoint: with -icount sleep=off, QEMU moves the guest's clock to the next timer between the
// moment a breakpoint stops the processor and the moment the machine counts as stopped. A processor held in here has
// not stopped as far as QEMU knows: no instruction runs, no clock moves, and a run with a stop at every event is the
// same run.
//
// Protocol on the inherited socket: one byte out when the gate is reached, one byte in to go on; end of file means that
// the explorer is gone, and so is QEMU then. Only the C library is used, and only the instruction at the gate is
// touched.
//
// The declarations are those of QEMU's plugin interface, version 1 (docs/devel/tcg-plugins.rst), which has no package.
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>

extern "C" {

using PluginId = std::uint64_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_info_t;

void qemu_plugin_register_vcpu_tb_trans_cb(PluginId id, void (*callback)(PluginId, qemu_plugin_tb*));
std::size_t qemu_plugin_tb_n_insns(const qemu_plugin_tb* block);
qemu_plugin_insn* qemu_plugin_tb_get_insn(const qemu_plugin_tb* block, std::size_t index);
std::uint64_t qemu_plugin_insn_vaddr(const qemu_plugin_insn* instruction);
void qemu_plugin_register_vcpu_insn_exec_cb(qemu_plugin_insn* instruction, void (*callback)(unsigned, void*),
                                            int registers, void* data);

[[gnu::visibility("default")]] extern int qemu_plugin_version;
int qemu_plugin_version = 1;

[[gnu::visibility("default")]] int qemu_plugin_install(PluginId id, const qemu_info_t* info, int count,
                                                       char** arguments);
}

namespace {

std::uint32_t gate_address = 0;
int gate_socket = -1;

// QEMU kicks its processor threads with signals, which interrupt system calls.
bool retried(ssize_t count) { return count < 0 && errno == EINTR; }

void hold(unsigned, void*) {
  char byte = 'G';
  ssize_t count = 0;
  do count = ::write(gate_socket, &byte, 1);
  while (retried(count));
  if (count == 1) {
    do count = ::read(gate_socket, &byte, 1);
    while (retried(count));
  }
  if (count != 1) ::_exit(0);
}

void translate(PluginId, qemu_plugin_tb* block) {
  const std::size_t count = qemu_plugin_tb_n_insns(block);
  for (std::size_t i = 0; i < count; ++i) {
    qemu_plugin_insn* instruction = qemu_plugin_tb_get_insn(block, i);
    // Kernel addresses are sign-extended to 64 bits or not, depending on the build of QEMU.
    if (std::uint32_t(qemu_plugin_insn_vaddr(instruction)) == gate_address)
      qemu_plugin_register_vcpu_insn_exec_cb(instruction, hold, 0, nullptr);
  }
}

}  // namespace

int qemu_plugin_install(PluginId id, const qemu_info_t*, int count, char** arguments) {
  for (int i = 0; i < count; ++i) {
    if (std::strncmp(arguments[i], "gate=", 5) == 0)
      gate_address = std::uint32_t(std::strtoul(arguments[i] + 5, nullptr, 0));
    if (std::strncmp(arguments[i], "socket=", 7) == 0) gate_socket = std::atoi(arguments[i] + 7);
  }
  if (gate_address == 0 || gate_socket < 0) return 1;
  qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
  return 0;
}
