// The verifier: follows every path of a program with what is known about each register, and accepts it only if every
// path ends within the budget and touches nothing but what the program was given. Pure: no kernel behind it, so it is
// tested on any machine.
#pragma once
#include "kernel/download/program.hpp"

namespace exo::kernel::download {

struct VerifierMemory;

class Verifier {
 public:
  /// `memory` is the verifier's alone until it is done (verifier_memory.hpp); `facts` has room for one byte an
  /// instruction.
  void start(VerifierMemory& memory, const Instruction* program, uint32_t count, const Rules& rules, uint8_t* facts);
  /// Looks at one instruction on one path: at most some 500 machine instructions.
  Progress step();
  [[nodiscard]] const Finding& finding() const { return finding_; }    ///< after Refused
  [[nodiscard]] uint32_t longest() const { return longest_; }          ///< after Done: machine instructions, from above
  [[nodiscard]] uint32_t looked_at() const { return looked_at_; }      ///< instructions, on all paths
  [[nodiscard]] uint32_t stack_bytes() const { return stack_bytes_; }  ///< after Done: how much of the stack it uses

 private:
  Finding finding_;
  uint32_t longest_, looked_at_, stack_bytes_;
};

}  // namespace exo::kernel::download
