// The trace: every change of the kernel's state that can be seen, in the order in which it happened. The explorer's
// state is nothing but the fold of these records, so a change without its event is a bug (the audit finds it).
#pragma once
#include <stdint.h>

#include "kernel/abi/tables.hpp"
#include "kernel/abi/trace_ring.hpp"

namespace exo::kernel::trace {

/// Writes the header that the explorer checks. The host may already have written its half.
void initialise();
[[nodiscard]] bool enabled();
abi::TraceShared& shared();

/// Records an event of the running environment, then stops at the gate if the host wants it. The same number of
/// instructions whether it stops or not.
void emit(abi::Event event, uint32_t a0 = 0, uint32_t a1 = 0, uint32_t a2 = 0, uint32_t a3 = 0);

/// From now on events belong to this environment.
void set_environment(uint32_t number);
/// The user instruction that the kernel is working for; 0 for none.
void set_pc(uint32_t pc);

}  // namespace exo::kernel::trace
