// Runs inside QEMU (a TCG plugin): counts the guest's events at its gates, and holds the processor at one of them when
// the explorer wants a stop, until the explorer lets it go.
//
// At a gate the event's record is complete (kernel/abi/trace_ring.hpp). The decision costs no instruction of the guest,
// whether it stops or not.
//
// Why not a debugger's breakpoint: with -icount sleep=off, QEMU moves the guest's clock to the next timer between the
// moment a breakpoint stops the processor and the moment the machine counts as stopped. A processor held in here has
// not stopped as far as QEMU knows: no instruction runs, no clock moves, and a run with a stop at every event is the
// same run.
//
// Protocol on the inherited socket: one byte out when the processor is held, one byte in to go on; end of file means
// that the explorer is gone, and so is QEMU then. Only the C library is used, and only the instructions at the gates
// are touched. Invariant: whatever the guest writes into its memory, nothing outside TraceShared and the ring is read.
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "explorer/connection/plugin_hold.hpp"
#include "explorer/connection/qemu_plugin.hpp"
#include "kernel/abi/memory_layout.hpp"
#include "kernel/abi/trace_ring.hpp"

int qemu_plugin_version = 1;

namespace {

using exo::abi::TraceRecord;
using exo::abi::TraceShared;

exo::connection::PluginGates gates;
int gate_socket = -1;
TraceShared* shared = nullptr;
const TraceRecord* ring = nullptr;
std::uint32_t events = 0;  // since boot; the guest's own count is in a register, and no business of ours

void hold() { exo::connection::hold_processor(gate_socket); }

bool stop_wanted(const TraceRecord& record) {
  if (std::int32_t(events - __atomic_load_n(&shared->stop_at, __ATOMIC_ACQUIRE)) >= 0) return true;
  // A record under another number is none of this event: the reader will say so.
  const std::uint16_t event = __atomic_load_n(&record.event, __ATOMIC_RELAXED);
  const bool own = __atomic_load_n(&record.sequence, __ATOMIC_RELAXED) == events - 1;
  return own && event < exo::abi::kEventNumbers && __atomic_load_n(&shared->stop_on[event], __ATOMIC_ACQUIRE) != 0;
}

void pass(unsigned, void*) {
  const TraceRecord& record = ring[events % exo::abi::kTraceCapacity];
  __atomic_store_n(&shared->head, ++events, __ATOMIC_RELEASE);
  if (stop_wanted(record)) hold();
}

void translate(PluginId, qemu_plugin_tb* block) {
  const std::size_t count = qemu_plugin_tb_n_insns(block);
  for (std::size_t i = 0; i < count; ++i) {
    qemu_plugin_insn* instruction = qemu_plugin_tb_get_insn(block, i);
    // Kernel addresses are sign-extended to 64 bits or not, depending on the build of QEMU.
    if (gates.has(std::uint32_t(qemu_plugin_insn_vaddr(instruction))))
      qemu_plugin_register_vcpu_insn_exec_cb(instruction, pass, kPluginNoRegisters, nullptr);
  }
}

bool map_ram(int file) {
  char* ram = exo::connection::map_shared(file, exo::abi::kRamBytes);
  if (ram == nullptr) return false;
  shared = reinterpret_cast<TraceShared*>(ram + exo::abi::kTraceSharedPhysical);
  ring = reinterpret_cast<const TraceRecord*>(ram + exo::abi::kTraceRingPhysical);
  return true;
}

}  // namespace

int qemu_plugin_install(PluginId id, const qemu_info_t*, int count, char** arguments) {
  int ram = -1;
  for (int i = 0; i < count; ++i) {
    gates.take(arguments[i]);
    if (std::strncmp(arguments[i], "socket=", 7) == 0) gate_socket = std::atoi(arguments[i] + 7);
    if (std::strncmp(arguments[i], "ram=", 4) == 0) ram = std::atoi(arguments[i] + 4);
  }
  if (gates.empty() || gate_socket < 0 || !map_ram(ram)) return 1;
  qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
  return 0;
}
