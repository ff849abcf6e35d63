// What compiled code costs at most, known before it is compiled: the verifier adds it up along each path, and decides
// by it where the code must look at the kernel's deadlines. The compiler's own tests hold it to these figures.
#pragma once
#include "kernel/download/program.hpp"

namespace exo::kernel::download {

/// Saving and restoring registers, and the stack.
inline constexpr uint32_t kEntryAndExit = 23;
/// The routine that divides 64-bit numbers (arch/mips/divide.S), and what calls it.
inline constexpr uint32_t kDivision = 160, kDividing = 14;
/// A look at the clock (fact kLooks), if nothing is due: the rest is the kernel's own business.
inline constexpr uint32_t kLook = 6;

/// The most machine instructions that one instruction takes, with no facts known and no look. Of a call: without the
/// helper itself (helpers.def). 0: there is no such instruction, or it is the second half of a constant.
constexpr uint32_t cost(const Instruction& instruction) {
  using namespace abi::bpf;
  const uint8_t opcode = instruction.opcode;
  const uint8_t operation = operation_of(opcode);
  const bool from_register = (opcode & kSourceRegister) != 0;
  switch (class_of(opcode)) {
    case kClassAlu:
      if (operation == kEnd) return 5;
      return operation == kDiv || operation == kMod ? 5 : 4;
    case kClassAlu64:
      switch (operation) {
        case kAdd:
        case kSub:
        case kEnd:
          return 6;
        case kMul:
          return 9;
        case kDiv:
        case kMod:
          return kDividing + kDivision;
        case kLsh:
        case kRsh:
        case kArsh:
          return from_register ? 12 : 4;
        default:
          return 4;
      }
    case kClassLd:
      return opcode == kLoadConstant ? 4 : 0;
    case kClassLdx:
      return 6;
    case kClassSt:
      return 8;
    case kClassStx:
      return 6;
    case kClassJmp:
      if (operation == kCall) return instruction.source() == kCallLocal ? 22 : 8;
      return operation == kJa || operation == kExit ? 2 : 9;
    default:  // kClassJmp32
      return operation == kJa ? 2 : 5;
  }
}

constexpr bool is_jump(const Instruction& instruction) {
  using namespace abi::bpf;
  const uint8_t kind = class_of(instruction.opcode);
  if (kind != kClassJmp && kind != kClassJmp32) return false;
  const uint8_t operation = operation_of(instruction.opcode);
  return operation != kCall && operation != kExit;
}
constexpr bool is_local_call(const Instruction& instruction) {
  using namespace abi::bpf;
  return instruction.opcode == (kClassJmp | kCall) && instruction.source() == kCallLocal;
}
/// Where a jump or a call within the program, that stands at `place`, leads.
constexpr uint32_t jump_target(const Instruction& instruction, uint32_t place) {
  using namespace abi::bpf;
  const bool far = instruction.opcode == (kClassJmp32 | kJa) || is_local_call(instruction);
  return place + 1 + (far ? uint32_t(instruction.immediate) : uint32_t(int32_t(instruction.offset)));
}

// Looks. A program is divided, as it stands, into stretches of kStretch machine instructions. The code looks at the
// clock whenever it comes from one stretch into another, jumps back, calls a function of its own or comes back from
// one: so it never runs for much longer than a stretch without a look, whatever way it takes.
inline constexpr uint32_t kStretch = 352;
/// Stretch of the instruction before which the program's instructions cost as much as this together.
constexpr uint8_t stretch_at(uint32_t cost_before) { return uint8_t(cost_before / kStretch); }
static_assert(abi::bpf::kMostInstructions * (kDividing + kDivision) / kStretch < 256);

/// Whether there is a look before the instruction at `place` of its program (fact kLooks). `stretch`: of every
/// instruction.
constexpr bool looks(const uint8_t* stretch, const Instruction& instruction, uint32_t place) {
  if (place != 0 && stretch[place] != stretch[place - 1]) return true;
  if (is_local_call(instruction) || (place != 0 && is_local_call((&instruction)[-1]))) return true;
  if (!is_jump(instruction)) return false;
  const uint32_t target = jump_target(instruction, place);
  return target <= place || stretch[target] != stretch[place];
}

}  // namespace exo::kernel::download
