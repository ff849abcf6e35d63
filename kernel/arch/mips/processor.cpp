// CP0 in one place (MIPS32 Architecture For Programmers, volume III: the Privileged Resource Architecture).
#include "kernel/arch/mips/processor.hpp"

extern "C" char vectors_quiet[], vectors_traced[];

namespace exo::kernel {

namespace processor {

void initialise(bool traced) {
  const uint32_t base = reinterpret_cast<uint32_t>(traced ? vectors_traced : vectors_quiet);
  asm volatile("mtc0 %0, $15, 1" ::"r"(base));                           // EBase
  asm volatile("mtc0 %0, $13" ::"r"(1u << 23));                          // Cause.IV: interrupts enter at 0x200
  asm volatile("mtc0 %0, $4" ::"r"(0x8000'0000u | abi::kStlbPhysical));  // Context
  asm volatile("mtc0 $zero, $5");                                        // PageMask: 4 KiB
  asm volatile("mtc0 $zero, $6");                                        // Wired: Random reaches every entry
  asm volatile("mtc0 %0, $7" ::"r"(1u << 2));                            // HWREna: rdhwr of the clock
}

void reset() {
  *reinterpret_cast<volatile uint32_t*>(0xbf00'0500u) = 0x42;
  for (;;) asm volatile("wait");
}

}  // namespace processor

}  // namespace exo::kernel
