// Where the trace keeps what every record needs: in CP0 registers that nothing else uses, because one instruction reads
// them and none of the interrupted program's registers is needed to do so.
//
//   DataLo (28, 1)  number of records written since boot
//   DataHi (29, 1)  {event TlbRefilled, running environment << 16}: what the refill vector writes as it stands
//   EPC             the user instruction that the kernel works for, until the way out; 0 for none
#pragma once
#include <stdint.h>

namespace exo::kernel::trace_registers {

inline void set_head(uint32_t head) { asm volatile("mtc0 %0, $28, 1" ::"r"(head)); }
inline void set_event_word(uint32_t word) { asm volatile("mtc0 %0, $29, 1" ::"r"(word)); }
inline void set_pc(uint32_t pc) { asm volatile("mtc0 %0, $14" ::"r"(pc)); }

}  // namespace exo::kernel::trace_registers
