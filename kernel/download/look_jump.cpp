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
      if (!keep(a, b)) return false;
      b = a;
      return true;
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

/// Of lower halves.
bool assume_halves(Order order, Number& a, Number& b) {
  const bool with_sign = order == Order::SignedLess || order == Order::SignedLessOrEqual;
  constexpr uint64_t kHalfSign = kSignBit >> 32;
  // Where upper halves and signs are 0 the lower halves are all there is to compare.
  const uint64_t limit = with_sign ? kHalfSign - 1 : kLowHalf;
  if (a.most() <= limit && b.most() <= limit) return assume_numbers(order, a, b);
  Number half_a = with_sign ? extend_sign(a, 32) : truncate(a, 32);
  Number half_b = with_sign ? extend_sign(b, 32) : truncate(b, 32);
  if (!assume_numbers(order, half_a, half_b)) return false;
  if (with_sign) return keep_lower_half(a, truncate(half_a, 32)) && keep_lower_half(b, truncate(half_b, 32));
  return keep_lower_half(a, half_a) && keep_lower_half(b, half_b);
}

}  // namespace

bool Look::compare() {
  const bool from_register = (it.opcode & kSourceRegister) != 0, is_wide = class_of(it.opcode) == kClassJmp;
  if (!readable(it.destination()) || (from_register && !readable(it.source()))) return false;
  const Value& left = state.registers[it.destination()];
  const bool left_points = is_pointer(left.kind);
  const Kind right_kind = from_register ? state.registers[it.source()].kind : Kind::Number;
  if (left_points || is_pointer(right_kind)) {
    const uint8_t operation = operation_of(it.opcode);
    const bool equality = operation == kJeq || operation == kJne;
    const auto end_and_packet = [](Kind a, Kind b) { return a == Kind::PacketEnd && b == Kind::Packet; };
    const bool alike =
        left.kind == right_kind || end_and_packet(left.kind, right_kind) || end_and_packet(right_kind, left.kind);
    const bool with_zero =
        equality && left_points && right_kind == Kind::Number && operand().number.is(0) && narrow(left);
    if (!is_wide || operation == kJset || (!alike && !with_zero))
      return refuse(Verdict::PointerComparison, left_points ? it.destination() : it.source());
  }
  if (narrow(left) && (from_register ? narrow(state.registers[it.source()]) : it.immediate >= 0)) facts |= kNarrow;
  return true;
}

void Look::find_way(bool jumps, Way& way) {
  const bool from_register = (it.opcode & kSourceRegister) != 0;
  const Value& left = state.registers[it.destination()];
  way.proof.given = false;
  way.left = left.number;
  way.right = from_register ? state.registers[it.source()].number : constant(uint64_t(int64_t(it.immediate)));
  const auto [order, exchanged] = meaning_of(operation_of(it.opcode), jumps);
  const Kind right_kind = from_register ? state.registers[it.source()].kind : Kind::Number;
  if (is_pointer(left.kind) || is_pointer(right_kind)) {
    // The only number that a pointer is compared with is 0, which it never is.
    way.possible = is_pointer(left.kind) == is_pointer(right_kind) || order == Order::Unequal;
    if (!from_register || (left.kind != Kind::PacketEnd && right_kind != Kind::PacketEnd)) return;
    const Value& right = state.registers[it.source()];
    prove(order, exchanged ? right : left, exchanged ? left : right, way.proof);
    return;
  }
  Number& first = exchanged ? way.right : way.left;
  Number& second = exchanged ? way.left : way.right;
  way.possible =
      class_of(it.opcode) == kClassJmp ? assume_numbers(order, first, second) : assume_halves(order, first, second);
}

void Look::take_way(const Way& way) {
  const bool from_register = (it.opcode & kSourceRegister) != 0;
  // Less than nothing to find out about a register beside itself.
  if (from_register && it.source() == it.destination()) return;
  state.registers[it.destination()].number = way.left;
  if (from_register) state.registers[it.source()].number = way.right;
}

}  // namespace exo::kernel::download
