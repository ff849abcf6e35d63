// The environment page: one frame that kernel and library OS share, bound at kEnvironmentPageAddress with a guaranteed
// mapping, so that both sides reach it without a fault. Its address fits a 16-bit offset from register zero: an upcall
// handler can save and restore registers before it has any register to work with. The kernel trusts nothing that it
// reads here.
//
// Resuming needs no kernel: the handler restores its registers, loads the saved pc into gp (which compiled code does
// not use) and jumps. The last store, in the delay slot, clears `masked`, or `exception.cause`.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "capability.hpp"
#include "machine.hpp"

namespace exo::abi {

/// What an exception leaves here before the kernel jumps to the handler of its cause. No register is changed: the
/// handler saves the ones that it needs. While `cause` is not 0, asynchronous upcalls wait as if they were masked, so
/// that none can come before the handler has copied what it needs; the handler writes 0 when they may come again.
struct ExceptionContext {
  uint32_t pc;       ///< of the instruction (with bit 31 of cause set: of the branch before it)
  uint32_t cause;    ///< the Cause register: the code in bits 6..2; never 0 here
  uint32_t address;  ///< the last bad address: meaningful for the causes that have one
  uint32_t reserved[5];
};
static_assert(sizeof(ExceptionContext) == 32);
constexpr uint32_t cause_code(uint32_t cause) { return (cause >> 2) & 31; }

/// Registers that the kernel overwrites on the way into the handler of an asynchronous upcall, as they were. The kernel
/// fills it; the handler resumes from it. On entry: a0 upcall kind, a1 to a3 its arguments (upcalls.def); every other
/// register is as the program left it. pc 0: nothing was going on (entry_wait); there is nothing to resume.
struct UpcallFrame {
  uint32_t pc;
  uint32_t a0, a1, a2, a3;
  uint32_t was_masked;  ///< value of `masked` before this upcall
  uint32_t kind;
  uint32_t reserved;
};
static_assert(sizeof(UpcallFrame) == 32);

inline constexpr uint32_t kRepossessions = 16;
struct Repossession {
  uint32_t request;
  uint32_t frame;
  uint32_t generation;  ///< the one that was killed
  uint32_t saved_to;    ///< frame with the contents, or kNoFrame
};

inline constexpr uint32_t kStartWords = 64;

struct EnvironmentPage {
  ExceptionContext exception;  ///< synchronous: caused by the instruction
  UpcallFrame interrupt;       ///< asynchronous upcalls
  // Written by the library OS.
  uint32_t masked;  ///< not 0: asynchronous upcalls wait. The kernel sets it to 1 on every one.
  // Written by the kernel.
  uint32_t pending;  ///< asynchronous upcalls that wait
  uint32_t number;   ///< of this environment
  uint32_t generation;
  uint32_t argument;       ///< from env_start
  uint32_t archive_pages;  ///< size of the boot archive
  uint32_t repossessed;    ///< entries ever written to the vector below, which is used as a ring
  uint32_t reserved0;
  Capability self;       ///< this environment, right Destroy
  Capability authority;  ///< first program only; all zero otherwise
  Capability page;       ///< of the environment page itself
  uint32_t reserved1;
  Repossession repossession[kRepossessions];
  uint32_t start[kStartWords];  ///< written by the creator before env_start: see boot_manifest.hpp
  // From here to the end of the page: the library OS's own.
};
static_assert(offsetof(EnvironmentPage, interrupt) == 0x20);
static_assert(offsetof(EnvironmentPage, masked) == 0x40);
static_assert(offsetof(EnvironmentPage, pending) == 0x44);
static_assert(offsetof(EnvironmentPage, self) == 0x60);
static_assert(offsetof(EnvironmentPage, repossession) == 0xa0);
static_assert(offsetof(EnvironmentPage, start) == 0x1a0);
static_assert(sizeof(EnvironmentPage) == 0x2a0);

}  // namespace exo::abi
