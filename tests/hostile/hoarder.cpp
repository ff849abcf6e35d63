// A hostile library OS that takes thousands of frames, so that clearing up after it takes the kernel many ticks, and
// exits. That time is nobody's: whoever runs next has all of its slice. parameter 0: frames.
#include "kernel/abi/capability.hpp"
#include "tests/guest/checks.hpp"

using namespace exo;
using namespace exo::trials;

int main() {
  Capability frame;
  for (uint32_t i = 0; i < libos::parameter(0); ++i) CHECK_STATUS(call::frame_allocate(abi::kAnyFrame, &frame), Ok);
  finish();
}
