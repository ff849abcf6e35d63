// Sets up the ring. Records are written by arch/mips/trace.S and, for TLB refills, by the refill vector itself; the
// head is published by the gate.
#include "kernel/core/trace.hpp"

#include "kernel/arch/mips/offsets.h"

namespace exo::kernel::trace {

using abi::TraceRecord;
using abi::TraceShared;

static_assert(abi::kTraceCapacity == 1u << RING_INDEX_BITS && sizeof(TraceRecord) == 32);
static_assert(uint32_t(abi::Event::TlbRefilled) == EVENT_TLB_REFILLED &&
              uint32_t(abi::Event::ExceptionRaised) == EVENT_EXCEPTION_RAISED &&
              uint32_t(abi::Event::Transferred) == EVENT_TRANSFERRED &&
              uint32_t(abi::Event::YieldedTo) == EVENT_YIELDED_TO);
static_assert(abi::kTraceRingPhysical >> 16 == (RING_HIGH & 0x7fff));

void initialise() {
  TraceShared& s = shared();
  if (s.host_magic != abi::kTraceMagic) {  // no explorer: empty slots must look empty
    s.tracing = 1;
    for (abi::ControlCommand& command : s.controls) command.due_tick = abi::kNeverDue;
  }
  s.version = abi::kTraceVersion;
  s.capacity = abi::kTraceCapacity;
  s.record_bytes = sizeof(TraceRecord);
  s.ring_physical = abi::kTraceRingPhysical;
  s.controls_taken = 0;
  s.tick = 0;
  s.magic = abi::kTraceMagic;
  trace_registers::set_head(0);
  set_no_pc();
}

}  // namespace exo::kernel::trace
