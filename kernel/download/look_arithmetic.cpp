// Arithmetic on what is known about numbers, and the little that can be done with addresses.
#include "kernel/download/look.hpp"

namespace exo::kernel::download {
namespace {

using namespace abi::bpf;

/// By a number that is not known: `mask` is what the machine makes of it.
Number shift(uint8_t operation, const Number& a, const Number& by, uint32_t mask) {
  if (by.is_constant()) {
    const uint32_t count = uint32_t(by.low) & mask;
    if (operation == kLsh) return shift_left(a, count);
    return operation == kRsh ? shift_right(a, count) : shift_right_signed(a, count);
  }
  if (operation == kRsh || (operation == kArsh && a.least_signed() >= 0)) return between(0, a.most());
  return kAnything;
}

/// Of 64 bits.
Number wide(uint8_t operation, bool with_sign, const Number& a, const Number& b) {
  switch (operation) {
    case kAdd:
      return add(a, b);
    case kSub:
      return subtract(a, b);
    case kMul:
      return multiply(a, b);
    case kDiv:
      return with_sign ? divide_signed(a, b) : divide(a, b);
    case kMod:
      return with_sign ? modulo_signed(a, b) : modulo(a, b);
    case kOr:
      return bit_or(a, b);
    case kAnd:
      return bit_and(a, b);
    case kXor:
      return bit_xor(a, b);
    case kNeg:
      return subtract(constant(0), a);
    case kMov:
      return b;
    default:
      return shift(operation, a, b, 63);
  }
}

/// Of the lower halves.
Number half(uint8_t operation, bool with_sign, const Number& a, const Number& b) {
  if (operation == kArsh) return truncate(shift(operation, extend_sign(a, 32), b, 31), 32);
  if (with_sign) return truncate(wide(operation, true, extend_sign(a, 32), extend_sign(b, 32)), 32);
  const Number low = truncate(a, 32);
  if (operation == kLsh || operation == kRsh) return truncate(shift(operation, low, b, 31), 32);
  return truncate(wide(operation, false, low, truncate(b, 32)), 32);
}

}  // namespace

void Look::set(const Value& value) { state.registers[it.destination()] = value; }

/// The second operand: a register, or the immediate with its sign extended.
Value Look::operand() const {
  if ((it.opcode & kSourceRegister) != 0) return state.registers[it.source()];
  return number_value(constant(uint64_t(int64_t(it.immediate))));
}

bool Look::arithmetic() {
  const uint8_t operation = operation_of(it.opcode);
  const bool is_wide = class_of(it.opcode) == kClassAlu64, swaps = operation == kEnd;
  const bool reads = operation != kMov, from_register = !swaps && (it.opcode & kSourceRegister) != 0;
  if (reads && !readable(it.destination())) return false;
  if (from_register && !readable(it.source())) return false;
  const Value a = state.registers[it.destination()];
  const Value b = swaps || operation == kNeg ? number_value(constant(0)) : operand();
  const bool narrow_operands = (!reads || narrow(a)) && narrow(b);

  if ((reads && is_pointer(a.kind)) || is_pointer(b.kind)) {
    if (!is_wide || swaps || it.offset != 0)
      return refuse(Verdict::PointerArithmetic, reads && is_pointer(a.kind) ? it.destination() : it.source());
    if (!pointer_arithmetic(operation, a, b)) return false;
  } else if (swaps) {
    const uint32_t bits = uint32_t(it.immediate);
    const bool to_little = !is_wide && (it.opcode & kSourceRegister) == 0;
    set(number_value(to_little ? truncate(a.number, bits) : swap_bytes(a.number, bits)));
  } else if (operation == kMov && it.offset != 0) {
    const Number result = extend_sign(b.number, uint32_t(it.offset));
    set(number_value(is_wide ? result : truncate(result, 32)));
  } else if (operation == kMov && (is_wide || narrow(b))) {
    set(b);  // with all that is known about it
  } else if ((operation == kSub || operation == kXor) && from_register && it.source() == it.destination()) {
    set(number_value(constant(0)));
  } else {
    const bool with_sign = (operation == kDiv || operation == kMod) && it.offset == kSignedDivision;
    set(number_value(is_wide ? wide(operation, with_sign, a.number, b.number)
                             : half(operation, with_sign, a.number, b.number)));
    if (is_rest(a) && is_wide && b.number.is_constant()) keep_rest(operation, a, int64_t(b.number.low));
    if ((operation == kDiv || operation == kMod) && !(is_wide ? b.number : truncate(b.number, 32)).contains(0))
      facts |= kDivisorNotZero;
  }
  if (narrow_operands && narrow(state.registers[it.destination()])) facts |= kNarrow;
  return true;
}

/// The rest of the packet from a pointer, less a constant, is the rest from a pointer further on.
void Look::keep_rest(uint8_t operation, const Value& rest, int64_t by) {
  if ((operation != kAdd && operation != kSub) || by < -kMostOffset || by > kMostOffset) return;
  const int64_t fixed = operation == kSub ? rest.fixed + by : rest.fixed - by;
  if (fixed < INT16_MIN || fixed > INT16_MAX) return;
  Value& result = state.registers[it.destination()];
  result.range = kRestOfPacket;
  result.id = rest.id;
  result.fixed = int16_t(fixed);
}

bool Look::constant_load(int32_t upper) {
  const uint64_t value = uint64_t(uint32_t(it.immediate)) | uint64_t(uint32_t(upper)) << 32;
  set(number_value(constant(value)));
  if (value <= kLowHalf) facts |= kNarrow;
  return true;
}

bool Look::pointer_arithmetic(uint8_t operation, const Value& a, const Value& b) {
  switch (operation) {
    case kMov:
      set(b);
      return true;
    case kAdd:
      if (is_pointer(a.kind) && is_pointer(b.kind)) return refuse(Verdict::PointerArithmetic, it.source());
      return is_pointer(a.kind) ? moved(a, b.number, false) : moved(b, a.number, false);
    case kSub:
      if (!is_pointer(a.kind)) return refuse(Verdict::PointerArithmetic, it.source());
      return is_pointer(b.kind) ? distance(a, b) : moved(a, b.number, true);
    default:
      return refuse(Verdict::PointerArithmetic, is_pointer(a.kind) ? it.destination() : it.source());
  }
}

bool Look::moved(const Value& pointer, const Number& by, bool back) {
  Value result = pointer;
  if (pointer.kind == Kind::PacketEnd) return refuse(Verdict::PointerArithmetic, it.destination());
  if (pointer.kind == Kind::Packet && by.is_constant()) {
    const int64_t fixed = pointer.fixed + (back ? -int64_t(by.low & kLowHalf) : int64_t(by.low & kLowHalf));
    const int64_t small = int64_t(int32_t(uint32_t(fixed)));  // the addition is modulo 2^32 or 2^64 alike
    const bool whole = by.low == uint64_t(int64_t(int32_t(uint32_t(by.low))));
    if (!whole || small < INT16_MIN || small > INT16_MAX) return refuse(Verdict::PointerArithmetic, it.destination());
    result.fixed = int16_t(small);
  } else {
    result.number = back ? subtract(pointer.number, by) : add(pointer.number, by);
    if (pointer.kind == Kind::Packet) {
      result.id = ++next_id;
      result.range = 0;
    }
  }
  set(result);
  return true;
}

/// A pointer minus another one to the same: a number.
bool Look::distance(const Value& a, const Value& b) {
  if (a.kind == Kind::PacketEnd && b.kind == Kind::Packet) {
    Value rest = number_value(kAnything);
    if (narrow(b)) {
      // The packet ends at least `range` bytes after data + number.
      const int64_t least = int64_t(b.range) - b.fixed;
      const int64_t most = int64_t(abi::kMostPacketBytes) - b.number.least_signed() - b.fixed;
      rest.number = between(uint64_t(least), uint64_t(most < least ? least : most));
      rest.range = kRestOfPacket;
      rest.id = b.id;
      rest.fixed = b.fixed;
    }
    set(rest);
    return true;
  }
  if (a.kind != b.kind || (a.kind == Kind::Stack && a.id != b.id))
    return refuse(Verdict::PointerArithmetic, it.source());
  if (a.kind == Kind::Packet && a.id == b.id) {
    set(number_value(constant(uint64_t(int64_t(a.fixed - b.fixed)))));
  } else {
    const Number by_number = subtract(a.number, b.number);
    set(number_value(add(by_number, constant(uint64_t(int64_t(a.fixed - b.fixed))))));
  }
  return true;
}

}  // namespace exo::kernel::download
