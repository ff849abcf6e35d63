// A hostile library OS: every system call with random choices from a list of bad and half-bad arguments. It ends itself
// only when all calls have come back, so a kernel that panics, hangs or destroys it fails the scenario; the audit at
// the end finds whatever the calls left inconsistent. parameter 0: the seed; parameter 1: calls.
#include "kernel/abi/capability.hpp"
#include "libos/base/environment.hpp"
#include "tests/guest/checks.hpp"

using namespace exo;
using namespace exo::trials;

namespace {
uint32_t scratch[64];
Capability good, dead, forged;

uint32_t state;
uint32_t random() {  // xorshift32 (G. Marsaglia, 2003)
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state;
}

uint32_t bad_argument() {
  const uint32_t values[] = {
      0,
      1,
      2,
      3,
      5,
      63,
      64,
      255,
      4095,
      4096,
      0x1001,
      0x1ffc,
      0xffff,
      0x10000,
      uint32_t(uintptr_t(scratch)),
      uint32_t(uintptr_t(scratch)) + 2,
      uint32_t(uintptr_t(scratch + 56)),
      uint32_t(uintptr_t(&good)),
      uint32_t(uintptr_t(&dead)),
      uint32_t(uintptr_t(&forged)),
      0x0040'0000,
      0x0000'1060,  // this environment's own capability
      0x7fff'fffc,
      0x7fff'ffff,
      0x8000'0000,
      0x8010'0000,
      0x80f0'0000,
      0xa000'0000,
      0xbf00'0500,
      0xffff'fffc,
      abi::kNoFrame,
      abi::kAnyFrame,
      vpn(kPage),
      vpn(kPage) + 1,
      0x7ffff,
      0x80000,
      kPage | 1,
      kPage | 3,
  };
  return values[random() % (sizeof values / sizeof values[0])];
}

// Calls that would succeed in ending or blinding this program are made by other trials.
bool is_left_out(uint32_t number, uint32_t a0) {
  return number == uint32_t(abi::Syscall::exit) || number == uint32_t(abi::Syscall::env_kill) ||
         number == uint32_t(abi::Syscall::upcall_set) || number == uint32_t(abi::Syscall::slice_free) ||
         (number == uint32_t(abi::Syscall::unbind) && a0 < 0x20000);
}
}  // namespace

int main() {
  state = libos::parameter(0) | 1;
  (void)call::frame_allocate(abi::kAnyFrame, &good);
  (void)call::frame_allocate(abi::kAnyFrame, &dead);
  forged = dead;
  forged.rights |= abi::kRightCreate;
  Capability copy = dead;
  (void)call::frame_free(&copy);
  uint32_t came_back = 0;
  for (uint32_t i = 0; i < libos::parameter(1); ++i) {
    const uint32_t number = random() % 27;
    const uint32_t a = bad_argument(), b = bad_argument(), c = bad_argument(), d = bad_argument();
    if (!is_left_out(number, a)) (void)libos::system_call(number, a, b, c, d);
    ++came_back;
  }
  CHECK_EQUAL(came_back, libos::parameter(1));
  finish();
}
