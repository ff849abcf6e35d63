// The machine's registers, as functions. Nothing outside arch/mips names a CP0 register.
#pragma once
#include <stdint.h>

#include "kernel/abi/machine.hpp"
#include "kernel/abi/memory_layout.hpp"

namespace exo::kernel {

/// Physical memory as the kernel sees it: unmapped and cached (kseg0).
template <typename T>
inline T* physical(uint32_t address) {
  return reinterpret_cast<T*>(0x8000'0000u | address);
}

namespace processor {

inline uint32_t clock() {
  uint32_t ticks;
  asm volatile("mfc0 %0, $9" : "=r"(ticks));
  return ticks;
}
/// The clock counts from 0 again.
inline void restart_clock() { asm volatile("mtc0 $zero, $9"); }
/// Asks for an interrupt when the clock reaches `ticks`, and withdraws the one that is pending.
inline void set_alarm(uint32_t ticks) { asm volatile("mtc0 %0, $11" ::"r"(ticks)); }

/// Address-space identifier of every user access from now on.
inline void set_address_space(uint32_t asid) { asm volatile("mtc0 %0, $10" ::"r"(asid)); }

/// The running environment, and the one to which events belong: see registers.h for the places.
template <typename Environment>
inline Environment* running() {
  Environment* environment;
  asm volatile("mfc0 %0, $30" : "=r"(environment));
  return environment;
}
inline void set_running(const void* environment, uint32_t event_word) {
  asm volatile("mtc0 %0, $30\n mtc0 %1, $29, 1" ::"r"(environment), "r"(event_word));
}

/// Chooses the vector page, gives interrupts a vector of their own, points Context at the STLB, lets user code read the
/// clock (rdhwr).
void initialise(bool traced);

/// Code was written: from now on it can be run (MIPS32, volume II, "synci").
inline void synchronise_code(const uint32_t* code, uint32_t words) {
  constexpr uint32_t kLine = 8;  // words in a line of the 24K's caches
  for (uint32_t at = 0; at < words; at += kLine) asm volatile("synci 0(%0)" ::"r"(code + at));
  asm volatile("sync\n ehb");
}

/// Ends the machine: QEMU exits (malta's reset register, with -no-reboot).
[[noreturn]] void reset();

}  // namespace processor

namespace tlb {

struct Entry {
  uint32_t hi, lo0, lo1;
};

/// EntryHi also holds the running address space: whoever moves it puts it back.
class KeepEntryHi {
 public:
  KeepEntryHi() { asm volatile("mfc0 %0, $10" : "=r"(hi_)); }
  ~KeepEntryHi() { asm volatile("mtc0 %0, $10" ::"r"(hi_)); }
  KeepEntryHi(const KeepEntryHi&) = delete;
  KeepEntryHi& operator=(const KeepEntryHi&) = delete;

 private:
  uint32_t hi_;
};

// All three move EntryHi: the caller keeps it.
inline void write(uint32_t index, const Entry& entry) {
  asm volatile("mtc0 %0, $0\n mtc0 %1, $10\n mtc0 %2, $2\n mtc0 %3, $3\n ehb\n tlbwi" ::"r"(index), "r"(entry.hi),
               "r"(entry.lo0), "r"(entry.lo1));
}
inline Entry read(uint32_t index) {
  Entry entry;
  asm volatile("mtc0 %3, $0\n ehb\n tlbr\n ehb\n mfc0 %0, $10\n mfc0 %1, $2\n mfc0 %2, $3"
               : "=&r"(entry.hi), "=&r"(entry.lo0), "=&r"(entry.lo1)
               : "r"(index));
  return entry;
}
/// Index of the entry that matches `hi`, or a negative number.
inline int32_t probe(uint32_t hi) {
  int32_t index;
  asm volatile("mtc0 %1, $10\n ehb\n tlbp\n ehb\n mfc0 %0, $0" : "=&r"(index) : "r"(hi));
  return index;
}

/// An entry that matches nothing: a different unmapped page pair for each index.
inline Entry invalid(uint32_t index) { return {0x8000'0000u + index * 0x2000u, 0, 0}; }

}  // namespace tlb
}  // namespace exo::kernel
