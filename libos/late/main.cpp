// late: hears that its slice is over and stays a while, because what it does is more important to it. The kernel lets
// it, and counts: every tick too long costs a later slice.
//
// Parameters: 0 microseconds that it stays (0xffffffff: for ever), 1 in how many slices (0: in every one). Afterwards
// it leaves at once.
#include "libos/base/note.hpp"
#include "libos/base/upcalls.hpp"

using namespace exo::libos;

extern "C" {
void exo_late_slice_end();
extern volatile uint32_t exo_slice_ends;
}

namespace {
uint32_t clock() {
  uint32_t ticks;
  asm volatile("rdhwr %0, $2" : "=r"(ticks));
  return ticks;
}

void stay(uint32_t microseconds) {
  note(Note::Overstays, microseconds);
  const uint32_t start = clock();
  while (microseconds == 0xffff'ffff || clock() - start < exo::abi::ticks_of_micros(microseconds)) {
  }
}
}  // namespace

int main() {
  (void)call::upcall_set(exo::abi::Upcall::SliceEnd, reinterpret_cast<uintptr_t>(&exo_late_slice_end));
  note(Note::Started, 0);
  for (uint32_t ends = 0;;) {
    if (ends == exo_slice_ends) continue;
    ends = exo_slice_ends;
    if (parameter(1) == 0 || ends <= parameter(1)) stay(parameter(0));
    (void)call::yield(0u);
  }
}
