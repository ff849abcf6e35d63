// Programs of a few instructions, compiled by the kernel's own compiler and called in user mode: a library OS may jump
// into its own data, and compiled code uses nothing that a program can't have.
#pragma once
#include "kernel/download/compiler.hpp"
#include "kernel/download/costs.hpp"
#include "tests/guest/checks.hpp"

extern "C" {
void exo_divide();
void exo_divide_signed();
}

namespace exo::trials {

using namespace abi::bpf;
using kernel::download::Compiler;
using kernel::download::Progress;
using kernel::download::Source;
namespace fact = kernel::download;

inline constexpr uint32_t kRoom = 256;
inline uint32_t code[kRoom];
inline uint16_t map[33];

class Program {
 public:
  uint32_t stack_bytes = 0;
  const uint32_t* helpers = nullptr;

  void add(uint32_t opcode, uint32_t d, uint32_t s, int32_t offset, int32_t immediate, uint32_t facts = 0) {
    instructions_[count_] = {uint8_t(opcode), uint8_t(d | s << 4), int16_t(offset), immediate};
    facts_[count_++] = uint8_t(facts | fact::kReached);
  }
  void mov(uint32_t d, uint32_t s) {
    if (d != s) add(kClassAlu64 | kMov | kSourceRegister, d, s, 0, 0);
  }
  void mov_constant(uint32_t d, int32_t value) { add(kClassAlu64 | kMov, d, 0, 0, value); }
  void exit() { add(kClassJmp | kExit, 0, 0, 0, 0); }

  /// False: it does not fit, or an instruction has become longer than costs.hpp says.
  [[nodiscard]] bool compile() {
    Source source{};
    source.program = instructions_;
    source.count = count_;
    source.facts = facts_;
    source.stack_bytes = stack_bytes;
    source.helpers = helpers;
    source.divide = uint32_t(&exo_divide);
    source.divide_signed = uint32_t(&exo_divide_signed);
    Compiler compiler;
    compiler.start(source, code, kRoom, map);
    Progress progress = Progress::More;
    while (progress == Progress::More) progress = compiler.step();
    if (progress != Progress::Done) return false;
    for (uint32_t i = 0; i < count_; ++i) {
      const bool constant = instructions_[i].opcode == kLoadConstant;
      const uint32_t next = constant ? i + 2 : i + 1;
      if (uint32_t(map[next] - map[i]) > kernel::download::cost(instructions_[i])) return false;
      i = next - 1;
    }
    return map[0] + compiler.words() - map[count_] <= kernel::download::kEntryAndExit;
  }
  [[nodiscard]] static uint64_t call(uint64_t r1, uint64_t r2) {
    asm volatile("" ::: "memory");
    return reinterpret_cast<uint64_t (*)(uint64_t, uint64_t)>(uint32_t(code))(r1, r2);
  }

 private:
  Instruction instructions_[32];
  uint8_t facts_[32];
  uint32_t count_ = 0;
};

// clang-format off
inline constexpr uint64_t kValues[] = {
  0, 1, 7, 31, 32, 33, 63, 64, 0xffff, 0x1'0000, 0x7fff'ffff, 0x8000'0000, 0xffff'fff9, 0xffff'ffff,
  0x1'0000'0000, 0x1'0000'0001, 0x1234'5678'9abc'def0, 0xfedc'ba98'0000'0003, 0x7fff'ffff'ffff'ffff,
  0x8000'0000'0000'0000, 0x8000'0000'0000'0001, 0xffff'ffff'8000'0000, 0xffff'ffff'ffff'fff9, 0xffff'ffff'ffff'ffff,
};
inline constexpr int32_t kImmediates[] = {
  0, 1, 7, 31, 32, 33, 63, 0x7fff, 0x8000, 0xffff, 0x1'0000, 0x1234'5678, 0x7fff'ffff,
  -1, -2, -0x8000, -0x8001, -0x10000, -0x7fff'ffff - 1,
};
// clang-format on

constexpr bool is_narrow(uint64_t value) { return value >> 32 == 0; }

/// Numbers that differ in length as well as in digits.
class Random {
 public:
  uint64_t next() {
    for (uint32_t i = 0; i < 2; ++i) {
      state_ ^= state_ << 13;
      state_ ^= state_ >> 17;
      state_ ^= state_ << 5;
      halves_[i] = state_;
    }
    const uint64_t value = uint64_t(halves_[1]) << 32 | halves_[0];
    state_ ^= state_ << 13;
    state_ ^= state_ >> 17;
    state_ ^= state_ << 5;
    return value >> (state_ & 63);
  }

 private:
  uint32_t state_ = 0x2545'f491;
  uint32_t halves_[2];
};

}  // namespace exo::trials
