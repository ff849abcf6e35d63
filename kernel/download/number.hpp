// What the verifier knows about a number: a set of 64-bit values, given from above by two descriptions that are kept in
// step. An interval on the circle of all values says where it lies, for signed and unsigned comparisons alike; a mask
// says which of its bits are not known.
//
// The invariant of every operation here: if the values lie in the operands' sets, the result lies in the result's set.
// Of constants the result is exact. (Intervals on the circle: Navas and others, APLAS'12, "wrapped intervals"; known
// bits: Vishwanathan and others, CGO'22.)
#pragma once
#include <stdint.h>

namespace exo::kernel::download {

inline constexpr uint64_t kAllBits = ~uint64_t{0}, kLowHalf = 0xffff'ffff, kSignBit = uint64_t{1} << 63;

struct Number {
  uint64_t low, high;  ///< the values met when counting up from low to high, past 2^64 - 1 to 0 if low > high
  uint64_t unknown;    ///< bits that may be 0 or 1
  uint64_t bits;       ///< the others; 0 where unknown

  [[nodiscard]] constexpr bool is_constant() const { return low == high; }
  [[nodiscard]] constexpr bool is(uint64_t value) const { return low == value && high == value; }
  [[nodiscard]] constexpr uint64_t least() const { return low <= high ? low : 0; }
  [[nodiscard]] constexpr uint64_t most() const { return low <= high ? high : kAllBits; }
  [[nodiscard]] constexpr int64_t least_signed() const { return int64_t(in_signed_order() ? low : kSignBit); }
  [[nodiscard]] constexpr int64_t most_signed() const { return int64_t(in_signed_order() ? high : kSignBit - 1); }
  [[nodiscard]] constexpr bool narrow() const { return most() <= kLowHalf; }  ///< its upper half is 0
  [[nodiscard]] constexpr bool contains(uint64_t value) const {
    return value - low <= high - low && ((value ^ bits) & ~unknown) == 0;
  }
  [[nodiscard]] bool covers(const Number& other) const;

 private:
  [[nodiscard]] constexpr bool in_signed_order() const { return (low ^ kSignBit) <= (high ^ kSignBit); }
};

constexpr Number constant(uint64_t value) { return {value, value, 0, value}; }
inline constexpr Number kAnything = {0, kAllBits, kAllBits, 0};
/// Anything of as many bytes, zero-extended.
constexpr Number anything_of(uint32_t bytes) {
  const uint64_t most = bytes >= 8 ? kAllBits : (uint64_t{1} << (8 * bytes)) - 1;
  return {0, most, most, 0};
}
Number between(uint64_t low, uint64_t high);

// Less than was known: only what is in both. False: nothing is, so this can't happen.
[[nodiscard]] bool keep_interval(Number& number, uint64_t low, uint64_t high);
[[nodiscard]] bool keep_bits(Number& number, uint64_t unknown, uint64_t bits);
[[nodiscard]] bool keep(Number& number, const Number& other);

Number add(const Number& a, const Number& b);
Number subtract(const Number& a, const Number& b);
Number multiply(const Number& a, const Number& b);
Number divide(const Number& a, const Number& b);  ///< by 0: 0
Number modulo(const Number& a, const Number& b);  ///< by 0: a
Number divide_signed(const Number& a, const Number& b);
Number modulo_signed(const Number& a, const Number& b);
Number bit_and(const Number& a, const Number& b);
Number bit_or(const Number& a, const Number& b);
Number bit_xor(const Number& a, const Number& b);
// Shifts by 0 to 63.
Number shift_left(const Number& a, uint32_t by);
Number shift_right(const Number& a, uint32_t by);
Number shift_right_signed(const Number& a, uint32_t by);
/// The lowest bits, zero- or sign-extended.
Number truncate(const Number& a, uint32_t bits);
Number extend_sign(const Number& a, uint32_t bits);
Number swap_bytes(const Number& a, uint32_t bits);

/// What a 32-bit operation found out about the lower half of a number.
[[nodiscard]] bool keep_lower_half(Number& number, const Number& half);

}  // namespace exo::kernel::download
