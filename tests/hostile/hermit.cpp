// A hostile library OS that gives all its slices back, so that it never runs and never hears: it must lose its frame
// all the same. parameter 0: the position of its slice.
#include "kernel/abi/capability.hpp"
#include "libos/base/environment.hpp"
#include "tests/guest/checks.hpp"

using namespace exo;
using namespace exo::trials;

int main() {
  Capability frame;
  CHECK_STATUS(call::frame_allocate(5u, &frame), Ok);
  CHECK_STATUS(call::bind(&frame, vpn(kPage), abi::kBindRead | abi::kBindWrite), Ok);
  CHECK_STATUS(call::slice_free(libos::parameter(0)), Ok);
  for (;;) (void)call::yield(0u);
}
