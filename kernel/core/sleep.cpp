#include "kernel/core/sleep.hpp"

#include "kernel/core/slices.hpp"
#include "kernel/core/trace.hpp"
#include "kernel/core/upcalls.hpp"
#include "kernel/download/invoke.hpp"

namespace exo::kernel::sleep {

using abi::Event;
using abi::Reason;

namespace {
// Why it need not sleep (on), or None.
Reason reason_to_wake(Environment& e) {
  if (e.woken) return Reason::WokenByHandler;
  if (e.news.any() && e.listens() && upcalls::waiting(e) != 0) return Reason::UpcallCame;
  if (e.predicate == 0) return e.predicate_gone ? Reason::ConditionGone : Reason::None;
  return invoke::run(e.predicate, 0, 0) != 0 ? Reason::ConditionHolds : Reason::None;
}

void end(Environment& e, Reason reason) {
  e.asleep = false;
  e.woken = false;
  trace::emit(Event::EnvWoken, e.number, uint32_t(reason), e.predicate);
}
}  // namespace

Result begin(Environment& e, uint32_t predicate) {
  e.predicate = uint8_t(predicate);
  e.predicate_gone = false;
  if (const Reason reason = reason_to_wake(e); reason != Reason::None) {
    e.woken = false;
    return Result::of(uint32_t(reason));
  }
  e.asleep = true;
  trace::emit(Event::EnvSleeps, e.number, predicate);
  slices::next(Reason::Sleeps);
  return Result::of(e.asleep ? 0 : e.frame.v1());
}

bool is_over(Environment& e) {
  if (!e.asleep) return true;
  const Reason reason = reason_to_wake(e);
  if (reason == Reason::None) return false;
  end(e, reason);
  e.frame.v1() = uint32_t(reason);
  return true;
}

void wake(Environment& e) { e.woken = true; }

void forget(uint32_t predicate) {
  for (uint32_t number = 1; number < abi::kMaxEnvironments; ++number) {
    Environment& e = environments::get(number);
    if (!e.asleep || e.predicate != predicate) continue;
    e.predicate = 0;
    e.predicate_gone = true;
  }
}

}  // namespace exo::kernel::sleep
