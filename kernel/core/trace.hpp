// The trace: every change of the kernel's state that can be seen, in the order in which it happened. The explorer's
// state is nothing but the fold of these records, so a change without its event is a bug (the audit finds it).
#pragma once
#include <stdint.h>

#include "kernel/abi/tables.hpp"
#include "kernel/abi/trace_ring.hpp"
#include "kernel/arch/mips/processor.hpp"
#include "kernel/arch/mips/trace_registers.hpp"

extern "C" void trace_emit(exo::abi::Event event, uint32_t a0, uint32_t a1, uint32_t a2, uint32_t a3);

namespace exo::kernel::trace {

inline abi::TraceShared& shared() { return *physical<abi::TraceShared>(abi::kTraceSharedPhysical); }

/// Writes the header that the explorer checks. The host may already have written its half.
void initialise();
[[nodiscard]] inline bool enabled() { return shared().tracing != 0; }

/// Records an event of the running environment, also when tracing is off, and passes the gate (arch/mips/trace.S).
inline void record(abi::Event event, uint32_t a0 = 0, uint32_t a1 = 0, uint32_t a2 = 0, uint32_t a3 = 0) {
  trace_emit(event, a0, a1, a2, a3);
}
/// The same, unless tracing is off.
inline void emit(abi::Event event, uint32_t a0 = 0, uint32_t a1 = 0, uint32_t a2 = 0, uint32_t a3 = 0) {
  if (enabled()) record(event, a0, a1, a2, a3);
}

/// Until the way out, the kernel works for no user instruction. Else it works for the one that raised the exception.
inline void set_no_pc() { trace_registers::set_pc(0); }

}  // namespace exo::kernel::trace
