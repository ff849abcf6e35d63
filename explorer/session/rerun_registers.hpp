// Registers out of what can be read of a held machine: the monitor's words for the processor's, the kernel's memory for
// those of an environment that does not run.
#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "explorer/debugger/registers.hpp"

namespace exo::session {

/// What QEMU's `info registers` prints; nothing when that is not what it should be.
[[nodiscard]] std::optional<debugger::Registers> parse_registers(std::string_view text);

/// What the kernel keeps of an environment while it does not run. `all` is false when that is only its pc and its stack
/// pointer.
struct SavedRegisters {
  debugger::Registers registers;
  bool all = false;
};
[[nodiscard]] SavedRegisters saved_registers(std::span<const std::byte> ram, std::uint32_t env);

}  // namespace exo::session
