#include "kernel/core/deadlines.hpp"

#include "kernel/arch/mips/processor.hpp"
#include "kernel/core/revocation.hpp"

namespace exo::kernel::deadlines {

bool any = false;
uint32_t earliest = 0;
uint32_t to_complete = 0;

namespace {
bool completing = false;
uint32_t alarm_set = 0;

bool passed(uint32_t moment, uint32_t now) { return int32_t(now - moment) >= 0; }
}  // namespace

void withdraw(uint32_t moment) {
  if (any && moment == earliest) any = revocation::earliest(earliest);
}

void act() {
  while (any && passed(earliest, processor::clock())) {
    any = revocation::act_on_due(processor::clock(), earliest);
  }
  // Completing an abort is long and polls by itself: only the outermost call does it.
  if (completing || to_complete == 0) return;
  completing = true;
  revocation::complete_taken();
  completing = false;
}

bool set_alarm(uint32_t tick) {
  uint32_t alarm = tick;
  if (any && int32_t(earliest - alarm) < 0) alarm = earliest;
  if (alarm != alarm_set) processor::set_alarm(alarm);
  alarm_set = alarm;
  return !passed(alarm, processor::clock());
}

}  // namespace exo::kernel::deadlines
