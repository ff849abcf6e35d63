// An environment's registers while the kernel runs or while another environment does.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "kernel/arch/mips/offsets.h"

namespace exo::kernel {

struct TrapFrame {
  uint32_t r[32];  ///< general registers; r[0] is unused
  uint32_t lo, hi;
  uint32_t pc;
  uint32_t cause;
  uint32_t bad_address;
  uint32_t status;

  uint32_t& v0() { return r[2]; }
  uint32_t& v1() { return r[3]; }
  uint32_t& sp() { return r[29]; }
  uint32_t& argument(uint32_t i) { return r[4 + i]; }  ///< a0 to a3
};
static_assert(offsetof(TrapFrame, r[1]) == FRAME_AT && offsetof(TrapFrame, lo) == FRAME_LO);
static_assert(offsetof(TrapFrame, pc) == FRAME_PC && offsetof(TrapFrame, cause) == FRAME_CAUSE);
static_assert(offsetof(TrapFrame, bad_address) == FRAME_BADVADDR && offsetof(TrapFrame, status) == FRAME_STATUS);
static_assert(sizeof(TrapFrame) == FRAME_BYTES);

/// Exception codes of the Cause register (MIPS32 Architecture For Programmers, volume III, "Cause").
enum class Cause : uint32_t {
  Interrupt = 0,
  Modified = 1,
  LoadMiss = 2,
  StoreMiss = 3,
  System = 8,
  Breakpoint = 9,
  Coprocessor = 11,
};
inline Cause cause_of(const TrapFrame& frame) { return Cause((frame.cause >> 2) & 31); }
inline bool in_delay_slot(const TrapFrame& frame) { return frame.cause >> 31; }
/// Of a Coprocessor exception: which one is missing.
inline uint32_t coprocessor_of(const TrapFrame& frame) { return (frame.cause >> 28) & 3; }

// Status words: user mode with the timer interrupt on, entered by eret; and the idle loop's, the same in kernel mode.
inline constexpr uint32_t kStatusExceptionLevel = 1u << 1;
inline constexpr uint32_t kStatusUserMode = 2u << 3;
inline constexpr uint32_t kStatusTimer = 1u << 15;
inline constexpr uint32_t kStatusFpu = 1u << 29;
inline constexpr uint32_t kUserStatus = kStatusTimer | kStatusUserMode | kStatusExceptionLevel | 1;
inline constexpr uint32_t kIdleStatus = kStatusTimer | kStatusExceptionLevel | 1;
inline bool from_user(const TrapFrame& frame) { return (frame.status & kStatusUserMode) != 0; }

}  // namespace exo::kernel
