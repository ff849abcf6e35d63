// A hostile library OS that puts every combination of causes and enables into the floating-point unit's control
// register, so that loading it back would raise an exception in the kernel. The kernel loads it without the causes;
// what is lost is told to nobody else.
#include "kernel/abi/environment_page.hpp"
#include "tests/guest/checks.hpp"

using namespace exo;
using namespace exo::trials;

extern "C" {
void exo_fpu_set_control(uint32_t value);
uint32_t exo_fpu_control();
void exo_skip_entry();
extern volatile uint32_t exo_skipped;
}

namespace {
constexpr uint32_t kCauseShift = 12, kEnableShift = 7;
constexpr uint32_t kUnimplemented = 32;  // the sixth cause, which has no enable
}  // namespace

int main() {
  CHECK_STATUS(call::exception_set(15u, reinterpret_cast<uint32_t>(exo_skip_entry)), Ok);
  uint32_t raised = 0, lost = 0;
  for (uint32_t causes = 0; causes < 64; ++causes) {
    for (uint32_t enables = 0; enables < 32; enables += 1 + causes % 3) {
      const uint32_t before = exo_skipped;
      exo_fpu_set_control(causes << kCauseShift | enables << kEnableShift);
      const bool raises = (causes & (enables | kUnimplemented)) != 0;
      if (exo_skipped - before != (raises ? 1 : 0)) CHECK_EQUAL(exo_skipped - before, raises);
      raised += raises;
      if (causes % 4 == 3) (void)call::yield(0u);  // somebody else uses the unit
      lost += (exo_fpu_control() >> kEnableShift & 31) != enables;
    }
  }
  CHECK_EQUAL(exo_skipped, raised);
  CHECK_EQUAL(lost, 0);
  finish();
}
