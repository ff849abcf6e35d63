// Runs inside the QEMU that executes a run again (a TCG plugin): counts the instructions one by one, writes down where
// the events lie among them and where something asked for happened, and holds the processor at an instruction that the
// explorer names.
//
// A held processor has not stopped as far as QEMU knows (gate_plugin.cpp says why that matters), so looking at it does
// not change what comes next. It is held only between blocks of translated code, where all registers are in their
// places; an exact stop therefore needs blocks of one instruction, which QEMU makes when its monitor is told so.
//
// Protocol on the inherited socket as for the gate: one byte out when the processor is held, one byte in to go on (or
// another ProbeCommand), end of file: the explorer is gone. Invariant: whatever the guest does, nothing outside
// ProbeShared, TraceShared and the ring is touched.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <initializer_list>

#include "explorer/connection/plugin_hold.hpp"
#include "explorer/connection/probe_calls.hpp"
#include "explorer/connection/probe_shared.hpp"
#include "explorer/connection/probe_split.hpp"
#include "explorer/connection/qemu_plugin.hpp"
#include "kernel/abi/memory_layout.hpp"
#include "kernel/abi/tables.hpp"
#include "kernel/abi/trace_ring.hpp"

int qemu_plugin_version = 1;

namespace {

using exo::abi::Event;
using exo::abi::TraceRecord;
using exo::abi::TraceShared;
using exo::connection::Block;
using exo::connection::BlockEnd;
using exo::connection::kProbeAnyone;
using exo::connection::kProbeEnvironments;
using exo::connection::kProbeEvents;
using exo::connection::kProbeHits;
using exo::connection::kProbeLog;
using exo::connection::ProbeCalls;
using exo::connection::ProbePlace;
using exo::connection::ProbeShared;

exo::connection::PluginGates gates;
int gate_socket = -1, ram_file = -1, probe_file = -1;
TraceShared* shared = nullptr;
const TraceRecord* ring = nullptr;
ProbeShared* probe = nullptr;
ProbeCalls calls;
std::uint32_t branch_address = 1;  // of the branch just executed; odd: it was none

// HMP's "info registers" asks for the same (7.2: CPU_DUMP_FPU).
void write_registers() {
  constexpr int kWithFpu = 0x2'0000;
  probe->text[0] = 0;
  FILE* text = ::fmemopen(probe->text, sizeof probe->text, "w");
  if (text == nullptr) return;
  exo::connection::qemu.dump_state(exo::connection::qemu.processor(0), text, kWithFpu);
  std::fclose(text);
  probe->text[sizeof probe->text - 1] = 0;
}

// Both take effect when the block at which the processor is held is through.
void change_translation() {
  using exo::connection::qemu;
  void* processor = qemu.processor(0);
  if (*qemu.one_by_one != int(probe->one_by_one)) {
    *qemu.one_by_one = int(probe->one_by_one);
    qemu.leave_blocks(processor);
  }
  if (probe->flush != 0) qemu.flush_translations(processor);
  probe->flush = 0;
}

void split(const exo::connection::SplitFiles& own) {
  const pid_t copy = exo::connection::split_qemu(gate_socket, ram_file, probe_file, own);
  if (copy == 0) return;
  probe->split_pid = copy > 0 ? std::uint32_t(copy) : 0;
  for (const int file : {own.socket, own.ram, own.probe}) ::close(file);
}

void hold() {
  for (;;) {
    exo::connection::SplitFiles files{-1, -1, -1};
    switch (exo::connection::hold_processor(gate_socket, &files.socket)) {
      case exo::connection::kRegisters:
        write_registers();
        break;
      case exo::connection::kSplit:
        split(files);
        break;
      default:
        if (probe->can_split != 0) change_translation();
        return;
    }
  }
}

void* packed(std::uint32_t low, std::uint32_t high = 0) {
  return reinterpret_cast<void*>(std::uintptr_t(low) | std::uintptr_t(high) << 32);
}
std::uint32_t low_of(void* data) { return std::uint32_t(reinterpret_cast<std::uintptr_t>(data)); }
std::uint32_t high_of(void* data) { return std::uint32_t(reinterpret_cast<std::uintptr_t>(data) >> 32); }

std::uint32_t executing(std::uint32_t pc) { return pc >= exo::abi::kUserEnd ? 0 : probe->running; }

// MIPS32, volume II: every jump and branch has a delay slot.
bool is_branch(std::uint32_t word) {
  const std::uint32_t opcode = word >> 26;
  if (opcode == 0) return (word & 0x3e) == 0x08;        // jr, jalr
  if (opcode == 1) return (word >> 16 & 0x0c) == 0;     // bltz and its like (16 to 19: with link)
  if (opcode == 0x11) return (word >> 21 & 0x1f) == 8;  // bc1f, bc1t
  return (opcode >= 2 && opcode <= 7) || (opcode >= 0x14 && opcode <= 0x17);
}

bool outside(std::uint32_t pc) {
  for (std::uint32_t i = 0; i < probe->leave_count; ++i)
    if (pc >= probe->leave[i].first && pc <= probe->leave[i].last) return false;
  return true;
}

// Of an address in the kernel, an environment means: while it has the processor.
bool concerns(std::uint32_t env, std::uint32_t pc) {
  return env == kProbeAnyone || env == executing(pc) || env == probe->running;
}

bool arrived(std::uint32_t pc) {
  for (std::uint32_t i = 0; i < probe->arrive_count; ++i) {
    const ProbePlace& place = probe->arrive[i];
    if (pc >= place.first && pc <= place.last && concerns(place.env, pc)) return true;
  }
  return false;
}

bool stepped(std::uint32_t pc, std::uint32_t env) {
  if (probe->stepping == 0 || probe->in_slot != 0) return false;
  return ((env == probe->step_env || probe->step_env == kProbeAnyone) && outside(pc)) || arrived(pc);
}

bool wanted(std::uint32_t pc, std::uint32_t env) {
  probe->has_stepped = stepped(pc, env) ? 1 : 0;
  return probe->has_stepped != 0 || probe->instructions >= probe->hold_instruction ||
         probe->events >= probe->hold_event;
}

void begin(unsigned, void* data) {
  const std::uint32_t pc = low_of(data), env = executing(pc);
  probe->in_slot = pc == branch_address + 4;
  branch_address = high_of(data);
  if (probe->logging != 0)
    probe->log[probe->logged++ % kProbeLog] = {probe->instructions, pc, std::uint16_t(env),
                                               std::uint16_t(probe->in_slot)};
  if (!wanted(pc, env)) return;
  probe->pc = pc;
  hold();
}

bool inside(std::uint64_t instruction) { return instruction >= probe->hits_from && instruction < probe->hits_to; }

// Callbacks at an instruction come before it is counted, those at its accesses after that.
void write_hit(std::uint64_t instruction, std::uint32_t place, std::uint32_t address, std::uint32_t pc) {
  if (!inside(instruction)) return;
  probe->hit[probe->hits % kProbeHits] = {instruction, place, address, pc, executing(pc)};
  if (++probe->hits % kProbeHits == 0 || probe->hold_on_hit != 0) hold();
}

void execute(unsigned, void* data) {
  const std::uint32_t pc = low_of(data), place = high_of(data);
  if (concerns(probe->places[place].env, pc)) write_hit(probe->instructions, place, pc, pc);
}

// Malta's memory lies at this physical address, and the first part of it at 0, too, where the kernel sees it. QEMU says
// the first of the two (hw/mips/malta.c).
constexpr std::uint64_t kMaltaRam = 0x8000'0000;

void access(unsigned, PluginMemory info, std::uint64_t where, void* data) {
  const std::uint32_t pc = low_of(data), address = std::uint32_t(where);
  const std::uint32_t last = address + ((1u << qemu_plugin_mem_size_shift(info)) - 1);
  const std::uint32_t kind = qemu_plugin_mem_is_store(info) ? ProbePlace::kWrite : ProbePlace::kRead;
  std::uint64_t physical = ~std::uint64_t{0};
  for (std::uint32_t i = 0; i < probe->place_count; ++i) {
    const ProbePlace& place = probe->places[i];
    if ((place.kinds & kind) == 0) continue;
    if ((place.kinds & ProbePlace::kPhysical) != 0) {
      if (physical == ~std::uint64_t{0}) {
        const qemu_plugin_hwaddr* found = qemu_plugin_get_hwaddr(info, where);
        if (found == nullptr || qemu_plugin_hwaddr_is_io(found)) return;
        physical = qemu_plugin_hwaddr_phys_addr(found) % kMaltaRam;
      }
      if (physical <= place.last && physical + (last - address) >= place.first)
        return write_hit(probe->instructions - 1, i, address, pc);
    } else if (address <= place.last && last >= place.first &&
               (place.env == kProbeAnyone || place.env == (address >= exo::abi::kUserEnd ? 0 : probe->running))) {
      return write_hit(probe->instructions - 1, i, address, pc);
    }
  }
}

// For the profile: comes before begin(), which may hold the processor.
void follow(unsigned, void* data) {
  const std::uint32_t rest = high_of(data);
  calls.block({low_of(data), std::uint16_t(rest), BlockEnd(rest >> 16 & 0xff), (rest >> 24) != 0}, probe->instructions);
}
void* packed(const Block& block) {
  return packed(block.pc, block.count | std::uint32_t(block.end) << 16 | std::uint32_t(block.slot_follows) << 24);
}

// An event is complete: as the gate's plugin does, and who runs from here on.
void pass(unsigned, void*) {
  const std::uint64_t number = probe->events;
  const TraceRecord& record = ring[number % exo::abi::kTraceCapacity];
  probe->event_instant[number % kProbeEvents] = probe->instructions + 1;
  probe->events = number + 1;
  __atomic_store_n(&shared->head, std::uint32_t(number + 1), __ATOMIC_RELEASE);
  switch (Event(record.event)) {
    case Event::Switched:
      probe->running = record.arguments[1] % kProbeEnvironments;
      break;
    case Event::Transferred:
    case Event::TransferredAsync:
    case Event::YieldedTo:
      probe->running = record.arguments[0] % kProbeEnvironments;
      break;
    default:
      break;
  }
  if (probe->profiling == 0) return;
  calls.event(record, probe->running, probe->instructions);
  if (probe->events == probe->profile_from) probe->hits_from = probe->instructions + 1;
  if (probe->events == probe->profile_to) probe->hits_to = probe->instructions + 1;
}

void translate(PluginId, qemu_plugin_tb* block) {
  const std::size_t length = qemu_plugin_tb_n_insns(block);
  bool data_places = false;
  for (std::uint32_t i = 0; i < probe->place_count; ++i)
    data_places |= (probe->places[i].kinds & (ProbePlace::kRead | ProbePlace::kWrite)) != 0;
  std::uint32_t branch = 1, word = 0, before = 0;
  for (std::size_t i = 0; i < length; ++i) {
    qemu_plugin_insn* instruction = qemu_plugin_tb_get_insn(block, i);
    // Kernel addresses are sign-extended to 64 bits or not, depending on the build of QEMU.
    const std::uint32_t address = std::uint32_t(qemu_plugin_insn_vaddr(instruction));
    before = word;
    std::memcpy(&word, qemu_plugin_insn_data(instruction), sizeof word);
    branch = is_branch(word) ? address : 1;
    qemu_plugin_register_vcpu_insn_exec_inline(instruction, kPluginAddU64, &probe->instructions, 1);
    if (gates.has(address)) qemu_plugin_register_vcpu_insn_exec_cb(instruction, pass, kPluginNoRegisters, nullptr);
    for (std::uint32_t p = 0; p < probe->place_count; ++p) {
      const ProbePlace& place = probe->places[p];
      if ((place.kinds & ProbePlace::kExecute) != 0 && address >= place.first && address <= place.last)
        qemu_plugin_register_vcpu_insn_exec_cb(instruction, execute, kPluginNoRegisters, packed(address, p));
    }
    if (data_places)
      qemu_plugin_register_vcpu_mem_cb(instruction, access, kPluginNoRegisters, kPluginBoth, packed(address));
  }
  if (probe->profiling != 0) {
    const bool slot_follows = is_branch(word);
    const std::uint32_t last = slot_follows || length < 2 || !is_branch(before) ? word : before;
    const Block one{std::uint32_t(qemu_plugin_tb_vaddr(block)), std::uint16_t(length), exo::connection::ends_as(last),
                    slot_follows};
    qemu_plugin_register_vcpu_tb_exec_cb(block, follow, kPluginNoRegisters, packed(one));
  }
  qemu_plugin_register_vcpu_tb_exec_cb(block, begin, kPluginNoRegisters,
                                       packed(std::uint32_t(qemu_plugin_tb_vaddr(block)), branch));
}

}  // namespace

int qemu_plugin_install(PluginId id, const qemu_info_t*, int count, char** arguments) {
  for (int i = 0; i < count; ++i) {
    gates.take(arguments[i]);
    if (std::strncmp(arguments[i], "socket=", 7) == 0) gate_socket = std::atoi(arguments[i] + 7);
    if (std::strncmp(arguments[i], "ram=", 4) == 0) ram_file = std::atoi(arguments[i] + 4);
    if (std::strncmp(arguments[i], "probe=", 6) == 0) probe_file = std::atoi(arguments[i] + 6);
  }
  char* ram = exo::connection::map_shared(ram_file, exo::abi::kRamBytes);
  probe = reinterpret_cast<ProbeShared*>(exo::connection::map_shared(probe_file, sizeof(ProbeShared)));
  if (gates.empty() || gate_socket < 0 || ram == nullptr || probe == nullptr) return 1;
  shared = reinterpret_cast<TraceShared*>(ram + exo::abi::kTraceSharedPhysical);
  ring = reinterpret_cast<const TraceRecord*>(ram + exo::abi::kTraceRingPhysical);
  if (probe->profiling != 0) calls.begin(&probe->tree, ram, &probe->hits_from, &probe->hits_to);
  exo::connection::qemu.find();
  probe->can_split = probe->may_split != 0 && exo::connection::qemu.complete() ? 1 : 0;
  qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
  return 0;
}
