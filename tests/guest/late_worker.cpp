// The worst that a library OS can give the kernel to do for a download, one phase after another: a program with
// many paths to verify, the longest program to compile, and claims that are merged and compiled again and again. Beside
// it runs punctual.cpp.
#include "libos/base/download.hpp"
#include "tests/guest/late_phases.hpp"

using namespace exo;
using namespace exo::trials;
using namespace exo::abi::bpf;
using abi::DownloadKind;

namespace {
Instruction program[kMostInstructions];
uint32_t count;
abi::Capability wire;

void put(uint8_t opcode, uint32_t destination, uint32_t source, int32_t offset, int32_t immediate) {
  program[count++] = {opcode, uint8_t(destination | source << 4), int16_t(offset), immediate};
}
constexpr uint8_t kMov64 = kClassAlu64 | kMov;

/// Every path leaves another sum in r0, so no path covers another.
void make_many_paths() {
  count = 0;
  put(kClassLdx | kMem | 0x00, 2, 1, 0, 0);  // r2 = *(u32 *)(r1 + 0)
  put(kMov64, 0, 0, 0, 0);
  for (int32_t bit = 0; bit < 5; ++bit) {
    put(kClassJmp | kJset, 2, 0, 1, 1 << bit);
    put(kClassAlu64 | kAdd, 0, 0, 0, 1 << bit);
  }
  put(kClassJmp | kExit, 0, 0, 0, 0);
}

/// Shifts by a register are the longest of what is quickly verified.
void make_long_code() {
  count = 0;
  put(kClassLdx | kMem | 0x18, 2, 1, 0, 0);  // r2 = *(u64 *)(r1 + 0)
  put(kMov64, 0, 0, 0, 1);
  while (count < kMostInstructions - 1) put(kClassAlu64 | kLsh | kSourceRegister, 0, 2, 0, 0);
  put(kClassJmp | kExit, 0, 0, 0, 0);
}

void offer() {
  const libos::Result made = libos::download(DownloadKind::Computation, {program, program + count}, {.bytes = 8});
  CHECK_STATUS(made, Ok);
  (void)call::code_free(made.value);
}

void claim_and_give_back() {
  constexpr uint32_t kClaims = 100;
  uint32_t number[kClaims] = {};
  for (uint32_t i = 0; i < kClaims && phase_at(clock()) == Phase::Claim; ++i) {
    const abi::Comparison comparisons[] = {{12, 2, 0, 0xffff, 0x0800, 0},
                                           {14, 1, 0, 0xff, 0x45, 0},
                                           {30, 4, 0, 0xffff'ffff, 0x0a00'0001 + (i << 3), 0},
                                           {36, 2, 0, 0xffff, 1000 + 77 * i, 0}};
    const libos::Result claimed = libos::download_claim(comparisons, 4, {.device = &wire});
    number[i] = claimed.ok() ? claimed.value : 0;
  }
  for (const uint32_t n : number)
    if (n != 0) (void)call::code_free(n);
}
}  // namespace

int main() {
  CHECK_EQUAL(libos::take_wire(wire), Status::Ok);
  uint32_t verified = 0, compiled = 0;
  for (;;) {
    switch (phase_at(clock())) {
      case Phase::Before:
      case Phase::Spin:
        break;
      case Phase::Verify:
        make_many_paths();
        offer();
        ++verified;
        break;
      case Phase::Compile:
        make_long_code();
        offer();
        ++compiled;
        break;
      case Phase::Claim:
        claim_and_give_back();
        break;
      case Phase::After:
        CHECK_EQUAL(verified != 0 && compiled != 0, true);
        finish();
    }
  }
}
