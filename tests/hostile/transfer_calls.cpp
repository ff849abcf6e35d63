// Hostile calls about protected control transfer: entering who can't be entered, or may not; entry points that are no
// code.
#include "tests/hostile/refusals.hpp"

using namespace exo;
using namespace exo::trials;

namespace {
constexpr uint32_t kBadCode[] = {1, 2, 3, 0x0040'0001, 0x7fff'ffff, 0x8000'0000, 0x8010'0000, 0xa000'0000, 0xffff'fffc};
Capability entry;

/// The callee is in v1. That it comes back with every register means that it was refused.
template <uint32_t number>
Result transfer(uint32_t callee) {
  register uint32_t v0 asm("$2") = number;
  register uint32_t v1 asm("$3") = callee;
  asm volatile("syscall" : "+r"(v0), "+r"(v1)::"memory");
  return {Status(v0), v1};
}
constexpr auto pct = transfer<uint32_t(abi::Syscall::pct)>;
constexpr auto pct_async = transfer<uint32_t(abi::Syscall::pct_async)>;

void entering() {
  // Through the stubs v1 is anything; these only have to be named: call::pct() and call::pct_async() have no argument.
  static constexpr uint32_t kNobody[] = {0, 62, 63, 64, 65, 128, 255, 0xffff, 0x1'0001, 0x8000'0000, 0xffff'feff};
  refuses_each(__LINE__, Status::NoSuchEnvironment, kNobody, [](uint32_t x) { return pct(x); });
  refuses_each(__LINE__, Status::NoSuchEnvironment, kNobody, [](uint32_t x) { return pct_async(x); });
  refuses_each(__LINE__, Status::NoSuchEnvironment, kNobody, [](uint32_t x) { return pct(x | abi::kStillWaiting); });
  REFUSED(pct(1), WrongState);  // the arbiter has no entry points
  REFUSED(pct_async(1), WrongState);
  REFUSED(pct(neighbour_number), WrongState);  // never started
  REFUSED(pct_async(neighbour_number), WrongState);
  REFUSED(pct(sleeper_number), WrongState);
  REFUSED(pct_async(sleeper_number), WrongState);
  REFUSED(pct(libos::environment().number), WrongState);  // no entry point of one's own
}

void setting_entry_points() {
  refuses_each(__LINE__, Status::BadArgument, kBadCode, [](uint32_t x) { return call::entry_set(x, 0u, 0u, 0u); });
  refuses_each(__LINE__, Status::BadArgument, kBadCode, [](uint32_t x) { return call::entry_set(0u, x, 0u, 0u); });
  static constexpr uint32_t kGuards[] = {2, 3, 255, 0x8000'0000, 0xffff'ffff};
  refuses_each(__LINE__, Status::BadArgument, kGuards, [](uint32_t x) { return call::entry_set(0u, 0u, x, 0u); });
  REFUSES_OUT(call::entry_set(0u, 0u, 1u, x == 0 ? 4u : x));
}

void being_admitted() {
  CHECK_STATUS(call::entry_set(0u, 0u, 1u, &entry), Ok);
  REFUSES_CAPABILITIES(entry, abi::kRightCall, call::entry_bind(x));
  static Capability fresh;
  CHECK_STATUS(call::capability_revoke_all(&entry, &fresh), Ok);
  REFUSED(call::entry_bind(&entry), StaleCapability);
  REFUSED(call::bind(&fresh, vpn(kPage), kBindRead), WrongKind);
  REFUSED(call::frame_free(&fresh), WrongKind);
  REFUSED(call::env_kill(&fresh), WrongKind);
}

void waiting() {
  static constexpr uint32_t kKeep[] = {2, 3, 255, 0x8000'0000, 0xffff'ffff};
  refuses_each(__LINE__, Status::BadArgument, kKeep, [](uint32_t x) { return call::entry_wait(x); });
}
}  // namespace

int main() {
  set_the_stage();
  entering();
  setting_entry_points();
  being_admitted();
  waiting();
  finish();
}
