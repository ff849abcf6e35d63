// Jumps: a comparison that leaves its answer in a register, or none where the machine's branches can compare
// themselves, and a branch.
#include "kernel/arch/mips/draft.hpp"

namespace exo::kernel::mips {

using namespace abi::bpf;

namespace {
/// Every ordering is "a is below b", or its contrary, with the sides exchanged or not.
struct Ordering {
  bool is_signed, exchanged, contrary;
};
Ordering ordering_of(uint8_t operation) {
  switch (operation) {
    case kJgt:
      return {false, true, false};
    case kJge:
      return {false, false, true};
    case kJlt:
      return {false, false, false};
    case kJle:
      return {false, true, true};
    case kJsgt:
      return {true, true, false};
    case kJsge:
      return {true, false, true};
    case kJslt:
      return {true, false, false};
    default:
      return {true, true, true};
  }
}

/// Branches if a register is not 0, or if it is.
void jump_on(Draft& draft, Register answer, bool contrary) {
  draft.jump(contrary ? beq(answer, kZero) : bne(answer, kZero));
}

/// Signed comparisons of one word with 0 are branches of their own.
bool compare_with_zero(Draft& draft, uint8_t operation, Register word) {
  switch (operation) {
    case kJslt:
      draft.jump(bltz(word));
      return true;
    case kJsge:
      draft.jump(bgez(word));
      return true;
    case kJsgt:
      draft.jump(bgtz(word));
      return true;
    case kJsle:
      draft.jump(blez(word));
      return true;
    default:
      return false;
  }
}

/// a > constant is the contrary of a < constant + 1, if there is such a number.
bool order_with_constant(Draft& draft, Ordering ordering) {
  const uint32_t limit = draft.immediate() + (ordering.exchanged ? 1 : 0);
  if (!fits_signed(limit) || (ordering.exchanged && limit == 0 && !ordering.is_signed)) return false;
  const Register d = draft.destination().low;
  draft.emit(ordering.is_signed ? slti(kT6, d, limit) : sltiu(kT6, d, limit));
  jump_on(draft, kT6, ordering.contrary != ordering.exchanged);
  return true;
}

void jump32(Draft& draft, uint8_t operation) {
  const Register d = draft.value(draft.instruction().destination()).low;
  const bool constant = !draft.from_register();
  if (operation == kJset) {
    if (constant && fits_unsigned(draft.immediate()))
      draft.emit(andi(kT6, d, draft.immediate()));
    else
      draft.emit(and_(kT6, d, draft.operand(false).low));
    return jump_on(draft, kT6, false);
  }
  if (operation == kJeq) return draft.jump(beq(d, draft.operand(false).low));
  if (operation == kJne) return draft.jump(bne(d, draft.operand(false).low));
  if (constant && draft.immediate() == 0 && compare_with_zero(draft, operation, d)) return;
  const Ordering ordering = ordering_of(operation);
  if (constant && order_with_constant(draft, ordering)) return;
  const Register s = draft.operand(false).low;
  const Register a = ordering.exchanged ? s : d, b = ordering.exchanged ? d : s;
  draft.emit(ordering.is_signed ? slt(kT6, a, b) : sltu(kT6, a, b));
  jump_on(draft, kT6, ordering.contrary);
}

/// 0 in `result` if the pairs are the same.
void difference(Draft& draft, Pair d, Pair s) {
  const bool low = s.low != kZero, high = s.high != kZero;
  if (low) draft.emit(xor_(kT6, d.low, s.low));
  if (high) draft.emit(xor_(kT7, d.high, s.high));
  draft.emit(or_(kT6, low ? kT6 : d.low, high ? kT7 : d.high));
}

/// The upper halves decide, unless they are the same.
void below(Draft& draft, Pair a, Pair b, bool is_signed) {
  draft.emit(sltu(kT6, a.low, b.low));
  draft.emit(is_signed ? slt(kT7, a.high, b.high) : sltu(kT7, a.high, b.high));
  draft.emit(xor_(kT8, a.high, b.high));
  draft.emit(movn(kT6, kT7, kT8));
}

void jump64(Draft& draft, uint8_t operation, Pair d) {
  const bool constant = !draft.from_register();
  if (constant && draft.immediate() == 0 && (operation == kJslt || operation == kJsge)) {
    compare_with_zero(draft, operation, d.high);
    return;
  }
  Pair s = draft.operand(true);
  if (draft.narrow() && !constant) s.high = kZero;
  if (operation == kJset) {
    draft.emit(and_(kT6, d.low, s.low));
    if (s.high != kZero) {
      draft.emit(and_(kT7, d.high, s.high));
      draft.emit(or_(kT6, kT6, kT7));
    }
    return jump_on(draft, kT6, false);
  }
  if (operation == kJeq || operation == kJne) {
    difference(draft, d, s);
    return jump_on(draft, kT6, operation == kJeq);
  }
  const Ordering ordering = ordering_of(operation);
  if (ordering.exchanged)
    below(draft, s, d, ordering.is_signed);
  else
    below(draft, d, s, ordering.is_signed);
  jump_on(draft, kT6, ordering.contrary);
}

/// As unsigned numbers, because none of them is negative.
uint8_t without_signs(uint8_t operation) {
  switch (operation) {
    case kJsgt:
      return kJgt;
    case kJsge:
      return kJge;
    case kJslt:
      return kJlt;
    case kJsle:
      return kJle;
    default:
      return operation;
  }
}
}  // namespace

void compile_jump(Draft& draft) {
  const uint8_t operation = draft.operation();
  if (operation == kJa) return draft.jump(branch());
  if (class_of(draft.instruction().opcode) == kClassJmp32) return jump32(draft, operation);
  Pair d = draft.value(draft.instruction().destination());
  if (!draft.narrow()) return jump64(draft, operation, d);
  // A negative constant is no 32-bit number.
  if (draft.from_register() || draft.instruction().immediate >= 0) return jump32(draft, without_signs(operation));
  d.high = kZero;
  jump64(draft, operation, d);
}

}  // namespace exo::kernel::mips
