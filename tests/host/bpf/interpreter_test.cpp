// The interpreter against values worked out by hand from RFC 9669: it is the oracle of everything else.
#include "explorer/bpf/interpreter.hpp"

#include <gtest/gtest.h>

#include "explorer/bpf/text.hpp"

namespace exo::bpf {
namespace {

struct Case {
  const char* program;
  std::uint64_t result;
};

Run run(const char* lines, std::span<std::uint8_t> memory = {}) {
  Interpreter interpreter;
  interpreter.add({0x8040'0000, memory, true});
  const auto program = assemble(lines);
  return interpreter.run(program, 0x8040'0000, memory.size(), 1000);
}

void expect(std::span<const Case> cases) {
  for (const Case& one : cases) {
    const Run ran = run(one.program);
    EXPECT_EQ(ran.ending, Ending::Exit) << one.program << ": " << ran.fault;
    EXPECT_EQ(ran.result, one.result) << one.program;
  }
}

constexpr std::uint64_t kMinus1 = ~std::uint64_t{0};

TEST(Interpreter, Arithmetic64) {
  const Case cases[] = {
      {"r0 = -1; r0 += 2; exit", 1},
      {"r0 = 0; r0 -= 1; exit", kMinus1},
      {"r0 = 0x100000001 ll; r0 *= r0; exit", 0x2'0000'0001},
      {"r0 = -1; r0 /= 2; exit", 0x7fff'ffff'ffff'ffff},
      {"r0 = 5; r1 = 0; r0 /= r1; exit", 0},
      {"r0 = 5; r1 = 0; r0 %= r1; exit", 5},
      {"r0 = -7; r0 s/= 2; exit", std::uint64_t(-3)},
      {"r0 = -7; r0 s%= 2; exit", kMinus1},
      {"r0 = 0x8000000000000000 ll; r0 s/= -1; exit", 0x8000'0000'0000'0000},
      {"r0 = 0x8000000000000000 ll; r0 s%= -1; exit", 0},
      {"r0 = 0xf0; r0 |= 0x0f; exit", 0xff},
      {"r0 = 0xff; r0 &= -16; exit", 0xf0},
      {"r0 = -1; r0 ^= 1; exit", 0xffff'ffff'ffff'fffe},
      {"r0 = 1; r0 <<= 63; exit", 0x8000'0000'0000'0000},
      {"r0 = 1; r1 = 65; r0 <<= r1; exit", 2},
      {"r0 = -1; r0 >>= 60; exit", 15},
      {"r0 = -16; r0 s>>= 2; exit", std::uint64_t(-4)},
      {"r0 = 5; r0 = -r0; exit", std::uint64_t(-5)},
      {"r1 = 0xff; r0 = (s8)r1; exit", kMinus1},
      {"r1 = 0x8000; r0 = (s16)r1; exit", 0xffff'ffff'ffff'8000},
      {"r1 = 0x80000000 ll; r0 = (s32)r1; exit", 0xffff'ffff'8000'0000},
  };
  expect(cases);
}

TEST(Interpreter, Arithmetic32LeavesTheUpperHalfZero) {
  const Case cases[] = {
      {"r0 = -1; w0 += 1; exit", 0},
      {"r0 = 0; w0 -= 1; exit", 0xffff'ffff},
      {"r0 = -1; w0 *= 2; exit", 0xffff'fffe},
      {"r0 = -1; w0 /= 2; exit", 0x7fff'ffff},
      {"r0 = 0x100000005 ll; r1 = 0x200000000 ll; w0 /= w1; exit", 0},
      {"r0 = 0x100000005 ll; r1 = 0x200000000 ll; w0 %= w1; exit", 5},
      {"w0 = -7; w0 s/= 2; exit", 0xffff'fffd},
      {"w0 = -7; w0 s%= -2; exit", 0xffff'ffff},
      {"w0 = 0x80000000; w0 s/= -1; exit", 0x8000'0000},
      {"w0 = -1; exit", 0xffff'ffff},
      {"r1 = -1; w0 = w1; exit", 0xffff'ffff},
      {"r1 = 0x80; w0 = (s8)w1; exit", 0xffff'ff80},
      {"r0 = 1; w0 <<= 31; exit", 0x8000'0000},
      {"r0 = 1; r1 = 33; w0 <<= w1; exit", 2},
      {"w0 = -16; w0 s>>= 2; exit", 0xffff'fffc},
      {"w0 = -16; w0 >>= 28; exit", 15},
      {"r0 = 5; w0 = -w0; exit", 0xffff'fffb},
  };
  expect(cases);
}

TEST(Interpreter, ByteOrders) {
  const Case cases[] = {
      {"r0 = 0x1122334455667788 ll; r0 = be16 r0; exit", 0x8877},
      {"r0 = 0x1122334455667788 ll; r0 = be32 r0; exit", 0x8877'6655},
      {"r0 = 0x1122334455667788 ll; r0 = be64 r0; exit", 0x8877'6655'4433'2211},
      {"r0 = 0x1122334455667788 ll; r0 = le16 r0; exit", 0x7788},
      {"r0 = 0x1122334455667788 ll; r0 = le32 r0; exit", 0x5566'7788},
      {"r0 = 0x1122334455667788 ll; r0 = le64 r0; exit", 0x1122'3344'5566'7788},
      {"r0 = 0x1122334455667788 ll; r0 = bswap16 r0; exit", 0x8877},
      {"r0 = 0x1122334455667788 ll; r0 = bswap32 r0; exit", 0x8877'6655},
      {"r0 = 0x1122334455667788 ll; r0 = bswap64 r0; exit", 0x8877'6655'4433'2211},
  };
  expect(cases);
}

TEST(Interpreter, EveryComparison) {
  // Of -1 and 1, and of 1 and 1: as unsigned numbers -1 is the largest.
  const struct {
    const char* sign;
    bool different, same;
  } rows[] = {{"==", false, true}, {"!=", true, false}, {">", true, false},   {">=", true, true},
              {"<", false, false}, {"<=", false, true}, {"s>", false, false}, {"s>=", false, true},
              {"s<", true, false}, {"s<=", true, true}, {"&", true, true}};
  for (const auto& row : rows)
    for (const char kind : {'r', 'w'})
      for (const bool with_register : {false, true}) {
        const std::string other = with_register ? std::string(1, kind) + "2" : "1";
        const std::string tail =
            std::string("r2 = 1; r0 = 1; if ") + kind + "1 " + row.sign + " " + other + " goto 5; r0 = 0; exit";
        EXPECT_EQ(run(("r1 = -1; " + tail).c_str()).result, row.different ? 1u : 0u) << row.sign << kind;
        EXPECT_EQ(run(("r1 = 1; " + tail).c_str()).result, row.same ? 1u : 0u) << row.sign << kind;
      }
  EXPECT_EQ(run("r1 = 0x100000000 ll; r0 = 1; if w1 == 0 goto 5; r0 = 0; exit").result, 1u) << "lower halves only";
}

TEST(Interpreter, MemoryIsLittleEndianAndBounded) {
  std::uint8_t memory[16] = {0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87};
  EXPECT_EQ(run("r0 = *(u8 *)(r1 + 1); exit", memory).result, 0x81u);
  EXPECT_EQ(run("r0 = *(u16 *)(r1 + 1); exit", memory).result, 0x8281u);
  EXPECT_EQ(run("r0 = *(u32 *)(r1 + 1); exit", memory).result, 0x8483'8281u);
  EXPECT_EQ(run("r0 = *(u64 *)(r1 + 0); exit", memory).result, 0x8786'8584'8382'8180u);
  EXPECT_EQ(run("r0 = *(s8 *)(r1 + 0); exit", memory).result, 0xffff'ffff'ffff'ff80u);
  EXPECT_EQ(run("r0 = *(s16 *)(r1 + 0); exit", memory).result, 0xffff'ffff'ffff'8180u);
  EXPECT_EQ(run("r0 = *(s32 *)(r1 + 0); exit", memory).result, 0xffff'ffff'8382'8180u);
  EXPECT_EQ(run("*(u32 *)(r1 + 8) = -2; *(u8 *)(r1 + 12) = 7; r0 = *(u64 *)(r1 + 8); exit", memory).result,
            0x07'ffff'fffeu);
  EXPECT_EQ(run("r2 = 0x1122334455667788 ll; *(u16 *)(r10 - 2) = r2; r0 = *(u16 *)(r10 - 2); exit").result, 0x7788u);
  EXPECT_EQ(run("r0 = *(u64 *)(r1 + 9); exit", memory).ending, Ending::Fault);
  EXPECT_EQ(run("r0 = *(u8 *)(r1 - 1); exit", memory).ending, Ending::Fault);
  EXPECT_EQ(run("r0 = *(u8 *)(r10 + 0); exit", memory).ending, Ending::Fault);
}

TEST(Interpreter, CallsAndEnds) {
  EXPECT_EQ(run("r0 = 0; goto 0").ending, Ending::Endless);
  EXPECT_EQ(run("r0 = 0").ending, Ending::Fault);
  EXPECT_EQ(run("r6 = 5; r1 = 2; call to 5; r0 += r6; exit; r6 = r1; r0 = r6; r0 *= 3; exit").result, 11u);
  Interpreter interpreter;
  interpreter.set_helpers(
      [](std::uint32_t number, std::span<const std::uint64_t, 5> arguments) { return number + arguments[1]; });
  EXPECT_EQ(interpreter.run(assemble("r2 = 7; call 3; exit"), 0, 0, 10).result, 10u);
}

}  // namespace
}  // namespace exo::bpf
