// Appel and Li's primitives (Virtual memory primitives for user programs, 1991), as library calls: what garbage
// collectors, checkpointers and shared virtual memory ask of virtual memory. Here they are a page table of the library
// OS's own (linear or inverted, chosen at link time), one system call (`protect`), and exceptions that come back to the
// program without the kernel.
//
// They work on pages numbered from 0, at kRegionAddress. Invariant: a page's binding allows writing exactly while its
// entry is neither kEntryProtected nor kEntryWatched.
#pragma once
#include "libos/base/syscall.hpp"
#include "libos/vm/page_table.hpp"

namespace exo::libos::vm {

inline constexpr uint32_t kProtectedRegion = 0x1101'0000;
inline constexpr uint32_t kHundred = 100;

constexpr uint32_t protected_address(uint32_t page) { return kProtectedRegion + page * abi::kPageSize; }

/// What becomes of an instruction that wrote to a protected page. One in the delay slot of a branch can't be skipped
/// (the branch would be skipped with it): then the program ends with a note.
enum class Resume : uint32_t { Retry = 0, Skip = 4 };
/// Called on the stack of the program, with its registers saved, for each write to a protected page. Upcalls may come
/// while it works. The page must be writable before it answers Retry.
using ProtectionHook = Resume (*)(uint32_t page);

/// A store that can be skipped: not in a delay slot, wherever the compiler puts it.
inline void store_word(uint32_t address, uint32_t value) {
  asm volatile(".set push\n .set noreorder\n sw %0, 0(%1)\n .set pop" ::"r"(value), "r"(address) : "memory");
}

/// Takes a frame for each of 100 pages, binds them for reading and writing, and takes over the exception "TLB
/// modified". Errors: those of frame_allocate, bind and exception_set, noted.
Status prepare_pages();
/// A miss at an address: binds the page again, if it is one of these whose binding was displaced.
[[nodiscard]] bool resolve_page(uint32_t address);
void set_protection_hook(ProtectionHook hook);  ///< nullptr, as in the beginning: the write is skipped
/// Forgets that pages were written: the next write to each is noticed by the page table, and by nobody else.
void watch(uint32_t first, uint32_t count);

// The seven.

/// Was the page written, or made writable, since it was watched? Asks the page table.
[[nodiscard]] bool dirty(uint32_t page);
/// Protects one page against writing; and its opposite, for hooks.
void prot1(uint32_t page);
void unprot1(uint32_t page);
/// Protects all hundred pages.
void prot100();
/// Makes all hundred pages writable.
void unprot100();
/// Writes to a protected page: the exception, the hook if there is one, and on behind the write.
void trap(uint32_t page);
/// prot1 + trap + unprot, `count` times: writes to a protected page chosen at random; the hook makes it writable and
/// protects another. Begin with appel1_begin; from then on exactly one page is writable at any time.
void appel1(uint32_t count);
void appel1_begin();
/// protN + trap + unprot: protects all hundred pages, then writes to each in random order; the hook makes the page that
/// faulted writable.
void appel2();

/// The i-th page in the random order of appel1 and appel2, which is the same every time.
[[nodiscard]] uint32_t random_page(uint32_t i);
/// Writes to protected pages so far.
[[nodiscard]] uint32_t protection_faults();

}  // namespace exo::libos::vm
