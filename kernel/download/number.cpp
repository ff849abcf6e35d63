#include "kernel/download/number.hpp"

namespace exo::kernel::download {
namespace {

constexpr uint32_t open_bits(uint32_t differ) { return differ == 0 ? 0 : 0xffff'ffff >> __builtin_clz(differ); }
/// In halves: the machine shifts and counts 32 bits.
constexpr uint64_t open_bits(uint64_t differ) {
  const uint32_t upper = uint32_t(differ >> 32);
  return upper != 0 ? uint64_t{open_bits(upper)} << 32 | kLowHalf : open_bits(uint32_t(differ));
}

/// Lets each description of a number with low <= high learn from the other. False: they have nothing in common.
template <typename Word>
bool meet(Word low, Word high, Word& unknown, Word& bits) {
  // Above the highest bit in which low and high differ, all between them agree.
  const Word open = open_bits(Word(low ^ high));
  if (((low ^ bits) & ~unknown & ~open) != 0) return false;
  bits = (bits & open) | (low & ~open);
  unknown &= open;
  return true;
}

/// Keeps what is in [low, high]; neither that nor the number's own interval passes over 0. With a Word of 32 bits the
/// upper halves are 0.
template <typename Word>
bool keep_straight(Number& number, Word low, Word high) {
  const Word own_low = Word(number.low), own_high = Word(number.high);
  Word unknown = Word(number.unknown), bits = Word(number.bits);
  if (low < own_low) low = own_low;
  if (high > own_high) high = own_high;
  if (low > high || !meet(low, high, unknown, bits)) return false;
  const Word most = bits | unknown;
  if (low < bits || high > most) {
    if (low < bits) low = bits;
    if (high > most) high = most;
    if (low > high || !meet(low, high, unknown, bits)) return false;
  }
  number = {low, high, unknown, bits};
  return true;
}

/// The smaller of the interval and [low, high]; what they share, if that is one piece.
bool meet_interval(Number& number, uint64_t low, uint64_t high) {
  const uint64_t own = number.high - number.low, other = high - low;
  const bool holds_low = low - number.low <= own, holds_high = high - number.low <= own;
  const bool low_held = number.low - low <= other, high_held = number.high - low <= other;
  if (holds_low && holds_high && high - number.low >= low - number.low) {
    number.low = low;
    number.high = high;
  } else if (low_held && high_held && number.high - low >= number.low - low) {
    // Already within.
  } else if (holds_low && holds_high) {  // two pieces: both ends of the one are in the other
    if (other < own) {
      number.low = low;
      number.high = high;
    }
  } else if (holds_low) {
    number.low = low;
  } else if (holds_high) {
    number.high = high;
  } else {
    return false;
  }
  return true;
}

/// From what is known about the bits alone.
Number of_bits(uint64_t unknown, uint64_t bits) { return {bits, bits | unknown, unknown, bits}; }

/// An interval and bits of the same number; what a sound operation found can't contradict itself.
Number both(uint64_t low, uint64_t high, uint64_t unknown, uint64_t bits) {
  if (low == high) return constant(low);
  Number result = {low, high, kAllBits, 0};
  return keep_bits(result, unknown, bits) ? result : kAnything;
}

/// Shift and subtract: the machine divides 32 bits only. `b` is not 0.
uint64_t quotient(uint64_t a, uint64_t b) {
  if (a < b) return 0;
  uint64_t upper = 0;
  if (b <= kLowHalf) {
    const uint32_t upper_half = uint32_t(a >> 32), divisor = uint32_t(b);
    upper = uint64_t{upper_half / divisor} << 32;
    a = uint64_t{upper_half % divisor} << 32 | uint32_t(a);
    if (a <= kLowHalf) return upper | uint32_t(a) / divisor;
  }
  if (a < b) return upper;
  // The rest of the quotient has 32 bits at most.
  uint64_t result = 0;
  int steps = __builtin_clzll(b) - __builtin_clzll(a);
  for (b <<= steps; steps >= 0; --steps, b >>= 1) {
    result <<= 1;
    if (b > a) continue;
    a -= b;
    result |= 1;
  }
  return upper | result;
}

constexpr uint64_t magnitude(uint64_t a) { return (a & kSignBit) != 0 ? 0 - a : a; }

}  // namespace

bool Number::covers(const Number& other) const {
  const uint64_t size = high - low;
  if (size != kAllBits) {
    const uint64_t from = other.low - low, to = other.high - low;
    if (from > size || to > size || from > to) return false;
  }
  return (other.unknown & ~unknown) == 0 && ((other.bits ^ bits) & ~unknown) == 0;
}

bool keep_interval(Number& number, uint64_t low, uint64_t high) {
  if (number.narrow() && (low <= high || low > kLowHalf)) {
    if (low > high) low = 0;
    if (low > kLowHalf || number.bits > kLowHalf) return false;
    return keep_straight(number, uint32_t(low), high > kLowHalf ? uint32_t(kLowHalf) : uint32_t(high));
  }
  if (low <= high && number.low <= number.high) return keep_straight(number, low, high);
  if (!meet_interval(number, low, high) || !meet_interval(number, number.bits, number.bits | number.unknown))
    return false;
  return number.low > number.high || keep_straight(number, number.low, number.high);
}

bool keep_bits(Number& number, uint64_t unknown, uint64_t bits) {
  if (((number.bits ^ bits) & ~number.unknown & ~unknown) != 0) return false;
  number.unknown &= unknown;
  number.bits = (number.bits | bits) & ~number.unknown;
  return keep_interval(number, number.bits, number.bits | number.unknown);
}

bool keep(Number& number, const Number& other) {
  if (other.low <= other.high && number.low <= number.high) {
    if (((number.bits ^ other.bits) & ~number.unknown & ~other.unknown) != 0) return false;
    number.unknown &= other.unknown;
    number.bits = (number.bits | other.bits) & ~number.unknown;
    return keep_interval(number, other.low, other.high);
  }
  return meet_interval(number, other.low, other.high) && keep_bits(number, other.unknown, other.bits);
}

Number between(uint64_t low, uint64_t high) { return both(low, high, kAllBits, 0); }

Number add(const Number& a, const Number& b) {
  const uint64_t size_a = a.high - a.low, size_b = b.high - b.low;
  const bool all = size_a + size_b < size_a;
  // A bit of the sum is known if both its operands' bits and the carry into it are.
  const uint64_t least = a.bits + b.bits;
  const uint64_t carries = (least + a.unknown + b.unknown) ^ least;
  const uint64_t unknown = carries | a.unknown | b.unknown;
  return both(all ? 0 : a.low + b.low, all ? kAllBits : a.high + b.high, unknown, least & ~unknown);
}

Number subtract(const Number& a, const Number& b) {
  const uint64_t size_a = a.high - a.low, size_b = b.high - b.low;
  const bool all = size_a + size_b < size_a;
  const uint64_t base = a.bits - b.bits;
  const uint64_t borrows = (base + a.unknown) ^ (base - b.unknown);
  const uint64_t unknown = borrows | a.unknown | b.unknown;
  return both(all ? 0 : a.low - b.high, all ? kAllBits : a.high - b.low, unknown, base & ~unknown);
}

Number multiply(const Number& a, const Number& b) {
  if (a.is_constant() && b.is_constant()) return constant(a.low * b.low);
  // Only the zeros at the end are followed; an interval, as long as the product has no more than 64 bits.
  const uint64_t lowest =
      ((a.bits | a.unknown) & (0 - (a.bits | a.unknown))) * ((b.bits | b.unknown) & (0 - (b.bits | b.unknown)));
  const uint64_t unknown = lowest == 0 ? 0 : 0 - lowest;
  if (!a.narrow() || !b.narrow()) return of_bits(unknown, 0);
  return both(a.least() * b.least(), a.most() * b.most(), unknown, 0);
}

Number divide(const Number& a, const Number& b) {
  if (b.is(0)) return constant(0);
  if (!b.is_constant()) return between(0, a.most());
  if (a.is_constant()) return constant(quotient(a.low, b.low));
  if (a.narrow() && b.narrow()) return between(quotient(a.least(), b.low), quotient(a.most(), b.low));
  return between(0, a.most() >> (63 - __builtin_clzll(b.low)));
}

Number modulo(const Number& a, const Number& b) {
  if (b.is(0)) return a;
  if (!b.is_constant()) {
    const uint64_t most = b.most() - 1;
    return between(0, b.contains(0) || a.most() < most ? a.most() : most);
  }
  if (a.most() < b.low) return a;
  if (a.is_constant()) return constant(a.low - quotient(a.low, b.low) * b.low);
  if ((b.low & (b.low - 1)) == 0) return bit_and(a, constant(b.low - 1));
  return between(0, b.low - 1);
}

Number divide_signed(const Number& a, const Number& b) {
  if (b.is(0)) return constant(0);
  if (!a.is_constant() || !b.is_constant()) return kAnything;
  const uint64_t result = quotient(magnitude(a.low), magnitude(b.low));
  return constant(((a.low ^ b.low) & kSignBit) != 0 ? 0 - result : result);
}

Number modulo_signed(const Number& a, const Number& b) {
  if (b.is(0)) return a;
  if (!a.is_constant() || !b.is_constant()) return kAnything;
  return constant(a.low - divide_signed(a, b).low * b.low);
}

Number bit_and(const Number& a, const Number& b) {
  const uint64_t bits = a.bits & b.bits, possible = (a.bits | a.unknown) & (b.bits | b.unknown);
  const uint64_t most = a.most() < b.most() ? a.most() : b.most();
  return both(0, most, possible & ~bits, bits);
}

Number bit_or(const Number& a, const Number& b) {
  const uint64_t bits = a.bits | b.bits;
  const uint64_t least = a.least() > b.least() ? a.least() : b.least();
  return both(least, kAllBits, (a.unknown | b.unknown) & ~bits, bits);
}

Number bit_xor(const Number& a, const Number& b) {
  const uint64_t unknown = a.unknown | b.unknown;
  return of_bits(unknown, (a.bits ^ b.bits) & ~unknown);
}

Number shift_left(const Number& a, uint32_t by) {
  const Number result = of_bits(a.unknown << by, a.bits << by);
  if (a.most() > kAllBits >> by) return result;  // bits are lost
  return both(a.least() << by, a.most() << by, result.unknown, result.bits);
}

Number shift_right(const Number& a, uint32_t by) {
  return both(a.least() >> by, a.most() >> by, a.unknown >> by, a.bits >> by);
}

Number shift_right_signed(const Number& a, uint32_t by) {
  // An unknown sign is shifted in as unknown bits.
  return both(uint64_t(a.least_signed() >> by), uint64_t(a.most_signed() >> by), uint64_t(int64_t(a.unknown) >> by),
              uint64_t(int64_t(a.bits) >> by));
}

Number truncate(const Number& a, uint32_t bits) {
  const uint64_t mask = bits == 32 ? kLowHalf : kAllBits >> (64 - bits);
  if (a.most() <= mask) return a;
  const uint64_t low = a.low & mask, high = a.high & mask;
  const bool whole = a.high - a.low > mask || low > high;
  return both(whole ? 0 : low, whole ? mask : high, a.unknown & mask, a.bits & mask);
}

Number extend_sign(const Number& a, uint32_t bits) {
  Number result = truncate(a, bits);
  const uint64_t sign = uint64_t{1} << (bits - 1), above = 0 - (sign << 1);
  if (result.most() < sign) return result;
  if (result.least() >= sign && bits != 64) {
    result.low |= above;
    result.high |= above;
    result.bits |= above;
    return result;
  }
  if (bits == 64) return result;
  // An unknown sign is unknown in all the bits above.
  if ((result.unknown & sign) != 0) result.unknown |= above;
  if ((result.bits & sign) != 0) result.bits |= above;
  result.low = 0 - sign;
  result.high = sign - 1;
  return result;
}

Number swap_bytes(const Number& a, uint32_t bits) {
  const Number low = truncate(a, bits);
  return of_bits(__builtin_bswap64(low.unknown) >> (64 - bits), __builtin_bswap64(low.bits) >> (64 - bits));
}

bool keep_lower_half(Number& number, const Number& half) {
  if (number.narrow()) return keep(number, half);
  return keep_bits(number, half.unknown | ~kLowHalf, half.bits & kLowHalf);
}

}  // namespace exo::kernel::download
