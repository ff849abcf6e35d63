// The instruction set of downloaded code: eBPF as RFC 9669 has it. An instruction is 8 bytes, little-endian; a 64-bit
// constant takes two. Shared by the kernel's verifier and compiler, the library OSes, and the explorer.
#pragma once
#include <stdint.h>

namespace exo::abi::bpf {

struct Instruction {
  uint8_t opcode;
  uint8_t registers;  ///< destination in bits 3..0, source in bits 7..4
  int16_t offset;
  int32_t immediate;
  [[nodiscard]] constexpr uint32_t destination() const { return registers & 15; }
  [[nodiscard]] constexpr uint32_t source() const { return registers >> 4; }
};
static_assert(sizeof(Instruction) == 8);

inline constexpr uint32_t kRegisters = 11;     ///< r0 to r10
inline constexpr uint32_t kFramePointer = 10;  ///< one past the program's stack; can't be written
inline constexpr uint32_t kStackBytes = 512;
/// Functions of a program that may be under way at once, the program itself among them; each has a stack of its own.
inline constexpr uint32_t kMostFrames = 4;
inline constexpr uint32_t kMostInstructions = 512;  ///< in a program; a 64-bit constant counts as two

// Class: bits 2..0 of the opcode (RFC 9669, 3).
inline constexpr uint8_t kClassLd = 0x00, kClassLdx = 0x01, kClassSt = 0x02, kClassStx = 0x03;
inline constexpr uint8_t kClassAlu = 0x04, kClassJmp = 0x05, kClassJmp32 = 0x06, kClassAlu64 = 0x07;
constexpr uint8_t class_of(uint8_t opcode) { return opcode & 7; }

// Arithmetic and jumps (4.1, 4.3): operation in bits 7..4, source operand in bit 3.
inline constexpr uint8_t kSourceRegister = 0x08;  ///< else the immediate
constexpr uint8_t operation_of(uint8_t opcode) { return opcode & 0xf0; }
inline constexpr uint8_t kAdd = 0x00, kSub = 0x10, kMul = 0x20, kDiv = 0x30, kOr = 0x40, kAnd = 0x50, kLsh = 0x60,
                         kRsh = 0x70;
inline constexpr uint8_t kNeg = 0x80, kMod = 0x90, kXor = 0xa0, kMov = 0xb0, kArsh = 0xc0, kEnd = 0xd0;
inline constexpr int16_t kSignedDivision = 1;  ///< offset of kDiv and kMod
inline constexpr uint8_t kJa = 0x00, kJeq = 0x10, kJgt = 0x20, kJge = 0x30, kJset = 0x40, kJne = 0x50, kJsgt = 0x60,
                         kJsge = 0x70;
inline constexpr uint8_t kCall = 0x80, kExit = 0x90, kJlt = 0xa0, kJle = 0xb0, kJslt = 0xc0, kJsle = 0xd0;
inline constexpr uint32_t kCallHelper = 0, kCallLocal = 1;  ///< source of kCall

// Loads and stores (5): mode in bits 7..5, size in bits 4..3.
constexpr uint8_t mode_of(uint8_t opcode) { return opcode & 0xe0; }
inline constexpr uint8_t kImm = 0x00, kAbs = 0x20, kInd = 0x40, kMem = 0x60, kMemSigned = 0x80, kAtomic = 0xc0;
constexpr uint32_t size_of(uint8_t opcode) {  ///< bytes
  constexpr uint8_t bytes[] = {4, 2, 1, 8};
  return bytes[(opcode >> 3) & 3];
}
inline constexpr uint8_t kLoadConstant =
    0x18;  ///< kClassLd, kImm, 8 bytes: the next instruction's immediate is the upper half

}  // namespace exo::abi::bpf
