// Arithmetic in 64 bits, on pairs of registers. Each function computes the upper half only if somebody reads it.
#include "kernel/arch/mips/draft.hpp"

namespace exo::kernel::mips {

using namespace abi::bpf;

namespace {
/// d += source. The carry is the sum's being below what was added.
void add_pairs(Draft& draft, Pair d, Pair s) {
  if (d.low == s.low) {
    draft.emit(srl(kT6, d.low, 31));
    draft.emit(addu(d.low, d.low, d.low));
  } else {
    draft.emit(addu(d.low, d.low, s.low));
    draft.emit(sltu(kT6, d.low, s.low));
  }
  if (s.high != kZero) draft.emit(addu(d.high, d.high, s.high));
  draft.emit(addu(d.high, d.high, kT6));
}

void add_immediate(Draft& draft, Pair d, uint32_t value) {
  if (value == 0) return;
  if (fits_signed(value)) {
    draft.emit(addiu(d.low, d.low, value));
    draft.emit(sltiu(kT6, d.low, value));
  } else {
    draft.load_constant(kAt, value);
    draft.emit(addu(d.low, d.low, kAt));
    draft.emit(sltu(kT6, d.low, kAt));
  }
  draft.emit(addu(d.high, d.high, kT6));
  if (int32_t(value) < 0) draft.emit(addiu(d.high, d.high, 0xffff));
}

void subtract(Draft& draft, Pair d, Pair s) {
  draft.emit(sltu(kT6, d.low, s.low));
  draft.emit(subu(d.low, d.low, s.low));
  if (s.high != kZero) draft.emit(subu(d.high, d.high, s.high));
  draft.emit(subu(d.high, d.high, kT6));
}

/// The upper halves' product does not matter.
void multiply(Draft& draft, Pair d, Pair s) {
  draft.emit(multu(d.low, s.low));
  draft.emit(mflo(kT6));
  draft.emit(mfhi(kT7));
  draft.emit(mul(kT8, d.high, s.low));
  if (!draft.from_register()) {
    draft.emit(addu(d.high, kT7, kT8));
    if (draft.instruction().immediate < 0) draft.emit(subu(d.high, d.high, d.low));
  } else {
    draft.emit(addu(kT7, kT7, kT8));
    draft.emit(mul(kT8, d.low, s.high));
    draft.emit(addu(d.high, kT7, kT8));
  }
  draft.emit(move(d.low, kT6));
}

void bitwise_immediate(Draft& draft, uint8_t operation, Pair d) {
  lower_half(draft, operation, false);
  const bool negative = draft.instruction().immediate < 0;
  if (operation == kAnd && !negative) draft.emit(move(d.high, kZero));
  if (operation == kOr && negative) draft.load_constant(d.high, 0xffff'ffff);
  if (operation == kXor && negative) draft.emit(nor(d.high, d.high, kZero));
}

void bitwise(Draft& draft, uint8_t operation, Pair d, Pair s) {
  const auto word = operation == kAnd ? and_ : operation == kOr ? or_ : xor_;
  draft.emit(word(d.low, d.low, s.low));
  draft.emit(word(d.high, d.high, s.high));
}

void shift_by_constant(Draft& draft, uint8_t operation, Pair d) {
  const uint32_t by = draft.immediate() & 63, rest = by & 31;
  const bool upper = !draft.upper_unused();
  if (by == 0) return;
  if (operation == kLsh) {
    if (by >= 32) {
      if (upper) draft.emit(sll(d.high, d.low, rest));
      return draft.emit(move(d.low, kZero));
    }
    if (upper) {
      draft.emit(srl(kT6, d.low, 32 - by));
      draft.emit(sll(d.high, d.high, by));
      draft.emit(or_(d.high, d.high, kT6));
    }
    return draft.emit(sll(d.low, d.low, by));
  }
  const auto shift = operation == kRsh ? srl : sra;
  if (by >= 32) {
    draft.emit(shift(d.low, d.high, rest));
    if (!upper) return;
    return draft.emit(operation == kRsh ? move(d.high, kZero) : sra(d.high, d.high, 31));
  }
  draft.emit(sll(kT6, d.high, 32 - by));
  draft.emit(srl(d.low, d.low, by));
  draft.emit(or_(d.low, d.low, kT6));
  if (upper) draft.emit(shift(d.high, d.high, by));
}

/// A shift by a register goes by its lower 6 bits, of which the machine takes 5. What crosses from one half into the
/// other is shifted by 1 and then by 31 less the amount, so that it is nothing for an amount of 0.
void shift_left(Draft& draft, Pair d, Register by) {
  draft.emit(andi(kT6, by, 32));
  if (!draft.upper_unused()) {
    draft.emit(nor(kT7, by, kZero));
    draft.emit(srl(kT8, d.low, 1));
    draft.emit(srlv(kT8, kT8, kT7));
    draft.emit(sllv(kT9, d.high, by));
    draft.emit(or_(kT9, kT9, kT8));
  }
  draft.emit(sllv(kT8, d.low, by));
  if (!draft.upper_unused()) {
    draft.emit(movn(kT9, kT8, kT6));
    draft.emit(move(d.high, kT9));
  }
  draft.emit(movn(kT8, kZero, kT6));
  draft.emit(move(d.low, kT8));
}

void shift_right(Draft& draft, Pair d, Register by, bool is_signed) {
  draft.emit(andi(kT6, by, 32));
  draft.emit(nor(kT7, by, kZero));
  draft.emit(sll(kT8, d.high, 1));
  draft.emit(sllv(kT8, kT8, kT7));
  draft.emit(srlv(kT9, d.low, by));
  draft.emit(or_(kT9, kT9, kT8));
  draft.emit(is_signed ? srav(kT8, d.high, by) : srlv(kT8, d.high, by));
  draft.emit(movn(kT9, kT8, kT6));
  if (!draft.upper_unused()) {
    if (is_signed) draft.emit(sra(kT7, d.high, 31));
    draft.emit(movn(kT8, is_signed ? kT7 : kZero, kT6));
    draft.emit(move(d.high, kT8));
  }
  draft.emit(move(d.low, kT9));
}

void negate(Draft& draft, Pair d) {
  draft.emit(subu(d.low, kZero, d.low));
  draft.emit(sltu(kT6, kZero, d.low));
  draft.emit(subu(d.high, kZero, d.high));
  draft.emit(subu(d.high, d.high, kT6));
}

bool is_shift(uint8_t operation) { return operation == kLsh || operation == kRsh || operation == kArsh; }
bool is_division(uint8_t operation) { return operation == kDiv || operation == kMod; }

/// All upper halves are 0, and stay 0: a number that is not negative is shifted and divided as an unsigned one.
void narrow_operation(Draft& draft, uint8_t operation) {
  if (!is_shift(operation)) return lower_half(draft, operation, false);
  const Register d = draft.destination().low;
  if (!draft.from_register()) {
    const uint32_t by = draft.immediate() & 63;
    if (by >= 32) return draft.emit(move(d, kZero));
    if (by != 0) draft.emit(operation == kLsh ? sll(d, d, by) : srl(d, d, by));
    return;
  }
  const Register by = draft.operand(false).low;
  draft.emit(andi(kT6, by, 32));
  draft.emit(operation == kLsh ? sllv(d, d, by) : srlv(d, d, by));
  draft.emit(movn(d, kZero, kT6));
}

/// Whether the lower half of the result comes from lower halves alone.
bool lower_half_alone(uint8_t operation) { return !is_shift(operation) && !is_division(operation); }

void wide_operation(Draft& draft, uint8_t operation) {
  const Pair d = draft.destination();
  const bool constant = !draft.from_register();
  const uint32_t immediate = draft.immediate();
  if (constant && is_shift(operation)) return shift_by_constant(draft, operation, d);
  if (constant && operation == kAdd) return add_immediate(draft, d, immediate);
  if (constant && operation == kSub && immediate != 0x8000'0000) return add_immediate(draft, d, 0u - immediate);
  if (constant && (operation == kAnd || operation == kOr || operation == kXor))
    return bitwise_immediate(draft, operation, d);
  const Pair s = draft.operand(operation == kSub);
  switch (operation) {
    case kAdd:
      return add_pairs(draft, d, s);
    case kSub:
      return subtract(draft, d, s);
    case kMul:
      return multiply(draft, d, s);
    case kLsh:
      return shift_left(draft, d, s.low);
    case kRsh:
    case kArsh:
      return shift_right(draft, d, s.low, operation == kArsh);
    default:
      return bitwise(draft, operation, d, s);
  }
}
}  // namespace

void compile_arithmetic64(Draft& draft) {
  const uint8_t operation = draft.operation();
  if (operation == kMov) return compile_mov(draft, true);
  if (operation == kEnd) return compile_byte_order(draft, true);
  const Pair d = draft.destination();
  const bool lower_only = draft.narrow() || draft.upper_unused();
  if (operation == kNeg) {
    if (!lower_only) return negate(draft, d);
    return draft.emit(subu(d.low, kZero, d.low));
  }
  // A negative constant divisor is no 32-bit number, whatever is divided.
  if (is_division(operation)) {
    const bool fits = draft.from_register() || draft.instruction().immediate >= 0;
    return draft.narrow() && fits ? lower_half(draft, operation, false) : compile_division64(draft);
  }
  if (draft.narrow()) return narrow_operation(draft, operation);
  if (draft.upper_unused() && lower_half_alone(operation)) return lower_half(draft, operation, false);
  wide_operation(draft, operation);
}

}  // namespace exo::kernel::mips
