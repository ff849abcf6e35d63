// The worst that a library OS can give the kernel to do for a download, one phase after another: programs that are
// hard to verify, the longest program to compile, and claims that are merged and compiled again and again. Beside
// it runs punctual.cpp.
#include "tests/guest/late_phases.hpp"
#include "tests/guest/worst_programs.hpp"

using namespace exo;
using namespace exo::trials;
using abi::DownloadKind;

namespace {
Program program;
abi::Capability wire;

/// Shifts by a register are the longest of what is quickly verified.
void make_long_code() {
  program.count = 0;
  program.put(kLoad64, 2, 1, 0, 0);
  program.put(kMov64, 0, 0, 0, 1);
  while (program.count < kMostInstructions - 1) program.put(kClassAlu64 | kLsh | kSourceRegister, 0, 2, 0, 0);
  program.put(kClassJmp | kExit, 0, 0, 0, 0);
}

void offer(DownloadKind kind = DownloadKind::Computation, uint32_t filter = 0) {
  const libos::Result made = libos::download(kind, {program.text, program.text + program.count},
                                             {.filter = filter, .bytes = filter == 0 ? 16u : 0u});
  CHECK_STATUS(made, Ok);
  (void)call::code_free(made.value);
}

/// One of the three that are hardest to verify.
void verify_worst(uint32_t which) {
  if (which == 0) {
    make_many_paths(program);
    offer();
  } else if (which == 1) {
    make_long_looks(program, 128);
    offer();
  } else {
    const abi::Comparison any_ip[] = {{12, 2, 0, 0xffff, 0x0800, 0}};
    const libos::Result claimed = libos::download_claim(any_ip, 1, {.device = &wire});
    CHECK_STATUS(claimed, Ok);
    make_stack_copies(program);
    offer(DownloadKind::Handler, claimed.value);
    (void)call::code_free(claimed.value);
  }
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
        verify_worst(verified++ % 3);
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
        CHECK_EQUAL(verified >= 3 && compiled != 0, true);
        finish();
    }
  }
}
