// A hostile library OS that masks upcalls for ever and never yields: it must lose its frame all the same, in time.
#include "kernel/abi/capability.hpp"
#include "libos/base/environment.hpp"
#include "tests/guest/checks.hpp"

using namespace exo;
using namespace exo::trials;

int main() {
  Capability frame;
  CHECK_STATUS(call::frame_allocate(5u, &frame), Ok);
  CHECK_STATUS(call::bind(&frame, vpn(kPage), abi::kBindRead | abi::kBindWrite), Ok);
  libos::environment().masked = 1;
  libos::note(Note::Started, 1);
  for (;;) word_at(kPage) = 1;
}
