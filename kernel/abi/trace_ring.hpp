// What kernel and explorer share while the machine runs: the trace ring, the stop conditions and the control ring.
//
// The kernel writes records; the explorer writes the stop conditions and the control ring. Whatever the explorer
// writes, the kernel executes the same number of instructions, so that watching never changes guest time:
//   - the kernel image lists the instructions that end an event, its gates, from `trace_gates` to `trace_gates_end`. A
//     plugin in QEMU (explorer/connection/gate_plugin.cpp) publishes `head` there, and holds the processor when head
//     has reached `stop_at` or `stop_on[event]` is 1. The guest spends no instruction on it.
//   - a control slot that is not due costs the same whether it is empty or due later: empty slots are due at kNeverDue.
#pragma once
#include <stddef.h>
#include <stdint.h>

namespace exo::abi {

inline constexpr uint32_t kTraceMagic = 0x4f58'4531;  ///< "1EXO" in memory order
inline constexpr uint32_t kTraceVersion = 1;
inline constexpr uint32_t kTraceCapacity = 262'144;  ///< records; a power of two
inline constexpr uint32_t kEventNumbers = 256;

/// One event. `sequence` is the number of records before it, so a reader notices every torn or lost record;
/// `time` is the low word of the clock (6 ns ticks): at least one event falls in every 25 seconds, so the reader
/// unwraps it.
struct TraceRecord {
  uint32_t time;
  uint32_t sequence;
  uint16_t event;
  uint16_t environment;
  uint32_t pc;
  uint32_t arguments[4];
};
static_assert(sizeof(TraceRecord) == 32);
static_assert(offsetof(TraceRecord, pc) == 12 && offsetof(TraceRecord, arguments) == 16);

inline constexpr uint32_t kControlSlots = 1024;
inline constexpr uint32_t kNeverDue = 0xffff'ffff;

/// One command of the host. The kernel takes slot `taken` when `due_tick` <= the number of the timer tick that it is
/// handling. While the machine runs, due_tick is written last, and only in the first empty slot.
struct ControlCommand {
  uint32_t due_tick;
  uint16_t op;
  uint16_t environment;
  uint32_t a;
  uint32_t b;
};
static_assert(sizeof(ControlCommand) == 16);

struct TraceShared {
  // Written by the kernel at boot.
  uint32_t magic;
  uint32_t version;
  uint32_t epoch;
  uint32_t capacity;
  uint32_t record_bytes;
  uint32_t ring_physical;
  uint32_t reserved0[2];
  // Written by the gate.
  uint32_t head;  ///< records written since boot, modulo 2^32
  // Written by the kernel while it runs.
  uint32_t controls_taken;  ///< index of the next control slot, modulo kControlSlots
  uint32_t tick;            ///< number of the current timer tick
  uint32_t reserved1[5];
  // Written by the host before boot.
  uint32_t host_magic;   ///< kTraceMagic: the fields below are valid; otherwise the kernel uses its defaults
  uint32_t tracing;      ///< 1: on; 0: only boot, panic, the host's commands and notes are recorded
  uint32_t secret[4];    ///< key of the capabilities' codes; the scenario's, so that a run can be repeated
  uint32_t identifiers;  ///< address-space identifiers that the kernel may use, at most kIdentifiers; 0: all of them
  uint32_t reserved2[9];
  // Written by the host at any time.
  uint32_t stop_at;  ///< stop when head, after the event, has reached this (compared as a signed difference)
  uint32_t reserved3[31];
  uint8_t stop_on[kEventNumbers];
  ControlCommand controls[kControlSlots];
};
static_assert(offsetof(TraceShared, head) == 32);
static_assert(offsetof(TraceShared, host_magic) == 64);
static_assert(offsetof(TraceShared, stop_at) == 128);
static_assert(offsetof(TraceShared, stop_on) == 256);
static_assert(offsetof(TraceShared, controls) == 512);
static_assert(sizeof(TraceShared) == 512 + 16 * kControlSlots);

}  // namespace exo::abi
