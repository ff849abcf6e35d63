// Capstone's words for an instruction, each word on its own: one that is not known takes nothing with it.
#include "explorer/debugger/disassembly.hpp"

#include <capstone/capstone.h>
#include <fmt/format.h>

namespace exo::debugger {

std::vector<std::string> disassemble(std::span<const std::uint32_t> words, std::uint32_t address) {
  std::vector<std::string> lines;
  lines.reserve(words.size());
  csh handle = 0;
  const cs_mode mode = cs_mode(CS_MODE_MIPS32 | CS_MODE_LITTLE_ENDIAN);
  const bool open = cs_open(CS_ARCH_MIPS, mode, &handle) == CS_ERR_OK;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::uint8_t bytes[4] = {std::uint8_t(words[i]), std::uint8_t(words[i] >> 8), std::uint8_t(words[i] >> 16),
                                   std::uint8_t(words[i] >> 24)};
    cs_insn* found = nullptr;
    const std::size_t count = open ? cs_disasm(handle, bytes, 4, address + 4 * std::uint32_t(i), 1, &found) : 0;
    if (count == 0) {
      lines.push_back(fmt::format(".word {:#010x}", words[i]));
      continue;
    }
    const std::string_view operands = found->op_str;
    lines.push_back(operands.empty() ? std::string(found->mnemonic) : fmt::format("{} {}", found->mnemonic, operands));
    cs_free(found, count);
  }
  if (open) cs_close(&handle);
  return lines;
}

}  // namespace exo::debugger
