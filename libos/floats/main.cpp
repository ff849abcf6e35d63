// floats: a program that computes with fractions and is interrupted in the middle of it, while others do the same. The
// processor has one floating-point unit; nothing here saves or restores it.
#include "libos/base/environment.hpp"
#include "libos/base/note.hpp"
#include "libos/base/upcalls.hpp"

extern "C" uint32_t exo_harmonic(uint32_t count);

namespace exo::libos {
namespace {
enum Parameter : uint32_t { kRounds, kTerms };
}  // namespace
}  // namespace exo::libos

using namespace exo::libos;

int main() {
  const uint32_t rounds = parameter(kRounds), terms = parameter(kTerms);
  uint32_t first = 0, different = 0;
  for (uint32_t round = 1; round <= rounds; ++round) {
    const uint32_t sum = exo_harmonic(terms);
    if (round == 1) first = sum;
    different += sum != first;
    note(Note::AddedUp, terms, round, sum);
  }
  note(Note::Finished, different, 0);
  for (;;) (void)call::yield(0u);
}
