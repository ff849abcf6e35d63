// spinner: from a given time on it has something to compute, and never has anything else to do. Until then it sleeps on
// the clock, so that a lesson can let the number of environments that want the processor grow.
//
// Parameters: 0 microseconds since boot when it begins (0: at once).
#include "libos/base/download.hpp"
#include "libos/base/note.hpp"
#include "libos/base/sleep_until.hpp"
#include "libos/base/upcalls.hpp"

using namespace exo::libos;

int main() {
  if (parameter(0) != 0) {
    const Result predicate = download_clock();
    if (!predicate.ok()) fail(__LINE__, uint32_t(predicate.status), 0);
    sleep_until(predicate.value, exo::abi::ticks_of_micros(parameter(0)));
    (void)call::code_free(predicate.value);
  }
  note(Note::Computes);
  for (volatile uint32_t work = 0;; work = work + 1) {
  }
}
