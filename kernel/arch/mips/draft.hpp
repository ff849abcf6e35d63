// One program on its way into machine code: where its registers are, what is known about the instruction at hand, and
// the words so far. Each family of instructions is compiled by one function over it.
//
// An eBPF register is a pair, lower half first; r10 is the stack pointer plus the frame, and has none. t6 to t9 and at
// hold nothing from one instruction to the next: t6, t7, t8 are for results on their way, at and t9 for a source that
// is no register. k0 and k1 are never used, so compiled code can be tried in user mode.
#pragma once
#include "kernel/arch/mips/assembler.hpp"
#include "kernel/download/compiler.hpp"

namespace exo::kernel::mips {

using abi::bpf::Instruction;

struct Pair {
  Register low, high;
};

inline constexpr uint32_t kHome = 16;           ///< bytes on the stack where o32's callees may put their arguments
inline constexpr uint32_t kSavedRegisters = 8;  ///< s0 to s7: r6 to r9
inline constexpr Pair kPairs[] = {{kV0, kV1}, {kA0, kA1}, {kA2, kA3}, {kT0, kT1}, {kT2, kT3},    {kT4, kT5},
                                  {kS0, kS1}, {kS2, kS3}, {kS4, kS5}, {kS6, kS7}, {kZero, kZero}};
static_assert(sizeof kPairs / sizeof kPairs[0] == abi::bpf::kRegisters);
constexpr Pair pair_of(uint32_t number) { return kPairs[number]; }

class Draft {
 public:
  Draft(download::Body& body, const download::Source& source)
      : body_(body),
        out_(body.out),
        source_(source),
        instruction_(source.program[body.next]),
        facts_(source.facts[body.next]) {}

  [[nodiscard]] const Instruction& instruction() const { return instruction_; }
  [[nodiscard]] const download::Source& source() const { return source_; }
  [[nodiscard]] bool known(uint8_t fact) const { return (facts_ & fact) != 0; }
  [[nodiscard]] uint8_t operation() const { return abi::bpf::operation_of(instruction().opcode); }
  [[nodiscard]] bool from_register() const { return (instruction().opcode & abi::bpf::kSourceRegister) != 0; }
  [[nodiscard]] uint32_t immediate() const { return uint32_t(instruction().immediate); }
  [[nodiscard]] bool signed_division() const { return instruction().offset == abi::bpf::kSignedDivision; }
  [[nodiscard]] bool narrow() const { return known(download::kNarrow); }
  [[nodiscard]] bool upper_unused() const { return known(download::kUpperUnused); }
  [[nodiscard]] uint32_t frame() const { return body_.frame; }

  Pair destination() const { return pair_of(instruction().destination()); }
  /// The source, register or immediate, in registers; `high` only where the upper half is wanted.
  Pair operand(bool wide);
  /// A register's value; r10 is worked out.
  Pair value(uint32_t number);
  /// The result's upper half is 0. Nothing to do where nobody reads it, or where it was 0 and is left alone.
  void clear_upper(bool reads_destination);

  void emit(uint32_t word) { out_.emit(word); }
  void copy(Register d, Register s) { out_.copy(d, s); }
  void load_constant(Register d, uint32_t value) { out_.load_constant(d, value); }
  /// A branch to wherever this instruction leads (or, for exit, to the end), with its delay slot filled if possible.
  /// Compiler::step mends it when all words are there.
  void jump(uint32_t branch_word);
  /// The same for a branch or jump register whose target is known.
  void branch_with_slot(uint32_t word);
  [[nodiscard]] download::Body& body() { return body_; }
  /// A call of something outside, with `slot` in its delay slot.
  void call(uint32_t address, uint32_t slot);
  /// Words before here stay where they are.
  void pin() { body_.pinned = body_.out.at(); }

 private:
  download::Body& body_;
  Assembler& out_;
  const download::Source& source_;
  const Instruction& instruction_;
  const uint32_t facts_;
};

void compile_arithmetic32(Draft& draft);
void compile_arithmetic64(Draft& draft);
/// d = d op source in 32 bits, the upper half left alone. `operation`: any but mov, neg, end; narrow shifts of 64 bits
/// have their own.
void lower_half(Draft& draft, uint8_t operation, bool signed_division);
void compile_mov(Draft& draft, bool wide);
void compile_byte_order(Draft& draft, bool wide);
void compile_jump(Draft& draft);
void compile_load(Draft& draft);
void compile_store(Draft& draft);
void compile_call(Draft& draft);
/// In two parts, because each is some twenty words.
void begin_local_call(Draft& draft);
void end_local_call(Draft& draft);
void compile_look(Draft& draft);
void compile_division64(Draft& draft);

/// Makes a frame on the stack and saves there what a callee must keep; and the contrary, without the word that gives
/// the frame back.
void open_frame(download::Body& body);
void restore_registers(download::Body& body);

inline constexpr uint32_t kToBeMended = 0x7fff;  ///< immediate of a branch whose target is not yet known

}  // namespace exo::kernel::mips
