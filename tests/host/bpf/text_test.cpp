// Every instruction has one text, and the text is that instruction.
#include "explorer/bpf/text.hpp"

#include <gtest/gtest.h>

#include <cstring>

#include "explorer/bpf/random_program.hpp"
#include "explorer/common/error.hpp"

namespace exo::bpf {
namespace {

TEST(Text, SaysWhatAnInstructionDoes) {
  const char* const lines[] = {"r1 = 5",
                               "w1 = -5",
                               "r1 = r2",
                               "w3 = w4",
                               "r1 = (s8)r2",
                               "w1 = (s16)w2",
                               "r1 = (s32)r2",
                               "r1 += r2",
                               "w1 -= 7",
                               "r1 s/= r2",
                               "w1 s%= 3",
                               "r1 s>>= 63",
                               "r2 = -r2",
                               "r2 = be16 r2",
                               "r2 = le32 r2",
                               "r2 = bswap64 r2",
                               "r0 = *(u32 *)(r1 + 4)",
                               "r0 = *(s8 *)(r10 - 1)",
                               "*(u64 *)(r10 - 8) = r3",
                               "*(u16 *)(r1 + 2) = -1",
                               "if r1 s> 5 goto 0",
                               "if w1 & w2 goto 22",
                               "goto 1",
                               "gotol 2",
                               "call checksum",
                               "call 77",
                               "call to 0",
                               "exit"};
  std::string all;
  for (const char* const line : lines) all += std::string(line) + "\n";
  const auto program = assemble(all);
  ASSERT_EQ(program.size(), std::size(lines));
  for (std::size_t i = 0; i < program.size(); ++i) EXPECT_EQ(text(program, i), lines[i]);
}

TEST(Text, OfRandomProgramsComesBack) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const auto program = random_program(seed, 64, 60, std::uint32_t(seed % 3));
    std::string all;
    for (std::size_t i = 0; i < program.size(); ++i) all += text(program, i) + ";";
    const auto again = assemble(all);
    ASSERT_EQ(again.size(), program.size());
    ASSERT_EQ(std::memcmp(again.data(), program.data(), program.size() * sizeof program[0]), 0) << all;
  }
}

TEST(Text, LabelsAreTargets) {
  const auto program = assemble("r0 = 3\nagain: r0 -= 1\nif r0 != 0 goto again\nexit  # when it is 0");
  ASSERT_EQ(program.size(), 4u);
  EXPECT_EQ(program[2].offset, -2);
}

TEST(Text, WhatIsNoInstructionIsRefused) {
  for (const char* const line : {"r1 =", "r1 + 2", "w1 = r2", "goto nowhere", "*(u7 *)(r1 + 0) = 1", "if r1 goto 2",
                                 "r1 = 5 6", "r1 = *(u8 *)(5 + 1)", "r1 = -r2", "jump", "r0 = 99999999999"})
    EXPECT_THROW((void)assemble(line), InputError) << line;
}

}  // namespace
}  // namespace exo::bpf
