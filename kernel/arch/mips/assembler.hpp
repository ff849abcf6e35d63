// Machine code as data: the encodings of the MIPS32r2 instructions that the kernel's compilers write (MIPS32, volume
// II), and a place to write them one after another. Nothing is written past its end: `overflowed` says that words were
// lost.
#pragma once
#include <stdint.h>

namespace exo::kernel::mips {

// clang-format off
enum Register : uint8_t {
  kZero, kAt, kV0, kV1, kA0, kA1, kA2, kA3, kT0, kT1, kT2, kT3, kT4, kT5, kT6, kT7,
  kS0, kS1, kS2, kS3, kS4, kS5, kS6, kS7, kT8, kT9, kK0, kK1, kGp, kSp, kFp, kRa,
};
// clang-format on

constexpr uint32_t three_registers(uint32_t function, Register d, Register s, Register t, uint32_t amount = 0) {
  return uint32_t(s) << 21 | uint32_t(t) << 16 | uint32_t(d) << 11 | amount << 6 | function;
}
constexpr uint32_t with_immediate(uint32_t operation, Register t, Register s, uint32_t immediate) {
  return operation << 26 | uint32_t(s) << 21 | uint32_t(t) << 16 | (immediate & 0xffff);
}

// d = s op t
constexpr uint32_t addu(Register d, Register s, Register t) { return three_registers(0x21, d, s, t); }
constexpr uint32_t subu(Register d, Register s, Register t) { return three_registers(0x23, d, s, t); }
constexpr uint32_t and_(Register d, Register s, Register t) { return three_registers(0x24, d, s, t); }
constexpr uint32_t or_(Register d, Register s, Register t) { return three_registers(0x25, d, s, t); }
constexpr uint32_t xor_(Register d, Register s, Register t) { return three_registers(0x26, d, s, t); }
constexpr uint32_t nor(Register d, Register s, Register t) { return three_registers(0x27, d, s, t); }
constexpr uint32_t slt(Register d, Register s, Register t) { return three_registers(0x2a, d, s, t); }
constexpr uint32_t sltu(Register d, Register s, Register t) { return three_registers(0x2b, d, s, t); }
constexpr uint32_t move(Register d, Register s) { return or_(d, s, kZero); }
constexpr uint32_t movz(Register d, Register s, Register t) { return three_registers(0x0a, d, s, t); }  // if t is 0
constexpr uint32_t movn(Register d, Register s, Register t) { return three_registers(0x0b, d, s, t); }  // if it is not
/// Leaves nothing certain in hi and lo.
constexpr uint32_t mul(Register d, Register s, Register t) { return 0x1cu << 26 | three_registers(0x02, d, s, t); }

// hi and lo
constexpr uint32_t mfhi(Register d) { return three_registers(0x10, d, kZero, kZero); }
constexpr uint32_t mflo(Register d) { return three_registers(0x12, d, kZero, kZero); }
constexpr uint32_t multu(Register s, Register t) { return three_registers(0x19, kZero, s, t); }
constexpr uint32_t div(Register s, Register t) { return three_registers(0x1a, kZero, s, t); }
constexpr uint32_t divu(Register s, Register t) { return three_registers(0x1b, kZero, s, t); }

// Shifts: of s, by a constant below 32 or by the lower 5 bits of `by`.
constexpr uint32_t sll(Register d, Register s, uint32_t by) { return three_registers(0x00, d, kZero, s, by); }
constexpr uint32_t srl(Register d, Register s, uint32_t by) { return three_registers(0x02, d, kZero, s, by); }
constexpr uint32_t sra(Register d, Register s, uint32_t by) { return three_registers(0x03, d, kZero, s, by); }
constexpr uint32_t rotr(Register d, Register s, uint32_t by) { return 1u << 21 | srl(d, s, by); }
constexpr uint32_t sllv(Register d, Register s, Register by) { return three_registers(0x04, d, by, s); }
constexpr uint32_t srlv(Register d, Register s, Register by) { return three_registers(0x06, d, by, s); }
constexpr uint32_t srav(Register d, Register s, Register by) { return three_registers(0x07, d, by, s); }
inline constexpr uint32_t kNop = sll(kZero, kZero, 0);

// Within a word: sign extension, bytes of halfwords exchanged, fields of `bits` bits at `low`.
constexpr uint32_t special3(uint32_t function, Register d, Register t, uint32_t amount) {
  return 0x1fu << 26 | three_registers(function, d, kZero, t, amount);
}
constexpr uint32_t seb(Register d, Register s) { return special3(0x20, d, s, 0x10); }
constexpr uint32_t seh(Register d, Register s) { return special3(0x20, d, s, 0x18); }
constexpr uint32_t wsbh(Register d, Register s) { return special3(0x20, d, s, 0x02); }
constexpr uint32_t ext(Register d, Register s, uint32_t low, uint32_t bits) {
  return 0x1fu << 26 | uint32_t(s) << 21 | uint32_t(d) << 16 | (bits - 1) << 11 | low << 6;
}
constexpr uint32_t ins(Register d, Register s, uint32_t low, uint32_t bits) {
  return 0x1fu << 26 | uint32_t(s) << 21 | uint32_t(d) << 16 | (low + bits - 1) << 11 | low << 6 | 0x04;
}

// d = s op immediate: 16 bits, sign extended by the first three, zero extended by the others.
constexpr uint32_t addiu(Register d, Register s, uint32_t immediate) { return with_immediate(0x09, d, s, immediate); }
constexpr uint32_t slti(Register d, Register s, uint32_t immediate) { return with_immediate(0x0a, d, s, immediate); }
constexpr uint32_t sltiu(Register d, Register s, uint32_t immediate) { return with_immediate(0x0b, d, s, immediate); }
constexpr uint32_t andi(Register d, Register s, uint32_t immediate) { return with_immediate(0x0c, d, s, immediate); }
constexpr uint32_t ori(Register d, Register s, uint32_t immediate) { return with_immediate(0x0d, d, s, immediate); }
constexpr uint32_t xori(Register d, Register s, uint32_t immediate) { return with_immediate(0x0e, d, s, immediate); }
constexpr uint32_t lui(Register d, uint32_t immediate) { return with_immediate(0x0f, d, kZero, immediate); }
constexpr bool fits_signed(uint32_t value) { return value + 0x8000 < 0x1'0000; }
constexpr bool fits_unsigned(uint32_t value) { return value < 0x1'0000; }

// Memory at base + offset (16 bits, sign extended). The unaligned word at offset: lwr offset, lwl offset + 3.
constexpr uint32_t lb(Register d, uint32_t offset, Register base) { return with_immediate(0x20, d, base, offset); }
constexpr uint32_t lh(Register d, uint32_t offset, Register base) { return with_immediate(0x21, d, base, offset); }
constexpr uint32_t lwl(Register d, uint32_t offset, Register base) { return with_immediate(0x22, d, base, offset); }
constexpr uint32_t lw(Register d, uint32_t offset, Register base) { return with_immediate(0x23, d, base, offset); }
constexpr uint32_t lbu(Register d, uint32_t offset, Register base) { return with_immediate(0x24, d, base, offset); }
constexpr uint32_t lhu(Register d, uint32_t offset, Register base) { return with_immediate(0x25, d, base, offset); }
constexpr uint32_t lwr(Register d, uint32_t offset, Register base) { return with_immediate(0x26, d, base, offset); }
constexpr uint32_t sb(Register s, uint32_t offset, Register base) { return with_immediate(0x28, s, base, offset); }
constexpr uint32_t sh(Register s, uint32_t offset, Register base) { return with_immediate(0x29, s, base, offset); }
constexpr uint32_t swl(Register s, uint32_t offset, Register base) { return with_immediate(0x2a, s, base, offset); }
constexpr uint32_t sw(Register s, uint32_t offset, Register base) { return with_immediate(0x2b, s, base, offset); }
constexpr uint32_t swr(Register s, uint32_t offset, Register base) { return with_immediate(0x2e, s, base, offset); }

// Branches lead `words` on from the word after them, which is executed either way (the delay slot).
constexpr uint32_t beq(Register s, Register t, uint32_t words = 0) { return with_immediate(0x04, t, s, words); }
constexpr uint32_t bne(Register s, Register t, uint32_t words = 0) { return with_immediate(0x05, t, s, words); }
constexpr uint32_t blez(Register s, uint32_t words = 0) { return with_immediate(0x06, kZero, s, words); }
constexpr uint32_t bgtz(Register s, uint32_t words = 0) { return with_immediate(0x07, kZero, s, words); }
constexpr uint32_t bltz(Register s, uint32_t words = 0) { return with_immediate(0x01, kZero, s, words); }
constexpr uint32_t bgez(Register s, uint32_t words = 0) { return with_immediate(0x01, kAt, s, words); }
constexpr uint32_t branch(uint32_t words = 0) { return beq(kZero, kZero, words); }
constexpr uint32_t bal(uint32_t words = 0) { return with_immediate(0x01, Register(0x11), kZero, words); }
constexpr uint32_t jr(Register s) { return three_registers(0x08, kZero, s, kZero); }
constexpr uint32_t jalr(Register s) { return three_registers(0x09, kRa, s, kZero); }
constexpr bool is_branch(uint32_t word) { return word >> 26 == 1 || (word >> 26 >= 4 && word >> 26 <= 7); }
/// The branch, which stands at word `from`, leading to word `to`.
constexpr uint32_t leading(uint32_t branch_word, uint32_t from, uint32_t to) {
  return (branch_word & 0xffff'0000) | ((to - from - 1) & 0xffff);
}

/// The ticks of the machine.
constexpr uint32_t mfc0_count(Register d) { return 0x10u << 26 | uint32_t(d) << 16 | 9u << 11; }

/// Words written one after another.
class Assembler {
 public:
  void start(uint32_t* words, uint32_t room) {
    words_ = words;
    room_ = room;
    at_ = 0;
    overflowed_ = false;
  }
  [[nodiscard]] uint32_t at() const { return at_; }
  [[nodiscard]] bool overflowed() const { return overflowed_; }
  [[nodiscard]] uint32_t word(uint32_t place) const { return words_[place]; }
  void replace(uint32_t place, uint32_t word) { words_[place] = word; }
  void drop_last() { --at_; }

  /// Never inlined, as the compilers consist of its calls.
  [[gnu::noinline]] void emit(uint32_t word) {
    if (at_ == room_) {
      overflowed_ = true;
      return;
    }
    words_[at_++] = word;
  }
  /// One or two words.
  [[gnu::noinline]] void load_constant(Register d, uint32_t value) {
    if (fits_signed(value)) return emit(addiu(d, kZero, value));
    if (fits_unsigned(value)) return emit(ori(d, kZero, value));
    emit(lui(d, value >> 16));
    if ((value & 0xffff) != 0) emit(ori(d, d, value & 0xffff));
  }
  void copy(Register d, Register s) {
    if (d != s) emit(move(d, s));
  }
  /// Lets the branch at `place` lead to where the next word will be, or to word `to`.
  void lead_here(uint32_t place) { lead(place, at_); }
  void lead(uint32_t place, uint32_t to) { words_[place] = leading(words_[place], place, to); }

 private:
  uint32_t* words_;
  uint32_t room_, at_;
  bool overflowed_;
};

}  // namespace exo::kernel::mips
