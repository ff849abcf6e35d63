// The compiler: one eBPF instruction after another into MIPS32 code that may be moved (it holds no address of its own).
// Trusts the verifier's facts. Pure: it only writes words.
//
// The code is called as uint64_t code(uint32_t r1, uint32_t 0, uint32_t r2, uint32_t 0): o32 passes 64-bit numbers that
// way, and r0 and r1 to r2 live where o32 puts result and arguments.
#pragma once
#include "kernel/download/program.hpp"

namespace exo::kernel::download {

/// Most words that one program can become (costs.hpp).
inline constexpr uint32_t kMostWords = 16'384;

struct Source {
  const Instruction* program;
  uint32_t count;
  const uint8_t* facts;
  uint32_t stack_bytes;
  const uint32_t* helpers;  ///< addresses by helper number
  uint32_t divide;          ///< address of exo_divide (arch/mips/divide.S)
  uint32_t alarm;           ///< address of the word that says when something is due, and
  uint32_t look;            ///< of exo_download_look (arch/mips/look.S); both 0: the code never looks
};

class Compiler {
 public:
  /// `words`: room for kMostWords. `map`: word at which each instruction begins, `count` + 1 of them.
  void start(const Source& source, uint32_t* words, uint16_t* map);
  /// Compiles one instruction, or mends one jump: at most some 500 machine instructions.
  Progress step();
  [[nodiscard]] uint32_t words() const { return at_; }

 private:
  Source source_;
  uint32_t* words_;
  uint16_t* map_;
  uint32_t at_;
};

}  // namespace exo::kernel::download
