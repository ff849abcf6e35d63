// The floating-point unit is handed over when somebody uses it, and nobody sees what another had in it: environments
// fill its 32 registers and its control register with patterns, lose the processor in every way there is, and find them
// again. Whoever uses it for the first time finds zeros, even if the one who had it is gone.
//   parameters: seed; rounds; rounds without it before the first use; a partner to yield to (0: nobody); exit: 1 to be
//   the owner to the end and never look again
#include "libos/base/transfer.hpp"
#include "tests/guest/checks.hpp"

using namespace exo;
using namespace exo::trials;

extern "C" {
void exo_fpu_fill(uint32_t first, uint32_t step);
uint32_t exo_fpu_differ(uint32_t first, uint32_t step);
void exo_fpu_set_control(uint32_t value);
uint32_t exo_fpu_control();
}

namespace {
enum Parameter : uint32_t { kSeed, kRounds, kIdle, kPartner, kLeaves };
constexpr uint32_t kStep = 0x0101'0101;
// Rounding mode, sticky flags, condition codes: all that can be set without raising anything.
constexpr uint32_t kHarmless = 0xfe80'007f;

uint32_t control_of(uint32_t round) {
  return (libos::parameter(kSeed) * 0x9e37'79b1 + round * 0x85eb'ca6b) & kHarmless;
}

void spin(uint32_t rounds) {
  for (volatile uint32_t i = 0; i < rounds; i = i + 1) {
  }
}

/// Lets others have the processor: a yield, a named yield, or so long a computation that the slice ends.
void lose_the_processor(uint32_t round) {
  const uint32_t partner = libos::parameter(kPartner);
  if (round % 8 == 7) return spin(12'000);
  if (partner != 0 && round % 2 == 0) return (void)libos::yield_to(partner);
  (void)call::yield(0u);
}

uint32_t wrong;
void note_wrong(uint32_t line, uint32_t got, uint32_t wanted) {
  if (got == wanted) return;
  if (++wrong == 1) check(line, got, wanted);
}
}  // namespace

int main() {
  for (uint32_t i = 0; i < libos::parameter(kIdle); ++i) (void)call::yield(0u);
  CHECK_EQUAL(exo_fpu_differ(0, 0), 0);
  CHECK_EQUAL(exo_fpu_control(), 0);
  const uint32_t seed = libos::parameter(kSeed);
  for (uint32_t round = 0; round < libos::parameter(kRounds); ++round) {
    exo_fpu_fill(seed + round, kStep);
    exo_fpu_set_control(control_of(round));
    lose_the_processor(round);
    note_wrong(__LINE__, exo_fpu_differ(seed + round, kStep), 0);
    note_wrong(__LINE__, exo_fpu_control(), control_of(round));
  }
  CHECK_EQUAL(wrong, 0);
  libos::note(Note::CheckPassed, passed);
  if (libos::parameter(kLeaves) != 0) libos::leave(0);
  for (;;) (void)call::yield(0u);
}
