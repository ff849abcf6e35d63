// The compiler: one eBPF instruction after another into MIPS32 code that may be moved (it holds no address of its own).
// Trusts the verifier's facts. Pure: it only writes words.
//
// The code is called as uint64_t code(uint32_t r1, uint32_t 0, uint32_t r2, uint32_t 0): o32 passes 64-bit numbers that
// way, and r0 and r1 to r2 live where o32 puts result and arguments.
#pragma once
#include "kernel/arch/mips/assembler.hpp"
#include "kernel/download/program.hpp"

namespace exo::kernel::mips {
class Draft;
}
namespace exo::kernel::download {

/// Most words that one program can become (costs.hpp).
inline constexpr uint32_t kMostWords = 16'384;

struct Source {
  const Instruction* program;
  uint32_t count;
  const uint8_t* facts;
  uint32_t stack_bytes;
  const uint32_t* helpers;  ///< addresses by helper number
  uint32_t divide;          ///< address of exo_divide (arch/mips/divide.S), and
  uint32_t divide_signed;   ///< of exo_divide_signed
  uint32_t alarm;           ///< address of the word that says when something is due, and
  uint32_t look;            ///< of exo_download_look (arch/mips/look.S); both 0: the code never looks
};

/// What has been made of a program so far.
struct Body {
  mips::Assembler out;
  uint16_t* map;
  uint32_t next;    ///< instruction to be looked at
  uint32_t start;   ///< first word of the instruction at hand
  uint32_t pinned;  ///< words before this one stay where they are
  uint32_t frame;   ///< bytes from the stack pointer to r10
  uint32_t saved;   ///< bit n: register s<n> is used
  bool calls;       ///< anything: ra is saved
  bool helpers;     ///< called with the room on the stack that o32 wants
  bool functions;   ///< within the program
  uint32_t link;    ///< place on the stack for ra while something outside is called, if there are functions
};

class Compiler {
 public:
  /// `words`: room for `room` of them, at most kMostWords. `map`: word at which each instruction begins, `count` + 1 of
  /// them; the last is where the program returns.
  void start(const Source& source, uint32_t* words, uint32_t room, uint16_t* map);
  /// Looks at one instruction, compiles it, or mends its jump: at most some 500 machine instructions. Refused: no room.
  Progress step();
  [[nodiscard]] uint32_t words() const { return body_.out.at(); }

 private:
  enum class Phase : uint8_t { Survey, Enter, Compile, Mend };
  /// What is to be written of the instruction at hand: all of it, what follows its look, the second half of a call.
  enum class Part : uint8_t { Whole, Rest, Call };
  void survey();
  void enter();
  void enter_function();
  Progress compile();
  void write(mips::Draft& draft);
  void leave();
  void close();
  void mend();

  Source source_;
  Body body_;
  Phase phase_;
  Part part_;
};

}  // namespace exo::kernel::download
