// Conditional jumps: which ways are possible, and what is known on each. A comparison of a packet pointer with the
// packet's end is what proves that bytes are there.
#include "kernel/download/look.hpp"

namespace exo::kernel::download {
namespace {

using namespace abi::bpf;

enum class Order : uint8_t { Equal, Unequal, Less, LessOrEqual, SignedLess, SignedLessOrEqual, Overlap, Apart };

/// Every comparison as one of eight, perhaps with its sides exchanged, and negated when the jump is not taken.
struct Meaning {
  Order order;
  bool exchanged;
};
Meaning meaning_of(uint8_t operation, bool jumps) {
  switch (operation) {
    case kJeq:
      return {jumps ? Order::Equal : Order::Unequal, false};
    case kJne:
      return {jumps ? Order::Unequal : Order::Equal, false};
    case kJset:
      return {jumps ? Order::Overlap : Order::Apart, false};
    case kJgt:  // not a > b: a <= b
      return jumps ? Meaning{Order::Less, true} : Meaning{Order::LessOrEqual, false};
    case kJge:
      return jumps ? Meaning{Order::LessOrEqual, true} : Meaning{Order::Less, false};
    case kJlt:
      return jumps ? Meaning{Order::Less, false} : Meaning{Order::LessOrEqual, true};
    case kJle:
      return jumps ? Meaning{Order::LessOrEqual, false} : Meaning{Order::Less, true};
    case kJsgt:
      return jumps ? Meaning{Order::SignedLess, true} : Meaning{Order::SignedLessOrEqual, false};
    case kJsge:
      return jumps ? Meaning{Order::SignedLessOrEqual, true} : Meaning{Order::SignedLess, false};
    case kJslt:
      return jumps ? Meaning{Order::SignedLess, false} : Meaning{Order::SignedLessOrEqual, true};
    default:  // kJsle
      return jumps ? Meaning{Order::SignedLessOrEqual, false} : Meaning{Order::SignedLess, true};
  }
}

bool exclude(Number& number, uint64_t value) {
  if (number.is(value)) return false;
  if (number.low == value) return keep_interval(number, value + 1, number.high);
  if (number.high == value) return keep_interval(number, number.low, value - 1);
  // From the outside of a number of which nothing is known, 0 is an end too.
  if (number.high - number.low == kAllBits) return keep_interval(number, value + 1, value - 1);
  return true;
}

bool keep_overlap(Number& a, uint64_t mask, bool overlap) {
  if (!overlap) return keep_bits(a, ~mask, 0);
  if (((a.bits | a.unknown) & mask) == 0) return false;
  return (mask & (mask - 1)) != 0 || keep_bits(a, ~mask, mask);  // one bit: it is set
}

bool assume_less(Number& a, Number& b, bool or_equal) {
  const uint64_t step = or_equal ? 0 : 1;
  const uint64_t most = b.most(), least = a.least();
  if (most < step || least > kAllBits - step) return false;
  return keep_interval(a, 0, most - step) && keep_interval(b, least + step, kAllBits);
}

bool assume_less_signed(Number& a, Number& b, bool or_equal) {
  const uint64_t step = or_equal ? 0 : 1;
  const uint64_t most = uint64_t(b.most_signed()), least = uint64_t(a.least_signed());
  if (step == 1 && (most == kSignBit || least == kSignBit - 1)) return false;
  return keep_interval(a, kSignBit, most - step) && keep_interval(b, least + step, kSignBit - 1);
}

bool assume_numbers(Order order, Number& a, Number& b) {
  switch (order) {
    case Order::Equal:
      return keep(a, b) && keep(b, a);
    case Order::Unequal:
      if (b.is_constant()) return exclude(a, b.low);
      return !a.is_constant() || exclude(b, a.low);
    case Order::Less:
    case Order::LessOrEqual:
      return assume_less(a, b, order == Order::LessOrEqual);
    case Order::SignedLess:
    case Order::SignedLessOrEqual:
      return assume_less_signed(a, b, order == Order::SignedLessOrEqual);
    default:
      return !b.is_constant() || keep_overlap(a, b.low, order == Order::Overlap);
  }
}

/// `a` before `b`, one of them the packet's end.
void prove(Order order, const Value& a, const Value& b, Proof& proof) {
  const Value& pointer = a.kind == Kind::Packet ? a : b;
  const bool before_end = a.kind == Kind::Packet && (order == Order::Less || order == Order::LessOrEqual);
  if (!before_end && order != Order::Equal) return;
  const int32_t bytes = pointer.fixed + (order == Order::Less ? 1 : 0);
  if (bytes <= 0 || !narrow(pointer)) return;
  proof = {true, pointer.id, uint16_t(bytes)};
}

}  // namespace

bool assume(const Instruction& it, bool jumps, Value& a, Value& b, Proof& proof) {
  proof.given = false;
  const auto [order, exchanged] = meaning_of(operation_of(it.opcode), jumps);
  Value& first = exchanged ? b : a;
  Value& second = exchanged ? a : b;
  if (is_pointer(a.kind) || is_pointer(b.kind)) {
    if (a.kind == Kind::PacketEnd || b.kind == Kind::PacketEnd) prove(order, first, second, proof);
    // The only number that a pointer is compared with is 0, which it never is.
    return is_pointer(a.kind) == is_pointer(b.kind) || order == Order::Unequal;
  }
  if (class_of(it.opcode) == kClassJmp) return assume_numbers(order, first.number, second.number);
  const bool with_sign = order == Order::SignedLess || order == Order::SignedLessOrEqual;
  Number half_first = with_sign ? extend_sign(first.number, 32) : truncate(first.number, 32);
  Number half_second = with_sign ? extend_sign(second.number, 32) : truncate(second.number, 32);
  return assume_numbers(order, half_first, half_second) && keep_lower_half(first.number, truncate(half_first, 32)) &&
         keep_lower_half(second.number, truncate(half_second, 32));
}

bool Look::ways(bool& may_jump, bool& may_stay) {
  const bool from_register = (it.opcode & kSourceRegister) != 0, is_wide = class_of(it.opcode) == kClassJmp;
  if (!readable(it.destination()) || (from_register && !readable(it.source()))) return false;
  const Value left = state.registers[it.destination()], right = operand();
  const bool left_points = is_pointer(left.kind), right_points = is_pointer(right.kind);
  if (left_points || right_points) {
    const uint8_t operation = operation_of(it.opcode);
    const bool equality = operation == kJeq || operation == kJne;
    const auto end_and_packet = [](const Value& a, const Value& b) {
      return a.kind == Kind::PacketEnd && b.kind == Kind::Packet;
    };
    const bool alike = left.kind == right.kind || end_and_packet(left, right) || end_and_packet(right, left);
    const bool with_zero = equality && left_points && right.kind == Kind::Number && right.number.is(0) && narrow(left);
    if (!is_wide || operation == kJset || (!alike && !with_zero))
      return refuse(Verdict::PointerComparison, left_points ? it.destination() : it.source());
  }
  if (narrow(left) && narrow(right)) facts |= kNarrow;
  // Less than nothing to find out about a register beside itself.
  Proof proof;
  Value a = left, b = right;
  may_jump = assume(it, true, a, b, proof);
  a = left;
  b = right;
  may_stay = assume(it, false, a, b, proof);
  return true;
}

void Look::take_way(bool jumps) {
  Proof proof;
  const bool from_register = (it.opcode & kSourceRegister) != 0;
  Value other = operand();
  if (from_register && it.source() == it.destination()) return;
  (void)assume(it, jumps, state.registers[it.destination()], from_register ? state.registers[it.source()] : other,
               proof);
  if (!proof.given) return;
  const auto hear = [&](Value& value) {
    if (value.kind == Kind::Packet && value.id == proof.id && value.range < proof.bytes) value.range = proof.bytes;
  };
  for (Value& value : state.registers) hear(value);
  for (uint32_t i = state.lowest_slot; i < kSlots; ++i) hear(state.slots[i]);
}

}  // namespace exo::kernel::download
