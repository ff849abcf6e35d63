// Jumps, loads, stores, the stack and calls, compiled: every instruction, with and without what the verifier may know
// of upper halves and alignment.
#include "tests/guest/compiled.hpp"

using namespace exo;
using namespace exo::trials;

namespace {
uint32_t wrong;
/// The first one that is wrong is noted: the instruction, what came, what should have come.
void compare(uint32_t what, uint64_t got, uint64_t wanted) {
  if (got == wanted || wrong++ != 0) return;
  const bool low = uint32_t(got) != uint32_t(wanted);
  libos::note(Note::CheckFailed, what, uint32_t(low ? got : got >> 32), uint32_t(low ? wanted : wanted >> 32));
}

constexpr uint8_t kKinds[] = {kClassJmp, kClassJmp32};
constexpr uint32_t kFactSets[] = {0, fact::kNarrow}, kDestinations[] = {1, 3, 6};
constexpr int32_t kOffsets[] = {0, 5, -0x8000, 0x7ffd}, kStored[] = {0, 0x1234'5678, -3, 77};

// Jumps.

bool jumps(uint8_t operation, bool wide, uint64_t a, uint64_t b) {
  if (!wide) a = uint32_t(a), b = uint32_t(b);
  const int64_t a_signed = wide ? int64_t(a) : int32_t(a), b_signed = wide ? int64_t(b) : int32_t(b);
  switch (operation) {
    case kJeq:
      return a == b;
    case kJne:
      return a != b;
    case kJset:
      return (a & b) != 0;
    case kJgt:
      return a > b;
    case kJge:
      return a >= b;
    case kJlt:
      return a < b;
    case kJle:
      return a <= b;
    case kJsgt:
      return a_signed > b_signed;
    case kJsge:
      return a_signed >= b_signed;
    case kJslt:
      return a_signed < b_signed;
    default:
      return a_signed <= b_signed;
  }
}

/// r0 = 1 if it jumps, else 2. The move before it may go into its delay slot; `pinned`: it may not.
bool compile_jump(uint32_t opcode, uint32_t d, uint32_t s, int32_t immediate, uint32_t facts, bool pinned) {
  Program program;
  program.mov(d, 1);
  if (s != 0) program.mov(s, 2);
  program.mov_constant(0, 1);
  program.add(opcode, d, s, 2, immediate, facts | uint32_t(pinned ? fact::kJumpTarget : 0));
  program.mov_constant(0, 2);
  program.exit();
  program.add(kClassJmp | kExit, 0, 0, 0, 0, fact::kJumpTarget);
  return program.compile();
}

void check_jump(uint32_t line, uint8_t operation) {
  wrong = 0;
  uint32_t turn = 0;
  for (const uint8_t kind : kKinds)
    for (const uint32_t facts : kFactSets) {
      const bool wide = kind == kClassJmp;
      const uint32_t tag = uint32_t(operation | kind) << 16 | facts;
      for (const uint32_t d : kDestinations) {
        const uint32_t opcode = uint32_t(operation | kind | kSourceRegister);
        compare(tag | 1, compile_jump(opcode, d, d == 3 ? 7 : 2, 0, facts, turn++ % 2 == 0), 1);
        for (const uint64_t a : kValues)
          for (const uint64_t b : kValues) {
            if (facts != 0 && !(is_narrow(a) && is_narrow(b))) continue;
            compare(tag, Program::call(a, b), jumps(operation, wide, a, b) ? 1 : 2);
          }
      }
      for (const int32_t immediate : kImmediates) {
        compare(tag | 1, compile_jump(uint32_t(operation | kind), 4, 0, immediate, facts, turn++ % 2 == 0), 1);
        for (const uint64_t a : kValues) {
          if (facts != 0 && !is_narrow(a)) continue;
          compare(tag | 0x200, Program::call(a, 0), jumps(operation, wide, a, uint64_t(int64_t(immediate))) ? 1 : 2);
        }
      }
    }
  check(line, wrong, 0);
}

/// 1 + 2 + ... + n, by a jump back; over the far jump's own field.
void check_loop(uint32_t line) {
  Program program;
  program.mov_constant(0, 0);
  program.add(kClassJmp32 | kJa, 0, 0, 0, 1);
  program.mov_constant(0, 5);
  program.add(kClassAlu64 | kAdd | kSourceRegister, 0, 1, 0, 0, fact::kJumpTarget);
  program.add(kClassAlu64 | kAdd, 1, 0, 0, -1);
  program.add(kClassJmp | kJne, 1, 0, -3, 0);
  program.add(kClassJmp | kJa, 0, 0, 1, 0);
  program.mov_constant(0, 7);
  program.add(kClassJmp | kExit, 0, 0, 0, 0, fact::kJumpTarget);
  check(line, program.compile(), 1);
  check(line, uint32_t(Program::call(1000, 0)), 500'500);
}

// Memory.

alignas(8) uint8_t memory[32];
constexpr uint32_t kLoads[] = {
    kMem | 0x10, kMem | 0x08, kMem | 0x00, kMem | 0x18, kMemSigned | 0x10, kMemSigned | 0x08, kMemSigned | 0x00,
};

void fill() {
  for (uint32_t i = 0; i < sizeof memory; ++i) memory[i] = uint8_t(0x71 + 0x1d * i);
}
uint64_t bytes_at(uint32_t place, uint32_t bytes) {
  uint64_t value = 0;
  for (uint32_t i = bytes; i-- != 0;) value = value << 8 | memory[place + i];
  return value;
}
uint64_t extended(uint64_t value, uint32_t bytes) {
  return uint64_t(int64_t(value << (64 - 8 * bytes)) >> (64 - 8 * bytes));
}
uint32_t alignment_facts(uint32_t place) {
  return place % 4 == 0 ? fact::kWordAligned | fact::kHalfwordAligned : place % 2 == 0 ? fact::kHalfwordAligned : 0;
}

/// Every load at every alignment, the base being another register or the one that is loaded, near and far.
void check_loads(uint32_t line) {
  wrong = 0;
  fill();
  const auto base = uint32_t(memory);
  for (const uint32_t load : kLoads) {
    const uint32_t bytes = size_of(uint8_t(load));
    for (uint32_t place = 0; place < 8; ++place)
      for (uint32_t turn = 0; turn < 24; ++turn) {
        const uint32_t facts = turn % 3 == 0 ? 0 : turn % 3 == 1 ? alignment_facts(place) : fact::kUpperUnused;
        const int32_t offset = kOffsets[turn / 3 % 4];
        const uint32_t d = turn < 12 ? 1 : 6;
        Program program;
        program.add(kClassLdx | load, d, 1, offset, 0, facts);
        program.mov(0, d);
        program.exit();
        compare(load << 16 | 1, program.compile(), 1);
        uint64_t wanted = bytes_at(place, bytes);
        if (mode_of(uint8_t(load)) == kMemSigned) wanted = extended(wanted, bytes);
        uint64_t got = Program::call(base + place - uint32_t(offset), 0);
        if (facts == fact::kUpperUnused) got = uint32_t(got), wanted = uint32_t(wanted);
        compare(load << 16 | facts, got, wanted);
      }
  }
  check(line, wrong, 0);
}

void check_stores(uint32_t line) {
  wrong = 0;
  const auto base = uint32_t(memory);
  constexpr uint64_t value = 0x8182'8384'8586'8788;
  for (uint32_t size = 0; size < 0x20; size += 8) {
    const uint32_t bytes = size_of(uint8_t(size));
    for (uint32_t place = 8; place < 16; ++place)
      for (uint32_t turn = 0; turn < 32; ++turn) {
        const uint32_t aligned = turn % 2 == 0 ? 0 : alignment_facts(place);
        const int32_t offset = turn / 2 % 2 == 0 ? int32_t(place) : 0x7ffd;
        const int32_t immediate = kStored[turn / 4 % 4];
        const bool constant = turn < 16;
        const bool narrow = !constant && immediate == 77;
        Program program;
        program.add((constant ? kClassSt : kClassStx) | kMem | size, 1, constant ? 0 : 2, offset,
                    constant ? immediate : 0, aligned | (narrow ? fact::kNarrow : 0));
        program.mov_constant(0, 0);
        program.exit();
        compare(size << 16 | 1, program.compile(), 1);
        fill();
        const uint64_t given = narrow ? uint32_t(value) : value;
        const uint64_t stored = constant ? uint64_t(int64_t(immediate)) : given;
        (void)Program::call(base + place - uint32_t(offset), given);
        compare(size << 16 | 2, bytes_at(place, bytes), bytes == 8 ? stored : stored & ((1ull << 8 * bytes) - 1));
        uint64_t around = 0, wanted = 0;
        for (uint32_t i = 0; i < sizeof memory; ++i)
          if (i < place || i >= place + bytes) around += memory[i], wanted += uint8_t(0x71 + 0x1d * i);
        compare(size << 16 | 3, around, wanted);
      }
  }
  check(line, wrong, 0);
}

/// Through the stack, by r10 and by a register made of it, with registers that must be saved.
void check_stack(uint32_t line) {
  Program program;
  program.stack_bytes = 20;
  program.mov(6, 1);
  program.mov(9, 2);
  program.add(kClassStx | kMem | 0x18, 10, 6, -8, 0);
  program.mov(3, 10);
  program.add(kClassAlu64 | kAdd, 3, 0, 0, -16);
  program.add(kClassStx | kMem | 0x18, 3, 9, 0, 0);
  program.add(kClassSt | kMem | 0x08, 10, 0, -7, 0x1122);
  program.add(kClassLdx | kMem | 0x18, 7, 10, -16, 0);
  program.add(kClassLdx | kMem | 0x18, 0, 10, -8, 0);
  program.add(kClassAlu64 | kAdd | kSourceRegister, 0, 7, 0, 0);
  program.mov(4, 10);
  program.add(kClassAlu64 | kSub | kSourceRegister, 4, 3, 0, 0);
  program.add(kClassAlu64 | kAdd | kSourceRegister, 0, 4, 0, 0);
  program.exit();
  check(line, program.compile(), 1);
  const uint64_t got = Program::call(0x0102'0304'0506'0708, 0x1111'1111'0000'0000);
  check(line, uint32_t(got), 0x0511'2208 + 16);
  check(line, uint32_t(got >> 32), 0x1213'1415);
}

// Calls.

uint32_t helper_calls;
uint32_t mix(uint32_t a, uint32_t b, uint32_t c) {
  ++helper_calls;
  return a * 3 + b * 5 + c * 7 + 0x8000'0000;
}

void check_calls(uint32_t line) {
  const uint32_t helpers[] = {0, 0, uint32_t(&mix)};
  Program program;
  program.helpers = helpers;
  program.stack_bytes = 8;
  for (uint32_t r = 6; r < 10; ++r) program.mov(r, r % 2 == 0 ? 1 : 2);
  program.mov_constant(3, 100);
  program.add(kClassJmp | kCall, 0, 0, 0, 2);
  for (uint32_t r = 6; r < 10; ++r) program.add(kClassAlu64 | kAdd | kSourceRegister, 0, r, 0, 0);
  program.mov_constant(1, 1);
  program.mov_constant(2, 1);
  program.mov_constant(3, 1);
  program.mov(6, 0);
  program.add(kClassJmp | kCall, 0, 0, 0, 2);
  program.add(kClassAlu64 | kAdd | kSourceRegister, 0, 6, 0, 0);
  program.exit();
  check(line, program.compile(), 1);
  const uint64_t got = Program::call(0x1'0000'0000 + 10, 1000);
  const uint64_t wanted =
      uint64_t(10 * 3 + 1000 * 5 + 100 * 7) + 0x8000'0000 + 0x2'0000'0000 + 20 + 2000 + 15 + 0x8000'0000;
  check(line, uint32_t(got), uint32_t(wanted));
  check(line, uint32_t(got >> 32), uint32_t(wanted >> 32));
  check(line, helper_calls, 2);
}

/// Functions within the program, one inside the other: each has a stack and r6 to r9 of its own.
void check_functions(uint32_t line) {
  const uint32_t helpers[] = {0, 0, uint32_t(&mix)};
  Program program;
  program.helpers = helpers;
  program.stack_bytes = 8;
  program.mov(6, 1);                                    // 0
  program.add(kClassStx | kMem | 0x18, 10, 2, -8, 0);   // 1
  program.add(kClassJmp | kCall, 0, kCallLocal, 0, 6);  // 2: to 9
  program.add(kClassAlu64 | kAdd | kSourceRegister, 0, 6, 0, 0);
  program.mov(1, 0);
  program.mov_constant(2, 3);
  program.add(kClassJmp | kCall, 0, kCallLocal, 0, 2);  // 6: to 9
  program.add(kClassLdx | kMem | 0x18, 6, 10, -8, 0);
  program.add(kClassJmp | kJa, 0, 0, 7, 0);                                          // 8: to 16
  program.add(kClassAlu64 | kMov | kSourceRegister, 6, 2, 0, 0, fact::kJumpTarget);  // 9: r1 * 5 / r2 twice, plus r2
  program.add(kClassSt | kMem | 0x18, 10, 0, -8, 77);
  program.add(kClassJmp | kCall, 0, kCallLocal, 0, 6);  // 11: to 18
  program.mov(1, 0);
  program.add(kClassJmp | kCall, 0, kCallLocal, 0, 4);  // 13: to 18
  program.add(kClassAlu64 | kAdd | kSourceRegister, 0, 6, 0, 0);
  program.exit();
  program.add(kClassAlu64 | kAdd | kSourceRegister, 0, 6, 0, 0, fact::kJumpTarget);  // 16
  program.exit();
  program.add(kClassAlu64 | kMov | kSourceRegister, 0, 1, 0, 0, fact::kJumpTarget);  // 18: r1 * 5 / r2
  program.mov_constant(6, 5);
  program.add(kClassAlu64 | kMul | kSourceRegister, 0, 6, 0, 0);
  program.add(kClassAlu64 | kDiv | kSourceRegister, 0, 2, 0, 0);
  program.exit();
  check(line, program.compile(), 1);
  // (x * 5 / y * 5 / y + y), plus x; then again with 3; plus y.
  constexpr uint64_t x = 0x10'0000'0000, y = 7;
  constexpr uint64_t once = x * 5 / y * 5 / y + y + x;
  constexpr uint64_t wanted = once * 5 / 3 * 5 / 3 + 3 + y;
  const uint64_t got = Program::call(x, y);
  check(line, uint32_t(got), uint32_t(wanted));
  check(line, uint32_t(got >> 32), uint32_t(wanted >> 32));
}

/// mov r0, 0; exit: two words and what returns.
void check_empty(uint32_t line) {
  Program program;
  program.mov_constant(0, 0);
  program.exit();
  check(line, program.compile(), 1);
  check(line, map[2], 3);
}
}  // namespace

int main() {
  for (uint8_t operation = kJeq; operation <= kJsle; operation = uint8_t(operation + 0x10))
    if (operation != kCall && operation != kExit) check_jump(__LINE__, operation);
  check_loop(__LINE__);
  check_loads(__LINE__);
  check_stores(__LINE__);
  check_stack(__LINE__);
  check_calls(__LINE__);
  check_functions(__LINE__);
  check_empty(__LINE__);
  finish();
}
