// What the verifier tells the compiler: by hand here, on every run of random programs in random_test.cpp.
#include <gtest/gtest.h>

#include "tests/host/bpf/judged.hpp"

namespace exo {
namespace {

using namespace kernel::download;

std::uint8_t fact(const char* lines, std::size_t at, DownloadKind kind = DownloadKind::Computation) {
  const auto program = bpf::assemble(lines);
  const Judged judged = judge(program, rules_for(kind));
  EXPECT_EQ(judged.verdict, Verdict::Accepted) << lines << "\n at " << judged.instruction << ", " << judged.detail;
  return judged.facts[at];
}

TEST(Facts, Reached) {
  const char* const lines = "r0 = 5; if r0 == 5 goto 3; r0 = 1; exit";
  EXPECT_TRUE(fact(lines, 0) & kReached);
  EXPECT_FALSE(fact(lines, 2) & kReached);
  EXPECT_TRUE(fact(lines, 3) & kReached);
  EXPECT_TRUE(fact(lines, 3) & kJumpTarget);
}

TEST(Facts, Narrow) {
  EXPECT_TRUE(fact("r0 = 5; r0 += 7; exit", 1) & kNarrow);
  EXPECT_FALSE(fact("r0 = 5; r0 -= 7; exit", 1) & kNarrow);
  EXPECT_FALSE(fact("r0 = 0xffffffff ll; r0 += 1; exit", 2) & kNarrow);
  EXPECT_TRUE(fact("r0 = *(u32 *)(r1 + 0); r0 >>= 3; exit", 1) & kNarrow);
  EXPECT_FALSE(fact("r0 = *(u64 *)(r1 + 0); r0 >>= 3; exit", 1) & kNarrow);
  EXPECT_TRUE(fact("r0 = *(u32 *)(r1 + 0); if r0 > 5 goto 2; exit", 1) & kNarrow);
  EXPECT_FALSE(fact("r0 = *(u32 *)(r1 + 0); if r0 > -5 goto 2; exit", 1) & kNarrow) << "the immediate has ones above";
  EXPECT_TRUE(fact("r3 = r1; r3 += 4; r0 = *(u8 *)(r3 + 0); exit", 1) & kNarrow) << "addresses have 32 bits";
  // Once narrow and once not is not narrow.
  EXPECT_FALSE(fact("r0 = -1; r0 += 1; if r0 < 3 goto 1; exit", 1) & kNarrow);
}

TEST(Facts, UpperUnused) {
  EXPECT_TRUE(fact("r0 = *(u64 *)(r1 + 0); r0 += r0; w0 = w0; exit", 1) & kUpperUnused);
  EXPECT_FALSE(fact("r0 = *(u64 *)(r1 + 0); r0 += r0; exit", 1) & kUpperUnused);
  EXPECT_TRUE(fact("r0 = *(u64 *)(r1 + 32); r0 += r0; exit", 1, DownloadKind::Predicate) & kUpperUnused);
  EXPECT_FALSE(fact("r0 = *(u64 *)(r1 + 0); r0 += r0; r0 >>= 5; w0 = w0; exit", 1) & kUpperUnused);
  EXPECT_TRUE(fact("r0 = *(u64 *)(r1 + 0); r0 <<= 5; *(u32 *)(r1 + 0) = r0; r0 = 0; exit", 1) & kUpperUnused);
  EXPECT_FALSE(fact("r0 = *(u64 *)(r1 + 0); r0 <<= 5; *(u64 *)(r1 + 0) = r0; r0 = 0; exit", 1) & kUpperUnused);
  EXPECT_FALSE(fact("r0 = *(u64 *)(r1 + 0); if r0 > 5 goto 2; exit", 0) & kUpperUnused);
  EXPECT_TRUE(fact("r3 = *(u64 *)(r1 + 0); r0 = 1; if w3 > 5 goto 3; exit", 0) & kUpperUnused);
  // A narrow addition leaves the upper half that the load must have made.
  EXPECT_FALSE(fact("r0 = *(u16 *)(r1 + 0); r0 += 5; exit", 0) & kUpperUnused);
}

TEST(Facts, Alignment) {
  const std::uint8_t both = kHalfwordAligned | kWordAligned;
  EXPECT_EQ(fact("r0 = *(u32 *)(r1 + 4); exit", 0) & both, both);
  EXPECT_EQ(fact("r0 = *(u32 *)(r1 + 6); exit", 0) & both, kHalfwordAligned);
  EXPECT_EQ(fact("r0 = *(u32 *)(r1 + 5); exit", 0) & both, 0);
  EXPECT_EQ(fact("r3 = *(u8 *)(r1 + 0); r3 &= 28; r1 += r3; r0 = *(u32 *)(r1 + 4); exit", 3) & both, both);
  EXPECT_EQ(fact("r3 = *(u8 *)(r1 + 0); r3 &= 30; r1 += r3; r0 = *(u32 *)(r1 + 4); exit", 3) & both, kHalfwordAligned);
  // A packet lies 2 bytes past a word, so that what follows its Ethernet header is aligned.
  const char* const packet =
      "r2 = *(u64 *)(r1 + 0); r3 = *(u64 *)(r1 + 8); r4 = r2; r4 += 34; r0 = 0; if r4 > r3 goto 7; r0 = *(u32 *)(r2 + "
      "26); exit";
  EXPECT_EQ(fact(packet, 6, DownloadKind::Filter) & both, both);
}

TEST(Facts, Divisors) {
  EXPECT_TRUE(fact("r0 = *(u8 *)(r1 + 0); r0 += 1; r2 /= r0; exit", 2) & kDivisorNotZero);
  EXPECT_FALSE(fact("r0 = *(u8 *)(r1 + 0); r2 /= r0; exit", 1) & kDivisorNotZero);
  EXPECT_TRUE(fact("r0 = *(u64 *)(r1 + 0); if r0 == 0 goto 3; r2 %= r0; exit", 2) & kDivisorNotZero);
  EXPECT_FALSE(fact("r0 = *(u64 *)(r1 + 0); if r0 == 0 goto 3; w2 %= w0; exit", 2) & kDivisorNotZero)
      << "its lower half may be 0";
}

TEST(Facts, LooksAtTheClock) {
  EXPECT_TRUE(fact("r0 = 64; again: r0 -= 1; if r0 != 0 goto again; exit", 2) & kLooks);
  EXPECT_FALSE(fact("r0 = 64; if r2 != 0 goto 2; exit", 1) & kLooks);
}

}  // namespace
}  // namespace exo
