// What the verifier knows of numbers is true: whatever two numbers are drawn from what is known of them, the result of
// an operation is in what is known of the result.
#include "kernel/download/number.hpp"

#include <gtest/gtest.h>

#include "explorer/bpf/random_program.hpp"

namespace exo::kernel::download {
namespace {

using bpf::Random;

/// A description, and some numbers that it is true of.
struct Known {
  Number number;
  std::vector<std::uint64_t> members;
};

Known some(Random& random) {
  Known known{kAnything, {}};
  const std::uint64_t member = random.number();
  if (random.one_in(4)) return {constant(member), {member}};
  if (!random.one_in(3)) {
    const std::uint64_t below = random.number(), above = random.number();
    if (below + above >= below) {
      EXPECT_TRUE(keep_interval(known.number, member - below, member + above));
    }
  }
  if (!random.one_in(3)) {
    const std::uint64_t unknown = random.next() & random.next();
    EXPECT_TRUE(keep_bits(known.number, unknown, member & ~unknown));
  }
  known.members.push_back(member);
  for (const std::uint64_t candidate : {known.number.low, known.number.high, random.number(), member + 1, member - 1,
                                        known.number.bits, known.number.bits | known.number.unknown})
    if (known.number.contains(candidate)) known.members.push_back(candidate);
  EXPECT_TRUE(known.number.contains(member));
  return known;
}

template <typename Abstract, typename Concrete>
void check(const char* name, Random& random, Abstract abstract, Concrete concrete) {
  const Known a = some(random), b = some(random);
  const Number result = abstract(a.number, b.number);
  for (const std::uint64_t x : a.members)
    for (const std::uint64_t y : b.members) {
      const std::uint64_t value = concrete(x, y);
      ASSERT_TRUE(result.contains(value)) << name << " of " << x << " and " << y << " is " << value << ", not in ["
                                          << result.low << ", " << result.high << "]";
    }
  if (a.number.is_constant() && b.number.is_constant()) {
    EXPECT_TRUE(result.is_constant()) << name;
  }
}

using U = std::uint64_t;
using S = std::int64_t;

TEST(Numbers, EveryOperationKeepsWhatIsTrue) {
  Random random(1);
  for (int i = 0; i < 20'000; ++i) {
    check("sum", random, add, [](U a, U b) { return a + b; });
    check("difference", random, subtract, [](U a, U b) { return a - b; });
    check("product", random, multiply, [](U a, U b) { return a * b; });
    check("quotient", random, divide, [](U a, U b) { return b == 0 ? 0 : a / b; });
    check("remainder", random, modulo, [](U a, U b) { return b == 0 ? a : a % b; });
    check("signed quotient", random, divide_signed, [](U a, U b) {
      return b == 0 ? 0 : b == ~U{0} ? 0 - a : U(S(a) / S(b));
    });
    check("signed remainder", random, modulo_signed, [](U a, U b) {
      return b == 0 ? a : b == ~U{0} ? 0 : U(S(a) % S(b));
    });
    check("and", random, bit_and, [](U a, U b) { return a & b; });
    check("or", random, bit_or, [](U a, U b) { return a | b; });
    check("xor", random, bit_xor, [](U a, U b) { return a ^ b; });
    const std::uint32_t by = random.below(64), bits = 8u << random.below(4);
    check(
        "left shift", random, [by](const Number& a, const Number&) { return shift_left(a, by); },
        [by](U a, U) { return a << by; });
    check(
        "right shift", random, [by](const Number& a, const Number&) { return shift_right(a, by); },
        [by](U a, U) { return a >> by; });
    check(
        "signed right shift", random, [by](const Number& a, const Number&) { return shift_right_signed(a, by); },
        [by](U a, U) { return U(S(a) >> by); });
    check(
        "truncation", random, [bits](const Number& a, const Number&) { return truncate(a, bits); },
        [bits](U a, U) { return a << (64 - bits) >> (64 - bits); });
    check(
        "extension", random, [bits](const Number& a, const Number&) { return extend_sign(a, bits); },
        [bits](U a, U) { return U(S(a << (64 - bits)) >> (64 - bits)); });
    check(
        "swap", random, [bits](const Number& a, const Number&) { return swap_bytes(a, bits); },
        [bits](U a, U) { return __builtin_bswap64(a) >> (64 - bits); });
    if (HasFatalFailure()) return;
  }
}

TEST(Numbers, BoundsAreBounds) {
  Random random(2);
  for (int i = 0; i < 20'000; ++i) {
    const Known a = some(random);
    for (const U x : a.members) {
      ASSERT_LE(a.number.least(), x);
      ASSERT_GE(a.number.most(), x);
      ASSERT_LE(a.number.least_signed(), S(x));
      ASSERT_GE(a.number.most_signed(), S(x));
    }
  }
}

TEST(Numbers, WhatIsKeptOfTwoHoldsWhatIsInBoth) {
  Random random(3);
  for (int i = 0; i < 50'000; ++i) {
    const Known a = some(random), b = some(random);
    Number both = a.number;
    const bool possible = keep(both, b.number);
    for (const U x : a.members) {
      if (!b.number.contains(x)) continue;
      ASSERT_TRUE(possible && both.contains(x)) << x;
    }
    if (possible) {
      ASSERT_TRUE(!both.is_constant() || a.number.contains(both.low));
    }
  }
}

TEST(Numbers, CoveringIsHoldingEverything) {
  Random random(4);
  for (int i = 0; i < 50'000; ++i) {
    const Known a = some(random), b = some(random);
    Number less = a.number;
    if (keep(less, b.number) && a.number.covers(less)) {
      for (const U x : b.members) ASSERT_TRUE(!less.contains(x) || a.number.contains(x));
    }
    ASSERT_TRUE(a.number.covers(a.number));
    ASSERT_TRUE(kAnything.covers(a.number));
    if (a.number.covers(b.number)) {
      for (const U x : b.members) ASSERT_TRUE(a.number.contains(x));
    }
  }
}

}  // namespace
}  // namespace exo::kernel::download
