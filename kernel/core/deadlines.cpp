#include "kernel/core/deadlines.hpp"

#include "kernel/core/revocation.hpp"

namespace exo::kernel::deadlines {

bool any = false;
uint32_t earliest = 0;
uint32_t tick = 0;
uint32_t alarm = 0;
uint32_t urgent = 0;
uint32_t to_complete = 0;

namespace {
constexpr uint32_t kPeriod = abi::ticks_of_micros(abi::kTickMicros);
bool completing = false;

void set_alarm() {
  const uint32_t before = alarm;
  alarm = any && int32_t(earliest - tick) < 0 ? earliest : tick;
  if (alarm != before) processor::set_alarm(alarm);
}
}  // namespace

void start(uint32_t moment) {
  tick = moment;
  set_alarm();
}

bool take_tick() {
  if (!passed(tick)) return false;
  tick += kPeriod;
  set_alarm();
  return true;
}

void add(uint32_t moment) {
  if (!any || int32_t(moment - earliest) < 0) earliest = moment;
  any = true;
  if (int32_t(moment - urgent) < 0) urgent = moment;
  set_alarm();
}

void withdraw(uint32_t moment) {
  if (!any || moment != earliest) return;
  any = revocation::earliest(earliest);
  set_alarm();
}

void act() {
  while (any && passed(earliest)) any = revocation::act_on_due(processor::clock(), earliest);
  set_alarm();
  // Completing an abort is long and polls by itself: only the outermost call does it.
  if (completing || to_complete == 0) return;
  completing = true;
  revocation::complete_taken();
  completing = false;
}

void look() {
  constexpr uint32_t kFar = 1u << 30;
  poll();
  urgent = any ? earliest : processor::clock() + kFar;
}

}  // namespace exo::kernel::deadlines
