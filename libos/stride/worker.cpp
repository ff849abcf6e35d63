// A client of the scheduler: it works, and says so every so often. Parameter 0: units of work between two notes;
// 1: not 0 if it never leaves by itself at the end of a slice, so that the kernel takes the processor by force.
#include "libos/base/note.hpp"
#include "libos/base/upcalls.hpp"

using namespace exo::libos;

int main() {
  if (parameter(1) != 0) (void)call::upcall_set(exo::abi::Upcall::SliceEnd, 0u);
  note(Note::Started, 0);
  for (uint32_t done = 1;; ++done) {
    for (volatile uint32_t unit = 0; unit < parameter(0); unit = unit + 1) {
    }
    note(Note::Round, done, done * parameter(0));
  }
}
