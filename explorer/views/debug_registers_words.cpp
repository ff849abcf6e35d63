// Bits of coprocessor 0 in words: MIPS32 architecture, volume III, the Status and Cause registers.
#include <fmt/format.h>

#include <array>

#include "explorer/views/debug_parts.hpp"

namespace exo::views {
namespace {

constexpr std::uint32_t kInterruptsEnabled = 1, kException = 1u << 1, kError = 1u << 2, kBoot = 1u << 22,
                        kFloatingPoint = 1u << 29, kDelaySlot = 1u << 31, kTimer = 1u << 30;

constexpr std::array<const char*, 32> kExceptions{"interrupt",
                                                  "store to a read-only page (Mod)",
                                                  "TLB miss on a load or fetch (TLBL)",
                                                  "TLB miss on a store (TLBS)",
                                                  "bad address of a load or fetch (AdEL)",
                                                  "bad address of a store (AdES)",
                                                  "bus error on a fetch (IBE)",
                                                  "bus error on data (DBE)",
                                                  "system call (Sys)",
                                                  "breakpoint (Bp)",
                                                  "reserved instruction (RI)",
                                                  "coprocessor not usable (CpU)",
                                                  "overflow (Ov)",
                                                  "trap (Tr)",
                                                  nullptr,
                                                  "floating point (FPE)",
                                                  nullptr,
                                                  nullptr,
                                                  "coprocessor 2 (C2E)",
                                                  nullptr,
                                                  nullptr,
                                                  nullptr,
                                                  nullptr,
                                                  "watch (WATCH)",
                                                  "machine check (MCheck)",
                                                  nullptr,
                                                  nullptr,
                                                  nullptr,
                                                  nullptr,
                                                  nullptr,
                                                  "cache error (CacheErr)",
                                                  nullptr};

/// "2, 7" of eight bits.
std::string lines(std::uint32_t bits) {
  std::string out;
  for (int i = 0; i < 8; ++i)
    if (((bits >> i) & 1) != 0) out += (out.empty() ? "" : ", ") + std::to_string(i);
  return out;
}

}  // namespace

std::string status_words(std::uint32_t status) {
  const std::uint32_t mode = (status >> 3) & 3;
  std::string out = (status & kError) != 0       ? "kernel mode, after an error (ERL)"
                    : (status & kException) != 0 ? "kernel mode, in an exception (EXL)"
                    : mode == 0                  ? "kernel mode"
                    : mode == 2                  ? "user mode"
                                                 : "supervisor mode";
  const std::string mask = lines((status >> 8) & 0xff);
  out += (status & kInterruptsEnabled) == 0 ? "; interrupts off" : "; interrupts on";
  if (!mask.empty()) out += fmt::format(" (lines {})", mask);
  if ((status & kFloatingPoint) != 0) out += "; floating point usable";
  if ((status & kBoot) != 0) out += "; boot vectors";
  return out;
}

std::string cause_words(std::uint32_t cause) {
  const char* known = kExceptions[(cause >> 2) & 31];
  std::string out = known != nullptr ? known : fmt::format("exception {}", (cause >> 2) & 31);
  const std::string pending = lines((cause >> 8) & 0xff);
  if (!pending.empty()) out += fmt::format("; interrupts pending: {}", pending);
  if ((cause & kTimer) != 0) out += " (the timer's)";
  if ((cause & kDelaySlot) != 0) out += "; in a delay slot";
  return out;
}

}  // namespace exo::views
