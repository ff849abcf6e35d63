// What can be said of an instruction by looking at it alone: is there such a one, are its registers, fields and targets
// right; which registers does it read and write.
#pragma once
#include "kernel/download/costs.hpp"
#include "kernel/download/program.hpp"

namespace exo::kernel::download {

/// Of the instruction at `at`, which is not the second half of a constant. Marks the targets of jumps in `facts`.
Finding check_structure(const Instruction* program, uint32_t count, uint32_t at, uint8_t* facts);
constexpr uint32_t width_of(const Instruction& instruction) {
  return instruction.opcode == abi::bpf::kLoadConstant ? 2 : 1;
}

constexpr bool is_jump_class(uint8_t opcode) {
  const uint8_t kind = abi::bpf::class_of(opcode);
  return kind == abi::bpf::kClassJmp || kind == abi::bpf::kClassJmp32;
}
constexpr bool is_alu_class(uint8_t opcode) {
  const uint8_t kind = abi::bpf::class_of(opcode);
  return kind == abi::bpf::kClassAlu || kind == abi::bpf::kClassAlu64;
}
constexpr bool is_call(uint8_t opcode) { return opcode == (abi::bpf::kClassJmp | abi::bpf::kCall); }
constexpr bool is_exit(uint8_t opcode) { return opcode == (abi::bpf::kClassJmp | abi::bpf::kExit); }
constexpr bool is_always(uint8_t opcode) {  ///< a jump with no condition
  return is_jump_class(opcode) && abi::bpf::operation_of(opcode) == abi::bpf::kJa;
}
constexpr bool is_conditional(uint8_t opcode) {
  return is_jump_class(opcode) && !is_always(opcode) && !is_call(opcode) && !is_exit(opcode);
}

/// Registers as bits; of a call, what the helper takes.
struct Registers {
  uint16_t reads, writes;
};
Registers registers_of(const Instruction& instruction);

}  // namespace exo::kernel::download
