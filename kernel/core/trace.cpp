// Writes records. The refill vector (arch/mips/vectors.S) writes TlbRefilled by itself, in the same layout.
#include "kernel/core/trace.hpp"

#include "kernel/arch/mips/offsets.h"
#include "kernel/arch/mips/processor.hpp"

extern "C" char trace_pass[], trace_gate[];

namespace exo::kernel::trace {

using abi::TraceRecord;
using abi::TraceShared;

static_assert(offsetof(TraceShared, head) == SHARED_HEAD && offsetof(TraceShared, scratch) == SHARED_SCRATCH);
static_assert(offsetof(TraceShared, refill_word) == SHARED_REFILL_WORD);
static_assert(offsetof(TraceShared, stop_at) == SHARED_STOP_AT && offsetof(TraceShared, stop_on) == SHARED_STOP_ON);
static_assert(abi::kTraceCapacity == 1u << RING_INDEX_BITS && sizeof(TraceRecord) == 32);
static_assert(abi::kTraceSharedPhysical >> 16 == (SHARED_HIGH & 0x7fff) &&
              abi::kTraceRingPhysical >> 16 == (RING_HIGH & 0x7fff));
static_assert(uint32_t(abi::Event::TlbRefilled) == EVENT_TLB_REFILLED);

namespace {
uint32_t environment_half = 0;  // running environment, in the upper half as the record wants it
uint32_t current_pc = 0;
bool on = true;
}  // namespace

TraceShared& shared() { return *physical<TraceShared>(abi::kTraceSharedPhysical); }
bool enabled() { return on; }

void initialise() {
  TraceShared& s = shared();
  if (s.host_magic == abi::kTraceMagic) on = s.tracing != 0;
  if (s.host_magic != abi::kTraceMagic)  // no explorer: empty slots must look empty
    for (abi::ControlCommand& command : s.controls) command.due_tick = abi::kNeverDue;
  s.version = abi::kTraceVersion;
  s.capacity = abi::kTraceCapacity;
  s.record_bytes = sizeof(TraceRecord);
  s.ring_physical = abi::kTraceRingPhysical;
  s.head = 0;
  s.controls_taken = 0;
  s.tick = 0;
  s.magic = abi::kTraceMagic;
  set_environment(0);
}

void set_environment(uint32_t number) {
  environment_half = number << 16;
  shared().refill_word = environment_half | EVENT_TLB_REFILLED;
}

void set_pc(uint32_t pc) { current_pc = pc; }

void emit(abi::Event event, uint32_t a0, uint32_t a1, uint32_t a2, uint32_t a3) {
  if (!on) return;
  TraceShared& s = shared();
  const uint32_t head = s.head;
  auto* record = physical<TraceRecord>(abi::kTraceRingPhysical) + (head & (abi::kTraceCapacity - 1));
  auto* words = reinterpret_cast<uint32_t*>(record);
  words[0] = processor::clock();
  words[1] = head;
  words[2] = environment_half | uint32_t(event);
  words[3] = current_pc;
  words[4] = a0;
  words[5] = a1;
  words[6] = a2;
  words[7] = a3;
  asm volatile("" ::: "memory");
  *const_cast<volatile uint32_t*>(&s.head) = head + 1;
  // Branch-free: a stop must not cost an instruction more than no stop, or watching would change time.
  const uint32_t reached = ~(head + 1 - *const_cast<volatile uint32_t*>(&s.stop_at)) >> 31;
  const uint32_t wanted = *const_cast<volatile uint8_t*>(&s.stop_on[uint32_t(event)]) | reached;
  const uint32_t target = reinterpret_cast<uint32_t>(trace_pass) + ((wanted & 1) << 3);
  asm volatile("jalr $26, %0\n nop" ::"r"(target) : "$26", "memory");
}

}  // namespace exo::kernel::trace
