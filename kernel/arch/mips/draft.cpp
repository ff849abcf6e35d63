#include "kernel/arch/mips/draft.hpp"

namespace exo::kernel::mips {

Pair Draft::value(uint32_t number) {
  if (number != abi::bpf::kFramePointer) return pair_of(number);
  emit(addiu(kAt, kSp, frame()));
  return {kAt, kZero};
}

Pair Draft::operand(bool wide) {
  if (from_register()) return value(instruction().source());
  if (immediate() == 0) return {kZero, kZero};
  load_constant(kAt, immediate());
  if (!wide || instruction().immediate >= 0) return {kAt, kZero};
  load_constant(kT9, 0xffff'ffff);
  return {kAt, kT9};
}

void Draft::clear_upper(bool reads_destination) {
  if (upper_unused() || (narrow() && reads_destination)) return;
  emit(move(destination().high, kZero));
}

namespace {
struct Use {
  uint32_t read, written;  ///< bit n: register n
};

/// What a word reads and writes, or more than that. Words that can't be moved at all read and write everything.
Use use_of(uint32_t word) {
  const uint32_t s = 1u << (word >> 21 & 31), t = 1u << (word >> 16 & 31), d = 1u << (word >> 11 & 31);
  const uint32_t operation = word >> 26, function = word & 63;
  constexpr Use everything = {0xffff'ffff, 0xffff'ffff};
  switch (operation) {
    case 0x00:
      if (function >= 0x08 && function < 0x20 && function != 0x0a && function != 0x0b) return everything;
      return {s | t | d, d};
    case 0x1c:
    case 0x1f:
      return {s | t | d, t | d};
    default:
      if (operation >= 0x09 && operation <= 0x0f) return {s, t};
      if (operation >= 0x20 && operation <= 0x26) return {s | t, t};
      if (operation >= 0x28 && operation <= 0x2e) return {s | t, 0};
      return everything;
  }
}
}  // namespace

void Draft::branch_with_slot(uint32_t word) {
  Assembler& out = body_.out;
  // The last word of the instruction before goes into the delay slot, if it and what has been written of this one do
  // not touch the same registers. (Nothing written of a branch touches memory.)
  const uint32_t read = 1u << (word >> 21 & 31) | 1u << (word >> 16 & 31);
  bool movable = body_.start > body_.pinned && body_.map[body_.next - 1] < body_.start && !out.overflowed();
  Use candidate{};
  if (movable) {
    candidate = use_of(out.word(body_.start - 1));
    movable = (candidate.written & ~1u & read) == 0 && candidate.written != 0xffff'ffff;
  }
  for (uint32_t place = body_.start; movable && place < out.at(); ++place) {
    const Use use = use_of(out.word(place));
    movable =
        (use.written & (candidate.read | candidate.written) & ~1u) == 0 && (use.read & candidate.written & ~1u) == 0;
  }
  if (!movable) {
    emit(word);
    emit(kNop);
  } else {
    const uint32_t moved = out.word(body_.start - 1);
    for (uint32_t place = body_.start; place < out.at(); ++place) out.replace(place - 1, out.word(place));
    out.replace(out.at() - 1, word);
    emit(moved);
    body_.map[body_.next] = uint16_t(--body_.start);
  }
  pin();
}

void Draft::jump(uint32_t branch_word) { branch_with_slot(branch_word | kToBeMended); }

void Draft::call(uint32_t address, uint32_t slot) {
  if (body_.functions) emit(sw(kRa, body_.link, kSp));
  load_constant(kAt, address);
  emit(jalr(kAt));
  emit(slot);
  if (body_.functions) emit(lw(kRa, body_.link, kSp));
  pin();
}

}  // namespace exo::kernel::mips
