// Programs that are right, and that the verifier must see to be right.
#include <gtest/gtest.h>

#include "kernel/download/costs.hpp"
#include "tests/host/bpf/judged.hpp"

namespace exo {
namespace {

using abi::DownloadKind;

void expect_accepted(DownloadKind kind, std::initializer_list<const char*> programs) {
  for (const char* const lines : programs) {
    const auto program = bpf::assemble(lines);
    const Judged judged = judge(program, rules_for(kind));
    EXPECT_EQ(judged.verdict, Verdict::Accepted) << lines << "\n at " << judged.instruction << ", " << judged.detail;
    EXPECT_GE(judged.longest, kernel::download::kEntryAndExit);
  }
}

TEST(Accepted, EveryArithmeticOperation) {
  for (const char* const sign :
       {"+=", "-=", "*=", "/=", "|=", "&=", "<<=", ">>=", "%=", "^=", "=", "s>>=", "s/=", "s%="})
    for (const char* const kind : {"r", "w"}) {
      const std::string k = kind;
      const std::string tail = "; exit";
      for (const std::string& line : {k + "0 " + sign + " 5", k + "0 " + sign + " " + k + "2"})
        EXPECT_EQ(judge("r0 = 7; " + line + tail, rules_for(DownloadKind::Computation)).verdict, Verdict::Accepted)
            << line;
    }
  expect_accepted(DownloadKind::Computation,
                  {"r0 = 1; r0 = -r0; exit", "r0 = 1; w0 = -w0; exit", "r0 = 1; r0 = be16 r0; exit",
                   "r0 = 1; r0 = be64 r0; exit", "r0 = 1; r0 = le32 r0; exit", "r0 = 1; r0 = bswap16 r0; exit",
                   "r0 = 1; r0 = bswap64 r0; exit", "r0 = (s8)r2; exit", "r0 = (s16)r2; exit", "r0 = (s32)r2; exit",
                   "w0 = (s8)w2; exit", "w0 = (s16)w2; exit", "r0 = 0x123456789 ll; exit", "r0 = r2; r0 ^= r0; exit"});
}

TEST(Accepted, EveryJump) {
  for (const char* const sign : {"==", ">", ">=", "&", "!=", "s>", "s>=", "<", "<=", "s<", "s<="})
    for (const std::string kind : {"r", "w"})
      for (const std::string& other : {std::string("5"), kind + "2"}) {
        const std::string lines =
            "r0 = *(u64 *)(r1 + 0); if " + kind + "0 " + sign + " " + other + " goto 3; r0 = 1; exit";
        EXPECT_EQ(judge(lines, rules_for(DownloadKind::Computation)).verdict, Verdict::Accepted) << lines;
      }
  expect_accepted(DownloadKind::Computation, {"r0 = 0; goto 2; exit", "r0 = 0; gotol 2; exit"});
}

TEST(Accepted, MemoryWithinItsBounds) {
  expect_accepted(
      DownloadKind::Computation,
      {"r0 = *(u8 *)(r1 + 63); exit", "r0 = *(u64 *)(r1 + 56); exit", "r0 = *(s32 *)(r1 + 1); exit",
       "*(u64 *)(r1 + 56) = 7; r0 = 0; exit", "*(u8 *)(r1 + 63) = r2; r0 = 0; exit",
       // through an index that is made small: by a mask, by a remainder, by a shift, by comparisons
       "r3 = *(u8 *)(r1 + 0); r3 &= 31; r1 += r3; r0 = *(u32 *)(r1 + 28); exit",
       "r3 = *(u32 *)(r1 + 0); r3 %= 61; r1 += r3; r0 = *(u32 *)(r1 + 0); exit",
       "r3 = *(u32 *)(r1 + 0); r3 >>= 27; r3 <<= 1; r1 += r3; r0 = *(u16 *)(r1 + 0); exit",
       "r0 = 0; r3 = *(u64 *)(r1 + 0); if r3 > 60 goto 5; r1 += r3; r0 = *(u32 *)(r1 + 0); exit",
       "r0 = 0; r3 = *(u64 *)(r1 + 0); if w3 > 31 goto 6; w3 = w3; r1 += r3; r0 = *(u32 *)(r1 + 0); exit",
       "r0 = 0; r3 = *(u64 *)(r1 + 0); if r3 s< 0 goto 6; if r3 s> 60 goto 6; r1 += r3; r0 = *(u32 *)(r1 + 0); exit",
       "r0 = 0; r3 = *(u64 *)(r1 + 0); if r3 s> 60 goto 6; if r3 s< 0 goto 6; r1 += r3; r0 = *(u32 *)(r1 + 0); exit",
       // back and forth, and by a difference of addresses
       "r3 = r1; r3 += 60; r3 -= 4; r0 = *(u64 *)(r3 + 0); exit", "r3 = r1; r3 += 9; r3 -= r1; r0 = r3; exit",
       "r3 = 4; r3 += r1; r0 = *(u32 *)(r3 + 0); exit", "r0 = 1; r3 = r1; r3 += 64; if r1 < r3 goto 5; r0 = 0; exit",
       "r0 = 1; if r1 == 0 goto 3; r0 = 0; exit"});
}

TEST(Accepted, StackThatWasWritten) {
  expect_accepted(
      DownloadKind::Computation,
      {"*(u64 *)(r10 - 8) = 5; r0 = *(u64 *)(r10 - 8); exit", "*(u64 *)(r10 - 512) = 5; r0 = *(u8 *)(r10 - 509); exit",
       "*(u32 *)(r10 - 8) = 5; *(u32 *)(r10 - 4) = 6; r0 = *(u64 *)(r10 - 8); exit",
       "*(u64 *)(r10 - 16) = 5; *(u64 *)(r10 - 8) = 5; r0 = *(u64 *)(r10 - 12); exit",
       // an address is what it was
       "*(u64 *)(r10 - 8) = r1; r1 = 0; r3 = *(u64 *)(r10 - 8); r0 = *(u8 *)(r3 + 63); exit",
       // a number too, in parts
       "*(u16 *)(r10 - 6) = 60; r3 = *(u16 *)(r10 - 6); r1 += r3; r0 = *(u32 *)(r1 + 0); exit",
       "*(u64 *)(r10 - 8) = 0; *(u64 *)(r10 - 16) = 0; r3 = *(u8 *)(r1 + 0); r3 &= 7; r4 = r10; r4 -= 16; r4 += r3; "
       "*(u8 *)(r4 + 0) = 1; r0 = *(u64 *)(r10 - 16); exit"});
}

TEST(Accepted, LoopsThatEnd) {
  expect_accepted(DownloadKind::Computation,
                  {"r0 = 0; r0 += 1; if r0 < 1000 goto 1; exit", "r0 = 64; again: r0 -= 1; if r0 != 0 goto again; exit",
                   // a counter in the stack, and one that is not known, but small
                   "*(u32 *)(r10 - 4) = 0; again: r0 = *(u32 *)(r10 - 4); w0 += 1; *(u32 *)(r10 - 4) = r0; if r0 != 20 "
                   "goto again; exit",
                   "r0 = *(u8 *)(r1 + 0); r0 &= 15; again: if r0 == 0 goto 5; r0 -= 1; goto again; exit",
                   "r3 = 0; r0 = 0; again: r4 = r1; r4 += r3; r5 = *(u8 *)(r4 + 0); r0 += r5; r3 += 1; if r3 != 64 "
                   "goto again; exit",
                   "r3 = 0; r0 = 0; again: r4 = r1; r4 += r3; r5 = *(u8 *)(r4 + 0); if r5 == 0 goto next; r0 += 1; "
                   "next: r3 += 1; if r3 != 64 goto again; exit"});
}

TEST(Accepted, PacketsThatWereMeasured) {
  // r2: the packet, r3: its end.
  const std::string ends = "r2 = *(u64 *)(r1 + 0); r3 = *(u64 *)(r1 + 8); r0 = 0; r4 = r2; ";
  for (const char* const rest :
       {"r4 += 14; if r4 > r3 goto out; r0 = *(u16 *)(r2 + 12); out: exit",
        "r4 += 14; if r3 < r4 goto out; r0 = *(u16 *)(r2 + 12); out: exit",
        "r4 += 14; if r3 >= r4 goto in; exit; in: r0 = *(u16 *)(r2 + 12); exit",
        "r4 += 14; if r4 <= r3 goto in; exit; in: r0 = *(u16 *)(r4 - 2); exit",
        "r4 += 13; if r4 >= r3 goto out; r0 = *(u8 *)(r2 + 13); out: exit",
        "r4 += 60; if r4 != r3 goto out; r0 = *(u32 *)(r2 + 56); out: exit",
        // a header as long as it says
        "r4 += 34; if r4 > r3 goto out; r5 = *(u8 *)(r2 + 14); r5 &= 15; r5 <<= 2; r2 += r5; r4 = r2; r4 += 16; if r4 "
        "> r3 goto out; "
        "r0 = *(u16 *)(r2 + 14); out: exit",
        // the length as a number
        "r0 = r3; r0 -= r2; exit", "r4 += 4; if r4 > r3 goto out; r3 -= r2; r0 = r3; out: exit"})
    for (const DownloadKind kind : {DownloadKind::Filter, DownloadKind::Handler}) {
      const Judged judged = judge(ends + rest, rules_for(kind));
      EXPECT_EQ(judged.verdict, Verdict::Accepted) << rest << "\n at " << judged.instruction << ", " << judged.detail;
    }
}

TEST(Accepted, HandlersAndTheirHelpers) {
  expect_accepted(
      DownloadKind::Handler,
      {"call wake; r0 = 0; exit",
       "r6 = *(u64 *)(r1 + 0); r2 = *(u64 *)(r1 + 8); r2 -= r6; r1 = r6; call send; r0 = 0; exit",
       // all of the packet but its header, through a register of its own and the stack
       "r6 = *(u64 *)(r1 + 0); r7 = *(u64 *)(r1 + 8); r8 = r6; r8 += 14; r0 = 1; if r8 > r7 goto out; r3 = r7; r3 -= "
       "r8; "
       "*(u64 *)(r10 - 8) = r3; r2 = r8; r1 = *(u64 *)(r1 + 16); r3 = *(u64 *)(r10 - 8); call copy; r0 = 0; out: exit",
       "r6 = *(u64 *)(r1 + 0); r7 = *(u64 *)(r1 + 8); r7 -= r6; r0 = 1; if r7 < 14 goto out; r7 -= 14; r1 = r6; r1 += "
       "14; r2 = r7; "
       "call checksum; out: exit",
       "*(u64 *)(r10 - 8) = 0; *(u64 *)(r10 - 16) = 0; r1 = r10; r1 -= 16; r2 = 16; call send; r0 = 0; exit",
       "r2 = *(u64 *)(r1 + 16); r1 = r10; r1 -= 32; r3 = 32; call copy_checksum; r0 = *(u64 *)(r10 - 32); exit",
       "r6 = *(u64 *)(r1 + 16); r7 = *(u64 *)(r1 + 24); r0 = *(u32 *)(r7 + 4092); *(u32 *)(r6 + 4092) = r0; r0 = *(u64 "
       "*)(r1 + 32); exit"});
  expect_accepted(DownloadKind::Predicate,
                  {"r1 = *(u64 *)(r1 + 16); r0 = *(u32 *)(r1 + 0); r2 = *(u32 *)(r1 + 4); r0 -= r2; exit",
                   "r0 = *(u64 *)(r1 + 0); r2 = *(u64 *)(r1 + 8); r0 += r2; exit"});
}

TEST(Accepted, FunctionsWithinTheProgram) {
  expect_accepted(
      DownloadKind::Computation,
      {"r6 = 5; r1 = 2; call to 5; r0 += r6; exit; r0 = r1; r0 *= 3; exit",
       // each has a stack of its own, and may be given a part of its caller's
       "*(u64 *)(r10 - 8) = 1; r1 = r10; r1 -= 16; call to 6; r0 = *(u64 *)(r10 - 16); exit; "
       "*(u64 *)(r10 - 8) = 7; r0 = *(u64 *)(r10 - 8); *(u64 *)(r1 + 0) = r0; exit",
       // what is known of r6 to r9 is known again
       "r6 = r1; r7 = 60; call to 6; r6 += r7; r0 = *(u32 *)(r6 + 0); exit; r6 = 1; r7 = 1; r0 = 0; exit",
       // what it returns, too, and four functions at once
       "r6 = r1; r1 = 9; call to 6; r6 += r0; r0 = *(u8 *)(r6 + 0); exit; call to 9; r0 += 1; exit; call to 12; "
       "r0 += 1; exit; r0 = r1; r0 &= 31; exit",
       // called from two places, with other arguments
       "r6 = r1; call to 6; r1 = r6; r1 += 32; call to 6; exit; r0 = *(u64 *)(r1 + 24); exit"});
}

TEST(Accepted, PathsThatMeetAreFollowedOnce) {
  // 40 forks in a row: 2^40 paths, all alike behind each meeting.
  std::string lines = "r0 = 0; ";
  for (int i = 0; i < 40; ++i) {
    const std::string byte = std::to_string(i), target = std::to_string(1 + i * 3 + 3);
    lines += "r3 = *(u8 *)(r1 + " + byte + "); if r3 == 0 goto " + target + "; r0 += 1; ";
  }
  lines += "exit";
  const Judged judged = judge(lines, rules_for(DownloadKind::Computation));
  EXPECT_EQ(judged.verdict, Verdict::Accepted);
  EXPECT_LT(judged.looked_at, 1'000u);
}

TEST(Accepted, WhatItCostsIsTheLongestPath) {
  using kernel::download::cost;
  const auto program = bpf::assemble("r0 = *(u64 *)(r1 + 0); if r0 == 5 goto 4; r0 *= 3; r0 *= 3; exit");
  std::uint32_t sum = kernel::download::kEntryAndExit;
  for (const auto& it : program) sum += cost(it);
  EXPECT_EQ(judge(program, rules_for(DownloadKind::Computation)).longest, sum);
}

TEST(Accepted, StackIsWhatIsUsed) {
  EXPECT_EQ(judge("r0 = 0; exit", rules_for(DownloadKind::Computation)).stack_bytes, 0u);
  EXPECT_EQ(judge("*(u64 *)(r10 - 24) = 1; r0 = 0; exit", rules_for(DownloadKind::Computation)).stack_bytes, 24u);
}

}  // namespace
}  // namespace exo
