// Computations in the kernel: verified, compiled and run there, from short ones to those that look at the kernel's
// deadlines on their way.
//   parameters: 1 to go on for ever with the last one, which takes some 200 microseconds
#include "libos/base/download.hpp"
#include "tests/guest/checks.hpp"

using namespace exo;
using namespace exo::trials;
using namespace exo::abi::bpf;

namespace {
alignas(8) uint32_t memory[16];
Instruction program[kMostInstructions];
uint32_t count;
abi::DownloadAnswer answer;

void add(uint32_t opcode, uint32_t d, uint32_t s, int32_t offset, int32_t immediate) {
  program[count++] = {uint8_t(opcode), uint8_t(d | s << 4), int16_t(offset), immediate};
}
constexpr uint32_t kMoveConstant = kClassAlu64 | kMov, kAddConstant = kClassAlu64 | kAdd, kLeave = kClassJmp | kExit;

/// r0 of the program, which begins anew afterwards.
uint64_t result_of(uint32_t line) {
  libos::DownloadOptions options;
  options.bytes = sizeof memory;
  const libos::Result installed =
      libos::download(abi::DownloadKind::Computation, {program, program + count}, options, &answer);
  count = 0;
  check(line, uint32_t(installed.status), uint32_t(Status::Ok));
  uint32_t out[3] = {};
  const libos::Result ran = call::code_run(installed.value, memory, uint32_t(sizeof memory), out);
  check(line, uint32_t(ran.status), uint32_t(Status::Ok));
  // What it took is at most what the verifier said, and what the call itself takes.
  check(line, out[2] * abi::kNanosecondsPerTick / abi::kNanosecondsPerInstruction <= answer.longest + 40, 1);
  (void)call::code_free(installed.value);
  return uint64_t(out[1]) << 32 | out[0];
}
#define CHECK_RESULT(wanted)                        \
  do {                                              \
    const uint64_t got = result_of(__LINE__);       \
    CHECK_EQUAL(got, uint64_t(wanted));             \
    CHECK_EQUAL(got >> 32, uint64_t(wanted) >> 32); \
  } while (false)

void sum_of_memory() {
  for (uint32_t i = 0; i < 16; ++i) memory[i] = 0x1000'0000 + i;
  add(kMoveConstant, 0, 0, 0, 0);
  for (int32_t i = 0; i < 16; ++i) {
    add(kClassLdx | kMem, 3, 1, int16_t(4 * i), 0);
    add(kAddConstant | kSourceRegister, 0, 3, 0, 0);
  }
  add(kLeave, 0, 0, 0, 0);
}

/// Straight on through several stretches.
void many_additions(uint32_t additions) {
  add(kMoveConstant, 0, 0, 0, -5);
  for (uint32_t i = 0; i < additions; ++i) add(kAddConstant, 0, 0, 0, 1);
  add(kLeave, 0, 0, 0, 0);
}

/// Round and round, with every register in use, and all of them in the sum.
void long_loop(int32_t rounds) {
  for (uint32_t r = 0; r < 10; ++r) {
    add(kLoadConstant, r, 0, 0, int32_t(0x1111'1111 * r));
    add(0, 0, 0, 0, int32_t(r));
  }
  add(kMoveConstant, 5, 0, 0, 0);
  const uint32_t start = count;
  add(kClassAlu64 | kXor | kSourceRegister, 0, 1, 0, 0);
  add(kAddConstant | kSourceRegister, 0, 2, 0, 0);
  add(kAddConstant | kSourceRegister, 6, 3, 0, 0);
  add(kAddConstant | kSourceRegister, 7, 4, 0, 0);
  add(kClassAlu64 | kXor | kSourceRegister, 8, 6, 0, 0);
  add(kAddConstant | kSourceRegister, 9, 7, 0, 0);
  add(kAddConstant, 5, 0, 0, 1);
  add(kClassJmp | kJlt, 5, 0, int16_t(start - count - 1), rounds);
  for (uint32_t r = 1; r < 10; ++r) add(kAddConstant | kSourceRegister, 0, r, 0, 0);
  add(kLeave, 0, 0, 0, 0);
}
uint64_t after_long_loop(uint32_t rounds) {
  uint64_t r[10];
  for (uint32_t i = 0; i < 10; ++i) r[i] = uint64_t(i) << 32 | 0x1111'1111u * i;
  for (r[5] = 0; r[5] < rounds; ++r[5]) {
    r[0] = (r[0] ^ r[1]) + r[2];
    r[6] += r[3];
    r[7] += r[4];
    r[8] ^= r[6];
    r[9] += r[7];
  }
  for (uint32_t i = 1; i < 10; ++i) r[0] += r[i];
  return r[0];
}

void divisions() {
  add(kLoadConstant, 0, 0, 0, -1);
  add(0, 0, 0, 0, 0x7fff'ffff);
  add(kClassAlu64 | kDiv, 0, 0, 0, 1000);
  add(kLoadConstant, 3, 0, 0, 0x1234'5678);
  add(0, 0, 0, 0, 1);
  add(kClassAlu64 | kMod | kSourceRegister, 0, 3, 0, 0);
  add(kLeave, 0, 0, 0, 0);
}
}  // namespace

[[noreturn]] void compute_for_ever() {
  libos::DownloadOptions options;
  options.bytes = sizeof memory;
  long_loop(200);
  const libos::Result installed = libos::download(abi::DownloadKind::Computation, {program, program + count}, options);
  CHECK_EQUAL(installed.status, Status::Ok);
  for (uint32_t out[3];;) (void)call::code_run(installed.value, memory, uint32_t(sizeof memory), out);
}

int main() {
  if (libos::parameter(0) != 0) compute_for_ever();
  sum_of_memory();
  CHECK_RESULT(0x1'0000'0000 + 120);
  many_additions(20);
  CHECK_RESULT(15);
  many_additions(500);
  CHECK_RESULT(495);
  divisions();
  CHECK_RESULT(0x7fff'ffff'ffff'ffff / 1000 % 0x1'1234'5678);
  long_loop(200);
  CHECK_RESULT(after_long_loop(200));
  finish();
}
