// A hostile library OS that writes nonsense over everything the kernel shares with it, jumps into the kernel, and
// faults in its own fault handler. Nobody else may notice. parameter 0 chooses what it does last.
#include "kernel/abi/environment_page.hpp"
#include "libos/base/environment.hpp"
#include "tests/guest/checks.hpp"

using namespace exo;
using namespace exo::trials;

namespace {
void overwrite_environment_page() {
  for (uint32_t offset = 0; offset < abi::kPageSize; offset += 4)
    if (offset != offsetof(abi::EnvironmentPage, masked)) word_at(abi::kEnvironmentPageAddress + offset) = 0xffff'fff1;
}
void jump_into_the_kernel() { reinterpret_cast<void (*)()>(0x8010'0000)(); }
void fault_in_the_handler() {
  (void)call::upcall_set(abi::Upcall::Miss, 0x6000'0000u);  // nothing is bound there: each miss raises the next
  word_at(0x5000'0000) = 1;
}
void lose_every_handler() {
  for (uint32_t kind = 0; kind < abi::kUpcalls; ++kind) (void)call::upcall_set(kind, 0u);
  word_at(0x5000'0000) = 1;
}
}  // namespace

int main() {
  const uint32_t last = libos::parameter(0);
  libos::note(Note::Started, last);
  overwrite_environment_page();
  switch (last) {
    case 0:
      jump_into_the_kernel();
      break;
    case 1:
      fault_in_the_handler();
      break;
    default:
      lose_every_handler();
      break;
  }
  for (;;) {
  }
}
