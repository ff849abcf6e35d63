// Programs that are wrong: every verdict, with the instruction that it names and the detail.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/host/bpf/judged.hpp"

namespace exo {
namespace {

using abi::DownloadKind;

struct Case {
  Verdict verdict;
  std::uint32_t instruction, detail;
  const char* program;
};

void expect(DownloadKind kind, std::initializer_list<Case> cases) {
  for (const Case& one : cases) {
    const Judged judged = judge(one.program, rules_for(kind));
    EXPECT_EQ(judged.verdict, one.verdict) << one.program;
    EXPECT_EQ(judged.instruction, one.instruction) << one.program;
    EXPECT_EQ(judged.detail, one.detail) << one.program;
  }
}

struct Encoded {
  Verdict verdict;
  std::uint32_t detail;
  Instruction it;
};

/// Of instructions that no text means. The first of three, before `r0 = 0; exit`.
void expect(std::initializer_list<Encoded> cases) {
  for (const Encoded& one : cases) {
    auto program = bpf::assemble("r0 = 0; r0 = 0; exit");
    program[0] = one.it;
    const Judged judged = judge(program, rules_for(DownloadKind::Computation));
    EXPECT_EQ(judged.verdict, one.verdict) << std::hex << int(one.it.opcode);
    EXPECT_EQ(judged.instruction, 0u);
    EXPECT_EQ(judged.detail, one.detail) << std::hex << int(one.it.opcode);
  }
}

constexpr std::uint32_t minus(std::uint32_t value) { return 0 - value; }

TEST(Refused, Sizes) {
  EXPECT_EQ(judge(std::vector<Instruction>{}, rules_for(DownloadKind::Computation)).verdict, Verdict::BadSize);
  std::vector<Instruction> program(abi::bpf::kMostInstructions, bpf::assemble("r0 = 0")[0]);
  program.back() = bpf::assemble("exit")[0];
  EXPECT_EQ(judge(program, rules_for(DownloadKind::Computation)).verdict, Verdict::Accepted);
  program.push_back(program.back());
  const Judged judged = judge(program, rules_for(DownloadKind::Computation));
  EXPECT_EQ(judged.verdict, Verdict::BadSize);
  EXPECT_EQ(judged.detail, abi::bpf::kMostInstructions + 1);
}

TEST(Refused, Opcodes) {
  for (const int opcode : {0x00, 0x06 | 0x08, 0x0d, 0x8d, 0x8c, 0x8f, 0xe4, 0xe7, 0xf4, 0xff, 0xe5, 0xf5, 0xe6,
                           0x86, 0x96,        0x99, 0x9d, 0xdf, 0x38, 0x58, 0x41, 0x83, 0xcb, 0xd3, 0xe1})
    expect({{Verdict::BadOpcode, std::uint32_t(opcode), {std::uint8_t(opcode), 0, 0, 0}}});
  // Exactly these are known; a few more are known and refused by name.
  int known = 0;
  for (int opcode = 0; opcode < 256; ++opcode) {
    auto program = bpf::assemble("r0 = 0; r0 = 0; exit");
    program[0].opcode = std::uint8_t(opcode);
    if (judge(program, rules_for(DownloadKind::Computation)).verdict != Verdict::BadOpcode) ++known;
  }
  EXPECT_EQ(known, 27 + 26 + 25 + 23 + 7 + 4 + 6 + 7)
      << "arithmetic of 32 and 64 bits, jumps of both, loads, stores, constants";
}

TEST(Refused, NamedOpcodes) {
  expect({{Verdict::OldPacketAccess, 0, {0x20, 0, 0, 0}},
          {Verdict::OldPacketAccess, 0, {0x48, 0, 0, 0}},
          {Verdict::Atomic, 0, {0xc3, 0x10, 0, 0}},
          {Verdict::Atomic, 0, {0xdb, 0x10, 0, 1}},
          {Verdict::BadTarget, 99, {0x85, 0x10, 0, 98}},
          {Verdict::NoSuchHelper, 7, {0x85, 0x20, 0, 7}},
          {Verdict::MapReference, 0, {0x18, 0x10, 0, 0}},
          {Verdict::DivisionByZero, 0, {0x37, 0, 0, 0}},
          {Verdict::DivisionByZero, 0, {0x94, 0, 1, 0}}});
}

TEST(Refused, RegistersAndFields) {
  expect({{Verdict::BadRegister, 11, {0xb7, 0x0b, 0, 0}},
          {Verdict::BadRegister, 12, {0xbf, 0xc0, 0, 0}},
          {Verdict::BadRegister, 15, {0x61, 0xf0, 0, 0}},
          {Verdict::BadRegister, 11, {0x1d, 0xb0, 0, 0}},
          {Verdict::WritesFramePointer, 0, {0xb7, 0x0a, 0, 0}},
          {Verdict::WritesFramePointer, 0, {0x07, 0x0a, 0, 8}},
          {Verdict::WritesFramePointer, 0, {0x61, 0x1a, 0, 0}},
          {Verdict::WritesFramePointer, 0, {0x18, 0x0a, 0, 0}},
          {Verdict::BadField, 1, {0xb7, 0x10, 0, 0}},
          {Verdict::BadField, 5, {0xbf, 0x10, 0, 5}},
          {Verdict::BadField, 5, {0xbf, 0x10, 5, 0}},
          {Verdict::BadField, 32, {0xbc, 0x10, 32, 0}},
          {Verdict::BadField, 8, {0xb7, 0x00, 8, 0}},
          {Verdict::BadField, 2, {0x3f, 0x10, 2, 0}},
          {Verdict::BadField, 1, {0x0f, 0x10, 1, 0}},
          {Verdict::BadField, 1, {0x87, 0x00, 0, 1}},
          {Verdict::BadField, 24, {0xd7, 0x00, 0, 24}},
          {Verdict::BadField, 1, {0xdc, 0x10, 0, 16}},
          {Verdict::BadField, 1, {0x05, 0x01, 0, 0}},
          {Verdict::BadField, 3, {0x05, 0x00, 0, 3}},
          {Verdict::BadField, 1, {0x06, 0x00, 1, 0}},
          {Verdict::BadField, 1, {0x95, 0x00, 0, 1}},
          {Verdict::BadField, 1, {0x85, 0x01, 0, 1}},
          {Verdict::BadField, 3, {0x15, 0x30, 0, 0}},
          {Verdict::BadField, 9, {0x1d, 0x20, 0, 9}},
          {Verdict::BadField, 4, {0x61, 0x10, 0, 4}},
          {Verdict::BadField, 1, {0x62, 0x1a, -8, 4}},
          {Verdict::BadField, 1, {0x63, 0x1a, -8, 1}},
          {Verdict::BadField, 7, {0x18, 0x70, 0, 0}},
          {Verdict::BadField, 0xb7, {0x18, 0x00, 0, 0}}});  // its second half is an instruction
}

TEST(Refused, Targets) {
  expect(DownloadKind::Computation, {{Verdict::BadTarget, 1, 3, "r0 = 0; goto 3; exit"},
                                     {Verdict::BadTarget, 1, minus(1), "r0 = 0; goto -1; exit"},
                                     {Verdict::BadTarget, 0, 77, "if r1 == r1 goto 77; exit"},
                                     {Verdict::BadTarget, 1, 1'000'000, "r0 = 0; gotol 1000000; exit"},
                                     {Verdict::BadTarget, 0, 2, "goto 2; r0 = 0x123456789 ll; exit"},
                                     {Verdict::BadTarget, 3, 2, "r0 = 1; r3 = 0 ll; if r0 == 0 goto 2; exit"}});
}

TEST(Refused, Endings) {
  expect(DownloadKind::Computation,
         {{Verdict::RunsOff, 0, 0, "r0 = 0"},
          {Verdict::RunsOff, 2, 0, "r0 = 0; if r2 == 3 goto 2; r0 = 1"},
          {Verdict::Endless, 0, 0, "goto 0"},
          {Verdict::Endless, 1, 1, "r0 = 0; goto 1; exit"},
          {Verdict::Endless, 1, 1, "r0 = 0; if r2 != 65 goto 1; exit"},
          {Verdict::Endless, 1, 1, "r3 = 0; r0 = *(u8 *)(r1 + 0); r3 = 1; if r0 != 0 goto 1; exit"},
          {Verdict::Endless, 2, 2,
           "r0 = 0; r3 = 0; r3 ^= 1; if r3 == 1 goto 2; r0 = *(u8 *)(r1 + 0); if r0 == 0 goto 2; exit"}});
  for (const char* const lines :
       {"r0 = 0; r3 = 0; again: r3 += 1; if r3 != 0 goto again; exit", "r0 = 0; r0 += 1; if r0 < 5000 goto 1; exit"}) {
    const Judged judged = judge(lines, rules_for(DownloadKind::Computation));
    EXPECT_EQ(judged.verdict, Verdict::TooLong) << lines;
    EXPECT_GT(judged.detail, abi::run_budget(DownloadKind::Computation));
  }
  // Every way out is a path of its own: 2^n of them that never meet.
  std::string lines = "r0 = *(u64 *)(r1 + 0); r3 = 0; ";
  for (int i = 0; i < 14; ++i)
    lines += "r3 <<= 1; if r0 & " + std::to_string(1 << i) + " goto " + std::to_string(2 + i * 3 + 3) + "; r3 += 1; ";
  const Judged judged =
      judge(lines + "r3 &= 7; r1 += r3; r0 = *(u8 *)(r1 + 0); exit", rules_for(DownloadKind::Computation));
  EXPECT_EQ(judged.verdict, Verdict::TooComplex);
  EXPECT_EQ(judged.detail, 16'384u);
}

TEST(Refused, BudgetsAreByKind) {
  const char* const lines = "r0 = 64; again: r0 -= 1; if r0 != 0 goto again; exit";
  EXPECT_EQ(judge(lines, rules_for(DownloadKind::Predicate)).verdict, Verdict::TooLong);
  EXPECT_EQ(judge(lines, rules_for(DownloadKind::Computation)).verdict, Verdict::Accepted);
}

TEST(Refused, WhatWasNeverWritten) {
  expect(DownloadKind::Computation,
         {{Verdict::Uninitialised, 0, 0, "exit"},
          {Verdict::Uninitialised, 0, 3, "r0 = r3; exit"},
          {Verdict::Uninitialised, 0, 4, "r4 += 1; exit"},
          {Verdict::Uninitialised, 0, 5, "if r5 > 3 goto 1; exit"},
          {Verdict::Uninitialised, 0, 9, "if r1 == r9 goto 1; exit"},
          {Verdict::Uninitialised, 0, 6, "r0 = *(u8 *)(r6 + 0); exit"},
          {Verdict::Uninitialised, 0, 7, "*(u8 *)(r1 + 0) = r7; exit"},
          {Verdict::Uninitialised, 3, 3, "r0 = 0; if r2 != 64 goto 2; if r0 == 0 goto 3; r0 = r3; exit"},
          {Verdict::UninitialisedStack, 0, minus(8), "r0 = *(u64 *)(r10 - 8); exit"},
          {Verdict::UninitialisedStack, 1, minus(8), "*(u32 *)(r10 - 8) = 1; r0 = *(u64 *)(r10 - 8); exit"},
          {Verdict::UninitialisedStack, 4, minus(16),
           "r3 = *(u8 *)(r1 + 0); if r3 == 0 goto 3; *(u64 *)(r10 - 16) = 1; r0 = 0; r0 = *(u8 *)(r10 - 16); exit"}});
  expect(DownloadKind::Handler,
         {{Verdict::Uninitialised, 1, 1, "call wake; r0 = r1; exit"},
          {Verdict::Uninitialised, 0, 2, "call send; r0 = 0; exit"},
          {Verdict::UninitialisedStack, 3, minus(8), "r1 = r10; r1 -= 8; r2 = 8; call send; exit"}});
}

TEST(Refused, Addresses) {
  expect(DownloadKind::Computation,
         {{Verdict::NotPointer, 0, 2, "r0 = *(u8 *)(r2 + 0); exit"},
          {Verdict::NotPointer, 2, 3, "r3 = 0x80000000 ll; *(u32 *)(r3 + 0) = 1; exit"},
          {Verdict::OutOfBounds, 0, 64, "r0 = *(u8 *)(r1 + 64); exit"},
          {Verdict::OutOfBounds, 0, 57, "r0 = *(u64 *)(r1 + 57); exit"},
          {Verdict::OutOfBounds, 0, minus(1), "r0 = *(u8 *)(r1 - 1); exit"},
          {Verdict::OutOfBounds, 0, 0, "r0 = *(u8 *)(r10 + 0); exit"},
          {Verdict::OutOfBounds, 0, minus(4), "*(u64 *)(r10 - 4) = 1; exit"},
          {Verdict::OutOfBounds, 0, minus(520), "*(u64 *)(r10 - 520) = 1; exit"},
          {Verdict::Unproven, 2, 0, "r3 = *(u8 *)(r1 + 0); r1 += r3; r0 = *(u8 *)(r1 + 0); exit"},
          {Verdict::Unproven, 3, 29, "r3 = *(u8 *)(r1 + 0); r3 &= 31; r1 += r3; r0 = *(u64 *)(r1 + 29); exit"},
          {Verdict::Unproven, 3, 0, "r3 = *(u64 *)(r1 + 0); if r3 s> 60 goto 4; r1 += r3; r0 = *(u32 *)(r1 + 0); exit"},
          {Verdict::PointerArithmetic, 0, 1, "r1 *= 2; exit"},
          {Verdict::PointerArithmetic, 0, 1, "w1 += 2; exit"},
          {Verdict::PointerArithmetic, 0, 1, "w0 = w1; exit"},
          {Verdict::PointerArithmetic, 0, 10, "r1 += r10; exit"},
          {Verdict::PointerArithmetic, 0, 10, "r1 -= r10; exit"},
          {Verdict::PointerArithmetic, 0, 1, "r2 -= r1; exit"},
          {Verdict::PointerArithmetic, 0, 1, "r1 = be32 r1; exit"},
          {Verdict::PointerArithmetic, 0, 1, "r1 = -r1; exit"},
          {Verdict::PointerArithmetic, 0, 1, "r2 = (s32)r1; exit"},
          {Verdict::PointerLeak, 1, 0, "r0 = r1; exit"},
          {Verdict::PointerLeak, 0, 10, "*(u64 *)(r1 + 0) = r10; exit"},
          {Verdict::PointerLeak, 0, 1, "*(u32 *)(r10 - 8) = r1; exit"},
          {Verdict::PointerLeak, 0, 1, "*(u64 *)(r10 - 12) = r1; exit"},
          {Verdict::PointerLeak, 1, 0, "*(u64 *)(r10 - 8) = r1; r0 = *(u32 *)(r10 - 8); exit"},
          {Verdict::UninitialisedStack, 2, minus(8),
           "*(u64 *)(r10 - 8) = r1; *(u8 *)(r10 - 8) = 0; r0 = *(u64 *)(r10 - 8); exit"},
          {Verdict::PointerComparison, 0, 1, "if r1 > 5 goto 1; exit"},
          {Verdict::PointerComparison, 0, 1, "if r1 > r10 goto 1; exit"},
          {Verdict::PointerComparison, 0, 1, "if w1 == 0 goto 1; exit"},
          {Verdict::PointerComparison, 0, 1, "if r1 & 1 goto 1; exit"},
          {Verdict::PointerComparison, 0, 1, "if r2 == r1 goto 1; exit"}});
}

TEST(Refused, PacketsThatWereNotMeasured) {
  expect(
      DownloadKind::Handler,
      {{Verdict::Unproven, 1, 12, "r2 = *(u64 *)(r1 + 0); r0 = *(u16 *)(r2 + 12); exit"},
       {Verdict::Unproven, 5, 13,
        "r2 = *(u64 *)(r1 + 0); r3 = *(u64 *)(r1 + 8); r4 = r2; r4 += 14; if r4 > r3 goto 6; r0 = *(u16 *)(r2 + 13); "
        "exit"},
       {Verdict::Unproven, 6, 0,
        "r2 = *(u64 *)(r1 + 0); r3 = *(u64 *)(r1 + 8); r4 = r2; r4 += 14; if r4 <= r3 goto 6; goto 6; r0 = *(u8 *)(r2 "
        "+ 0); exit"},
       {Verdict::Unproven, 5, 13,
        "r2 = *(u64 *)(r1 + 0); r3 = *(u64 *)(r1 + 8); r4 = r2; r4 += 14; if r4 s> r3 goto 6; r0 = *(u8 *)(r2 + 13); "
        "exit"},
       {Verdict::OutOfBounds, 1, minus(2), "r2 = *(u64 *)(r1 + 0); r0 = *(u16 *)(r2 - 2); exit"},
       {Verdict::OutOfBounds, 1, 1514, "r2 = *(u64 *)(r1 + 0); r0 = *(u8 *)(r2 + 1514); exit"},
       {Verdict::OutOfBounds, 1, 0, "r3 = *(u64 *)(r1 + 8); r0 = *(u8 *)(r3 + 0); exit"},
       {Verdict::PointerArithmetic, 1, 3, "r3 = *(u64 *)(r1 + 8); r3 -= 1; exit"},
       {Verdict::PointerLeak, 0, 2, "r2 = *(u32 *)(r1 + 0); exit"},
       {Verdict::PointerLeak, 0, 2, "r2 = *(u64 *)(r1 + 4); exit"},
       {Verdict::OutOfBounds, 0, 40, "r2 = *(u8 *)(r1 + 40); exit"},
       {Verdict::Unproven, 4, 0, "r2 = *(u64 *)(r1 + 32); r2 &= 8; r3 = r1; r3 += r2; r0 = *(u64 *)(r3 + 0); exit"}});
}

TEST(Refused, WhatMayOnlyBeRead) {
  expect(DownloadKind::Handler, {{Verdict::ReadOnly, 0, 32, "*(u64 *)(r1 + 32) = 0; exit"},
                                 {Verdict::ReadOnly, 1, 8, "r2 = *(u64 *)(r1 + 24); *(u64 *)(r2 + 8) = 0; exit"},
                                 {Verdict::ReadOnly, 4, 0,
                                  "r2 = *(u64 *)(r1 + 16); r1 = *(u64 *)(r1 + 24); r3 = 4; r0 = 0; call copy; exit"}});
  expect(DownloadKind::Predicate, {{Verdict::ReadOnly, 1, 0, "r2 = *(u64 *)(r1 + 16); *(u8 *)(r2 + 0) = 1; exit"}});
  expect(DownloadKind::Filter,
         {{Verdict::ReadOnly, 5, 0,
           "r2 = *(u64 *)(r1 + 0); r3 = *(u64 *)(r1 + 8); r4 = r2; r4 += 14; if r4 > r3 goto 6; *(u8 *)(r2 + 0) = 1; "
           "exit"},
          {Verdict::NotPointer, 1, 2, "r2 = *(u64 *)(r1 + 16); r0 = *(u8 *)(r2 + 0); exit"}});  // it has no page
}

TEST(Refused, FunctionsWithinTheProgram) {
  expect(DownloadKind::Computation,
         {{Verdict::LocalCall, 0, 3, "call to 0; exit"},  // four are the most
          {Verdict::LocalCall, 3, 4, "call to 4; exit; r0 = 0; r0 = 1; exit"},
          {Verdict::LocalCall, 1, 4, "call to 3; if r2 == 0 goto 4; exit; r0 = 0; exit"},
          {Verdict::BadTarget, 0, 2, "call to 2; r0 = 0x123456789 ll; exit"},
          {Verdict::Uninitialised, 2, 6, "call to 2; exit; r0 = r6; exit"},
          {Verdict::Uninitialised, 1, 0, "call to 2; exit; exit"},
          {Verdict::Uninitialised, 1, 1, "call to 3; r0 = r1; exit; r0 = 0; exit"},
          {Verdict::PointerLeak, 1, 0, "call to 2; exit; r0 = r10; exit"},
          {Verdict::OutOfBounds, 1, minus(8),
           "call to 3; r0 = *(u64 *)(r0 - 8); exit; *(u64 *)(r10 - 8) = 1; r0 = r10; exit"},
          {Verdict::UninitialisedStack, 4, minus(8),
           "*(u64 *)(r10 - 8) = 1; call to 4; r0 = 0; exit; r0 = *(u64 *)(r10 - 8); exit"},
          {Verdict::PointerArithmetic, 4, 1, "r1 = r10; call to 3; exit; r2 = r10; r2 -= r1; exit"}});
}

TEST(Refused, Calls) {
  expect(DownloadKind::Filter, {{Verdict::NoSuchHelper, 0, 1, "call send; exit"}});
  expect(DownloadKind::Computation, {{Verdict::NoSuchHelper, 0, 2, "call wake; exit"}});
  expect(DownloadKind::Handler,
         {{Verdict::NoSuchHelper, 0, 99, "call 99; exit"},
          {Verdict::BadArgument, 2, 1, "r1 = 5; r2 = 5; call send; exit"},
          {Verdict::BadArgument, 3, 2, "r2 = *(u64 *)(r1 + 32); r1 = *(u64 *)(r1 + 16); r0 = 0; call send; exit"},
          {Verdict::BadArgument, 2, 2, "r1 = *(u64 *)(r1 + 16); r2 = r1; call send; exit"},
          {Verdict::BadArgument, 2, 2, "r1 = *(u64 *)(r1 + 16); r2 = 1515; call send; exit"},
          {Verdict::BadArgument, 1, 1, "r2 = 40; call send; exit"},  // the context is the kernel's
          {Verdict::Unproven, 2, 0, "r1 = *(u64 *)(r1 + 0); r2 = 14; call send; exit"},
          {Verdict::OutOfBounds, 3, 4090, "r1 = *(u64 *)(r1 + 16); r1 += 4090; r2 = 14; call send; exit"},
          {Verdict::PointerLeak, 4, 1, "*(u64 *)(r10 - 8) = r1; r1 = r10; r1 -= 8; r2 = 8; call send; exit"},
          // the rest from one pointer is not there from a later one
          {Verdict::Unproven, 5, 14,
           "r6 = *(u64 *)(r1 + 0); r2 = *(u64 *)(r1 + 8); r2 -= r6; r1 = r6; r1 += 14; call send; exit"},
          // and may be less than nothing
          {Verdict::BadArgument, 6, 2,
           "r6 = *(u64 *)(r1 + 0); r2 = *(u64 *)(r1 + 8); r3 = r6; r3 += 14; r2 -= r3; r1 = r3; call send; exit"}});
}

}  // namespace
}  // namespace exo
