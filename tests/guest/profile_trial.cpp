// Calls whose number is known: straight, recursive, and so many that slices end in the middle of them. A profile of a
// run of this is counted by the explorer's tests.
#include "tests/guest/checks.hpp"

using namespace exo::trials;

extern "C" void exo_ten();

// Outside of any namespace and not inlined, so that the names are plain. The empty statement keeps the last call a
// call.
[[gnu::noinline]] void straight() {
  for (uint32_t i = 0; i < 7; ++i) exo_ten();
  asm volatile("");
}

[[gnu::noinline]] void deep(uint32_t more) {
  exo_ten();
  if (more != 0) deep(more - 1);
  asm volatile("");
}

[[gnu::noinline]] void spin() {
  for (uint32_t i = 0; i < 40'000; ++i) exo_ten();
  asm volatile("");
}

int main() {
  straight();
  deep(5);
  spin();
  finish();
}
