// What a processor holds at one instruction, as numbers.
#pragma once
#include <array>
#include <cstdint>

namespace exo::debugger {

/// Places of the general registers that have a part in every call (o32).
inline constexpr std::size_t kStackPointer = 29, kFramePointer = 30, kReturnAddress = 31;

struct Registers {
  std::array<std::uint32_t, 32> general{};
  std::uint32_t lo = 0, hi = 0;
  std::uint32_t pc = 0;  ///< of the instruction that is next
  // Coprocessor 0. Of an environment that does not run: as they were when it was stopped, so far as the kernel keeps
  // them.
  std::uint32_t status = 0, cause = 0, bad_address = 0;
  std::uint32_t exception_pc = 0;
  std::uint32_t entry_hi = 0;
  // The floating-point unit: of the one that has it, while it may use it.
  bool has_floating = false;
  std::array<std::uint32_t, 32> floating{};
  std::uint32_t floating_control = 0, floating_implementation = 0;

  friend bool operator==(const Registers&, const Registers&) = default;
};

}  // namespace exo::debugger
