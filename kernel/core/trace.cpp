// Sets up the ring. Records are written by arch/mips/trace.S and, for TLB refills, by the refill vector itself.
#include "kernel/core/trace.hpp"

#include "kernel/arch/mips/offsets.h"

namespace exo::kernel::trace {

using abi::TraceRecord;
using abi::TraceShared;

static_assert(offsetof(TraceShared, head) == SHARED_HEAD && offsetof(TraceShared, scratch) == SHARED_SCRATCH);
static_assert(offsetof(TraceShared, refill_word) == SHARED_REFILL_WORD && offsetof(TraceShared, pc) == SHARED_PC);
static_assert(offsetof(TraceShared, tracing) == SHARED_TRACING);
static_assert(offsetof(TraceShared, stop_at) == SHARED_STOP_AT && offsetof(TraceShared, stop_on) == SHARED_STOP_ON);
static_assert(abi::kTraceCapacity == 1u << RING_INDEX_BITS && sizeof(TraceRecord) == 32);
static_assert(abi::kTraceSharedPhysical >> 16 == (SHARED_HIGH & 0x7fff));
static_assert(abi::kTraceRingPhysical >> 16 == (RING_HIGH & 0x7fff));
static_assert(uint32_t(abi::Event::TlbRefilled) == EVENT_TLB_REFILLED);

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
  s.head = 0;
  s.controls_taken = 0;
  s.tick = 0;
  s.magic = abi::kTraceMagic;
  set_environment(0);
  set_pc(0);
}

}  // namespace exo::kernel::trace
