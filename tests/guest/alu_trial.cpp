// Every arithmetic instruction, compiled: of both widths, with registers and constants, with everything that the
// verifier may know, on values at the edges. The results are held against plain C++; the divisions against one bit at a
// time.
#include "tests/guest/compiled.hpp"

using namespace exo;
using namespace exo::trials;

namespace {
struct Ratio {
  uint64_t quotient, rest;
};
Ratio divided(uint64_t a, uint64_t b) {
  if (b == 0) return {0, a};
  Ratio ratio{0, 0};
  for (uint32_t bit = 64; bit-- != 0;) {
    const bool carry = ratio.rest >> 63 != 0;
    ratio.rest = ratio.rest << 1 | (a >> bit & 1);
    ratio.quotient <<= 1;
    if (!carry && ratio.rest < b) continue;
    ratio.rest -= b;
    ratio.quotient |= 1;
  }
  return ratio;
}
Ratio divided_signed(uint64_t a, uint64_t b) {
  const bool negative = int64_t(a) < 0;
  Ratio ratio = divided(negative ? 0 - a : a, int64_t(b) < 0 ? 0 - b : b);
  if (negative) ratio.rest = 0 - ratio.rest;
  if (negative != (int64_t(b) < 0)) ratio.quotient = 0 - ratio.quotient;
  return ratio;
}

uint64_t reversed(uint64_t a, uint32_t bytes) {
  uint64_t result = 0;
  for (uint32_t i = 0; i < bytes; ++i) result = result << 8 | (a >> 8 * i & 0xff);
  return result;
}

struct Operation {
  uint8_t operation;
  int8_t offset;
};

/// As RFC 9669 (4.1, 4.2) has it.
uint64_t expected(Operation what, bool wide, uint64_t a, uint64_t b) {
  const uint64_t mask = wide ? 0xffff'ffff'ffff'ffff : 0xffff'ffff;
  const uint32_t by = uint32_t(b) & (wide ? 63 : 31);
  a &= mask;
  b &= mask;
  const uint64_t a_signed = wide ? a : uint64_t(int64_t(int32_t(a)));
  const uint64_t b_signed = wide ? b : uint64_t(int64_t(int32_t(b)));
  switch (what.operation) {
    case kAdd:
      return (a + b) & mask;
    case kSub:
      return (a - b) & mask;
    case kMul:
      return a * b & mask;
    case kOr:
      return a | b;
    case kAnd:
      return a & b;
    case kXor:
      return a ^ b;
    case kLsh:
      return a << by & mask;
    case kRsh:
      return a >> by;
    case kArsh:
      return uint64_t(int64_t(a_signed) >> by) & mask;
    case kNeg:
      return (0 - a) & mask;
    case kDiv:
      return (what.offset != 0 ? divided_signed(a_signed, b_signed) : divided(a, b)).quotient & mask;
    case kMod:
      return (what.offset != 0 ? divided_signed(a_signed, b_signed) : divided(a, b)).rest & mask;
    default:  // kMov
      if (what.offset == 8) return uint64_t(int64_t(int8_t(b))) & mask;
      if (what.offset == 16) return uint64_t(int64_t(int16_t(b))) & mask;
      if (what.offset == 32) return uint64_t(int64_t(int32_t(b))) & mask;
      return b;
  }
}

uint32_t wrong;
/// The first one that is wrong is noted: the instruction, what came, what should have come.
void compare(uint32_t what, uint64_t got, uint64_t wanted, bool upper) {
  if (uint32_t(got) == uint32_t(wanted) && (!upper || got == wanted)) return;
  if (wrong++ != 0) return;
  const bool low = uint32_t(got) != uint32_t(wanted);
  libos::note(Note::CheckFailed, what, uint32_t(low ? got : got >> 32), uint32_t(low ? wanted : wanted >> 32));
}

/// d = a, s = b, d = d op s. `same`: both are one register.
bool compile(Operation what, uint32_t opcode, uint32_t d, uint32_t s, int32_t immediate, uint32_t facts) {
  Program program;
  program.mov(d, 1);
  if (s != d) program.mov(s, 2);
  program.add(opcode | what.operation, d, (opcode & kSourceRegister) != 0 ? s : 0, what.offset, immediate, facts);
  program.mov(0, d);
  program.exit();
  return program.compile();
}

constexpr bool kWidths[] = {false, true};
constexpr uint32_t kOrders[] = {16, 32, 64};
constexpr Operation kDivisions[] = {{kDiv, 0}, {kMod, 0}, {kDiv, 1}, {kMod, 1}};
constexpr uint32_t kDestinations[] = {0, 1, 3, 6, 9}, kSources[] = {2, 4, 5, 7, 8};
constexpr uint32_t kFactSets[] = {0, fact::kUpperUnused, fact::kNarrow, fact::kNarrow | fact::kUpperUnused};

void one(uint32_t tag, Operation what, bool wide, uint64_t a, uint64_t b, uint32_t facts, bool narrow_source) {
  const uint64_t wanted = expected(what, wide, a, b);
  if ((facts & fact::kDivisorNotZero) != 0 && (wide ? b : uint32_t(b)) == 0) return;
  if ((facts & fact::kNarrow) != 0 && !(is_narrow(a) && narrow_source && is_narrow(wanted))) return;
  compare(tag, Program::call(a, b), wanted, (facts & fact::kUpperUnused) == 0);
}

void with_registers(Operation what, bool wide) {
  const uint32_t opcode = (wide ? kClassAlu64 : kClassAlu) | kSourceRegister;
  const uint32_t tag = uint32_t(what.operation | opcode) << 16 | uint32_t(what.offset) << 24;
  uint32_t turn = what.operation >> 4;
  const bool divides = what.operation == kDiv || what.operation == kMod;
  const uint32_t with_divisor[] = {0, uint32_t(divides ? fact::kDivisorNotZero : 0)};
  for (const uint32_t more : with_divisor)
    for (const uint32_t some : kFactSets) {
      const uint32_t facts = some | more;
      const uint32_t d = kDestinations[turn % 5], s = kSources[turn / 5 % 5];
      ++turn;
      compare(tag | 1, compile(what, opcode, d, s, 0, facts), 1, true);
      for (const uint64_t a : kValues)
        for (const uint64_t b : kValues) one(tag | facts, what, wide, a, b, facts, is_narrow(b));
      compare(tag | 1, compile(what, opcode, d, d, 0, facts), 1, true);
      for (const uint64_t a : kValues) one(tag | 0x100 | facts, what, wide, a, a, facts, true);
    }
}

void with_constants(Operation what, bool wide) {
  const uint32_t opcode = wide ? kClassAlu64 : kClassAlu;
  const uint32_t tag = uint32_t(what.operation | opcode) << 16 | uint32_t(what.offset) << 24;
  uint32_t turn = 0;
  for (const int32_t immediate : kImmediates)
    for (const uint32_t facts : kFactSets) {
      compare(tag | 1, compile(what, opcode, kDestinations[turn++ % 5], 2, immediate, facts), 1, true);
      for (const uint64_t a : kValues)
        one(tag | 0x200 | facts, what, wide, a, uint64_t(int64_t(immediate)), facts, true);
    }
}

void check_operation(uint32_t line, Operation what) {
  wrong = 0;
  for (const bool wide : kWidths) {
    with_registers(what, wide);
    with_constants(what, wide);
  }
  check(line, wrong, 0);
}
#define CHECK_OPERATION(...) check_operation(__LINE__, {__VA_ARGS__})

/// Extending moves and neg have no constant.
void check_registers_only(uint32_t line, Operation what, bool narrow_too) {
  wrong = 0;
  if (narrow_too) with_registers(what, false);
  with_registers(what, true);
  check(line, wrong, 0);
}

void check_byte_order(uint32_t line, uint32_t opcode, uint32_t bits, bool reverses) {
  wrong = 0;
  for (const uint32_t facts : kFactSets) {
    compare(opcode << 16 | bits, compile({kEnd, 0}, opcode, 3, 2, int32_t(bits), facts), 1, true);
    for (const uint64_t a : kValues) {
      const uint64_t cut = bits == 64 ? a : a & ((1ull << bits) - 1);
      const uint64_t wanted = reverses ? reversed(cut, bits / 8) : cut;
      if ((facts & fact::kNarrow) != 0 && !(is_narrow(a) && is_narrow(wanted))) continue;
      compare(opcode << 16 | bits, Program::call(a, 0), wanted, (facts & fact::kUpperUnused) == 0);
    }
  }
  check(line, wrong, 0);
}

void check_random_divisions(uint32_t line) {
  wrong = 0;
  Random random;
  for (const Operation what : kDivisions) {
    compare(1, compile(what, kClassAlu64 | kSourceRegister, 6, 7, 0, 0), 1, true);
    for (uint32_t i = 0; i < 1000; ++i) {
      const uint64_t a = random.next(), b = random.next();
      compare(what.operation, Program::call(a, b), expected(what, true, a, b), true);
    }
  }
  check(line, wrong, 0);
}

void check_constants(uint32_t line) {
  wrong = 0;
  for (const uint64_t a : kValues) {
    Program program;
    program.add(kLoadConstant, 6, 0, 0, int32_t(a));
    program.add(0, 0, 0, 0, int32_t(a >> 32));
    program.mov(0, 6);
    program.exit();
    compare(kLoadConstant, program.compile(), 1, true);
    compare(kLoadConstant, Program::call(0, 0), a, true);
  }
  check(line, wrong, 0);
}
}  // namespace

int main() {
  CHECK_OPERATION(kAdd, 0);
  CHECK_OPERATION(kSub, 0);
  CHECK_OPERATION(kMul, 0);
  CHECK_OPERATION(kOr, 0);
  CHECK_OPERATION(kAnd, 0);
  CHECK_OPERATION(kXor, 0);
  CHECK_OPERATION(kLsh, 0);
  CHECK_OPERATION(kRsh, 0);
  CHECK_OPERATION(kArsh, 0);
  CHECK_OPERATION(kMov, 0);
  CHECK_OPERATION(kDiv, 0);
  CHECK_OPERATION(kMod, 0);
  CHECK_OPERATION(kDiv, 1);
  CHECK_OPERATION(kMod, 1);
  check_registers_only(__LINE__, {kNeg, 0}, true);
  check_registers_only(__LINE__, {kMov, 8}, true);
  check_registers_only(__LINE__, {kMov, 16}, true);
  check_registers_only(__LINE__, {kMov, 32}, false);
  for (const uint32_t bits : kOrders) {
    check_byte_order(__LINE__, kClassAlu, bits, false);
    check_byte_order(__LINE__, kClassAlu | kSourceRegister, bits, true);
    check_byte_order(__LINE__, kClassAlu64, bits, true);
  }
  check_constants(__LINE__);
  check_random_divisions(__LINE__);
  finish();
}
