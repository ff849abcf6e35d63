// Never ends, and keeps the kernel busy with everything that leaves a trace: frames are taken, rights derived, pages
// bound, written, unbound and given back, and now and then the whole slice is passed on. Parameter 0: an environment
// to yield to; 0: nobody.
#include "tests/guest/checks.hpp"

using namespace exo;
using namespace exo::trials;

namespace {
constexpr uint32_t kReadWrite = abi::kBindRead | abi::kBindWrite;

void turn(uint32_t round) {
  Capability whole, part;
  if (!call::frame_allocate(abi::kAnyFrame, &whole).ok()) return;
  (void)call::capability_derive(&whole, abi::kRightRead, &part);
  (void)call::bind(&whole, vpn(kPage), kReadWrite);
  word_at(kPage) = round;
  CHECK_EQUAL(word_at(kPage), round);
  (void)call::unbind(vpn(kPage));
  CHECK_STATUS(call::frame_free(&whole), Ok);
}
}  // namespace

int main() {
  for (uint32_t round = 0;; ++round) {
    turn(round);
    if (round % 64 == 63) (void)call::yield(libos::parameter(0));
  }
}
