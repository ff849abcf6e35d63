// Programs that trials write themselves, and those that are the most work for the kernel's verifier.
#pragma once
#include "libos/base/download.hpp"

namespace exo::trials {

using namespace abi::bpf;

inline constexpr uint8_t kMov64 = kClassAlu64 | kMov, kLoad64 = kClassLdx | kMem | 0x18,
                         kStore64 = kClassStx | kMem | 0x18;

/// An empty program to put instructions into.
struct Program {
  Instruction text[kMostInstructions];
  uint32_t count;

  void put(uint8_t opcode, uint32_t destination, uint32_t source, int32_t offset, int32_t immediate) {
    text[count++] = {opcode, uint8_t(destination | source << 4), int16_t(offset), immediate};
  }
  void finish_with(int32_t result) {
    put(kMov64, 0, 0, 0, result);
    put(kClassJmp | kExit, 0, 0, 0, 0);
  }
};

/// Of a computation. Every path leaves another sum in r0, so no path covers another.
inline void make_many_paths(Program& program) {
  program.count = 0;
  program.put(kClassLdx | kMem | 0x00, 2, 1, 0, 0);  // r2 = *(u32 *)(r1 + 0)
  program.put(kMov64, 0, 0, 0, 0);
  for (int32_t bit = 0; bit < 5; ++bit) {
    program.put(kClassJmp | kJset, 2, 0, 1, 1 << bit);
    program.put(kClassAlu64 | kAdd, 0, 0, 0, 1 << bit);
  }
  program.put(kClassJmp | kExit, 0, 0, 0, 0);
}

/// Of a computation on 16 bytes. Single instructions that take the verifier longest: with numbers of 64 bits of which
/// nothing or something odd is known.
inline void make_long_looks(Program& program, uint32_t most = kMostInstructions) {
  constexpr uint8_t kAlu = kClassAlu | kSourceRegister, kAlu64 = kClassAlu64 | kSourceRegister;
  constexpr uint8_t kJump = kClassJmp | kSourceRegister, kJump32 = kClassJmp32 | kSourceRegister;
  program.count = 0;
  program.put(kLoad64, 6, 1, 0, 0);
  program.put(kLoad64, 7, 1, 8, 0);
  program.put(kClassAlu64 | kAnd, 7, 0, 0, 0x5a5a'5a5a);
  while (program.count + 32 < most) {
    program.put(kAlu64 | kMov, 2, 6, 0, 0);
    program.put(kAlu64 | kMov, 3, 7, 0, 0);
    // Both ways of each lead to the next instruction.
    program.put(kJump32 | kJgt, 2, 3, 0, 0);
    program.put(kJump32 | kJsgt, 2, 3, 0, 0);
    program.put(kJump32 | kJeq, 2, 3, 0, 0);
    program.put(kJump | kJsle, 2, 3, 0, 0);
    program.put(kAlu64 | kSub, 2, 3, 0, 0);
    program.put(kAlu | kAdd, 2, 6, 0, 0);
    program.put(kAlu64 | kMov, 2, 6, 0, 0);
    program.put(kAlu | kArsh, 2, 3, 0, 0);
    program.put(kAlu64 | kMov, 2, 6, 0, 0);
    program.put(kAlu | kXor, 2, 3, 0, 0);
    program.put(kClassAlu64 | kRsh, 3, 0, 0, 7);
    program.put(kClassAlu64 | kArsh, 3, 0, 0, 9);
    program.put(kStore64, 10, 6, -8, 0);
    program.put(kClassStx | kMem | 0x08, 10, 7, -6, 0);  // a part of the slot
    program.put(kClassLdx | kMem | 0x08, 4, 10, -6, 0);
    program.put(kLoadConstant, 4, 0, 0, -1);
    program.put(0, 0, 0, 0, -1);
    program.put(kClassAlu64 | kDiv, 4, 0, 0, INT32_MAX);
    program.put(kLoadConstant, 5, 0, 0, 0);
    program.put(0, 0, 0, 0, INT32_MIN);
    program.put(kClassAlu64 | kMod, 5, 0, 1, INT32_MAX);
  }
  program.finish_with(0);
}

/// Of a handler. Each copy asks about the whole stack, twice, and leaves it unknown.
inline void make_stack_copies(Program& program) {
  program.count = 0;
  program.put(kLoad64, 6, 1, 24, 0);
  for (int32_t slot = 1; slot <= int32_t(kStackBytes / 8); ++slot) program.put(kStore64, 10, 6, -8 * slot, 0);
  for (uint32_t i = 0; i < abi::kMostHelperBytes / kStackBytes; ++i) {
    for (uint32_t r = 1; r <= 2; ++r) {
      program.put(kMov64 | kSourceRegister, r, 10, 0, 0);
      program.put(kClassAlu64 | kAdd, r, 0, 0, -int32_t(kStackBytes));
    }
    program.put(kMov64, 3, 0, 0, int32_t(kStackBytes));
    program.put(kClassJmp | kCall, 0, 0, 0, 3);
  }
  program.finish_with(1);
}

}  // namespace exo::trials
