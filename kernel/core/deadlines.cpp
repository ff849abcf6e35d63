#include "kernel/core/deadlines.hpp"

#include "kernel/arch/mips/processor.hpp"
#include "kernel/core/environments.hpp"
#include "kernel/core/revocation.hpp"
#include "kernel/core/slices.hpp"

namespace exo::kernel::deadlines {

namespace {
bool any = false;
uint32_t earliest = 0;
bool acting = false;

bool passed(uint32_t moment, uint32_t now) { return int32_t(now - moment) >= 0; }
}  // namespace

void recompute() { any = revocation::earliest(earliest); }

void poll() {
  while (any && passed(earliest, processor::clock())) {
    revocation::act_on_due(processor::clock());
    recompute();
  }
  // Saving contents is long and polls by itself: only the outermost call does it.
  if (acting || !revocation::something_to_save()) return;
  acting = true;
  revocation::save_taken();
  acting = false;
}

bool set_alarm(uint32_t tick) {
  uint32_t alarm = tick;
  if (any && int32_t(earliest - alarm) < 0) alarm = earliest;
  const Environment& e = slices::running();
  if (e.leaving && int32_t(e.leave_by - alarm) < 0) alarm = e.leave_by;
  processor::set_alarm(alarm);
  return !passed(alarm, processor::clock());
}

}  // namespace exo::kernel::deadlines
