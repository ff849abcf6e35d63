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

namespace tlb {

namespace {
// EntryHi also holds the running address space: whoever moves it puts it back.
class KeepEntryHi {
 public:
  KeepEntryHi() { asm volatile("mfc0 %0, $10" : "=r"(hi_)); }
  ~KeepEntryHi() { asm volatile("mtc0 %0, $10" ::"r"(hi_)); }

 private:
  uint32_t hi_;
};
}  // namespace

void write(uint32_t index, const Entry& entry) {
  KeepEntryHi keep;
  asm volatile("mtc0 %0, $0\n mtc0 %1, $10\n mtc0 %2, $2\n mtc0 %3, $3\n ehb\n tlbwi" ::"r"(index), "r"(entry.hi),
               "r"(entry.lo0), "r"(entry.lo1));
}

Entry read(uint32_t index) {
  KeepEntryHi keep;
  Entry entry;
  asm volatile("mtc0 %3, $0\n ehb\n tlbr\n ehb\n mfc0 %0, $10\n mfc0 %1, $2\n mfc0 %2, $3"
               : "=&r"(entry.hi), "=&r"(entry.lo0), "=&r"(entry.lo1)
               : "r"(index));
  return entry;
}

int32_t probe(uint32_t hi) {
  KeepEntryHi keep;
  int32_t index;
  asm volatile("mtc0 %1, $10\n ehb\n tlbp\n ehb\n mfc0 %0, $0" : "=&r"(index) : "r"(hi));
  // A probe that fails leaves a flag in Index, which only one that succeeds clears; the refill vector records Index.
  if (index < 0) asm volatile("mtc0 $zero, $0\n ehb\n tlbr\n ehb\n tlbp");
  return index;
}

}  // namespace tlb
}  // namespace exo::kernel
