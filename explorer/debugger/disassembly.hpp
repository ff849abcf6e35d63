// Machine code of the guest (MIPS32 release 2, little-endian) as text.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace exo::debugger {

/// One line a word: "addiu $a0, $a0, 4"; ".word 0x..." for what is no instruction. `address` is the first word's.
[[nodiscard]] std::vector<std::string> disassemble(std::span<const std::uint32_t> words, std::uint32_t address);

}  // namespace exo::debugger
