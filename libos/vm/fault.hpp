// Faults that a program of this folder handles itself, on its own stack and with upcalls coming in (fault_entry.S).
// Give exo_fault_entry to exception_set for the causes that are wanted, and define exo_fault.
#pragma once
#include <stdint.h>

namespace exo::libos::vm {
/// Exception codes, as exception_set takes them.
inline constexpr uint32_t kModified = 1;  ///< a write to a page that is bound, but not for writing
inline constexpr uint32_t kLoadMiss = 2;  ///< nothing is bound there
inline constexpr uint32_t kStoreMiss = 3;
}  // namespace exo::libos::vm

extern "C" {
void exo_fault_entry();
/// cause is the Cause register. Returns how many bytes behind the instruction the program goes on (0: the instruction
/// is tried again), or -1: this is nobody's, and the base must say what is wrong.
int32_t exo_fault(uint32_t address, uint32_t cause);
}
