// Hostile calls about giving up guaranteed frames: only the server that was chosen may fetch, and only from who sleeps.
#include "tests/hostile/refusals.hpp"

using namespace exo;
using namespace exo::trials;

namespace {
uint32_t self = 0;

void telling() {
  REFUSES_CAPABILITIES(authority, abi::kRightMemory, call::emergency(x, sleeper_number, self));
  REFUSES_ENVIRONMENTS(NoSuchEnvironment, call::emergency(&authority, x, self));
  REFUSES_ENVIRONMENTS(NoSuchEnvironment, call::emergency(&authority, sleeper_number, x));
  REFUSED(call::emergency(&authority, neighbour_number, self), NoSuchEnvironment);  // never started
  REFUSED(call::emergency(&authority, self, neighbour_number), NoSuchEnvironment);
  REFUSED(call::emergency(&authority, sleeper_number, self), WrongState);  // it has no such upcall
}

void submitting() {
  REFUSES_ENVIRONMENTS(NoSuchEnvironment, call::env_submit(x));
  REFUSED(call::env_submit(self), NoSuchEnvironment);
  REFUSED(call::env_submit(neighbour_number), NoSuchEnvironment);
  REFUSED(call::env_submit(sleeper_number), NotOwner);  // there are frames that are not guaranteed
}

void keeping() {
  // Nobody sleeps here: whoever is named, and in whatever slot, there is nothing to fetch, restore or wake.
  REFUSES_OUT(call::env_fetch(sleeper_number, 0u, x));
  REFUSES_ENVIRONMENTS(NoSuchEnvironment, call::env_fetch(x, 0u, &out));
  REFUSES_CAPABILITIES(frame, abi::kRightControl, call::env_restore(sleeper_number, 0u, x));
  REFUSES_ENVIRONMENTS(NoSuchEnvironment, call::env_restore(x, 0u, &frame));
  REFUSES_ENVIRONMENTS(NoSuchEnvironment, call::env_resume(x));
  const uint32_t awake[] = {1, self, neighbour_number, sleeper_number};
  refuses_each(__LINE__, Status::WrongState, awake, [](uint32_t x) { return call::env_fetch(x, 0u, &out); });
  refuses_each(__LINE__, Status::WrongState, awake, [](uint32_t x) { return call::env_fetch(x, 0xffff'ffffu, &out); });
  refuses_each(__LINE__, Status::WrongState, awake, [](uint32_t x) { return call::env_restore(x, 0u, &frame); });
  refuses_each(__LINE__, Status::WrongState, awake, [](uint32_t x) { return call::env_resume(x); });
  REFUSED(call::env_restore(sleeper_number, 0u, &foreign), NotOwner);
  REFUSED(call::env_restore(sleeper_number, 0u, &guaranteed), NoRight);
}
}  // namespace

int main() {
  set_the_stage();
  self = libos::environment().number;
  telling();
  submitting();
  keeping();
  finish();
}
