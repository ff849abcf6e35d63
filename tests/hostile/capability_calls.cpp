// Hostile calls about capabilities: none can be made stronger, none survives its generation, none speaks for another
// kind.
#include "tests/hostile/refusals.hpp"

using namespace exo;
using namespace exo::trials;

namespace {
void deriving() {
  REFUSES_FORGERIES(frame, abi::kRightWrite, call::capability_derive(x, abi::kRightWrite, &out));
  REFUSES_FORGERIES(neighbour, abi::kRightDestroy, call::capability_derive(x, abi::kRightDestroy, &out));
  REFUSES_OUT(call::capability_derive(&frame, abi::kRightRead, x));
  // More rights than it has: the other kinds' too.
  static constexpr uint32_t kMore[] = {8, 15, 64, 0x80, 0x100, 0x8000'0000, 0xffff'ffff};
  refuses_each(__LINE__, Status::NoRight, kMore, [](uint32_t x) { return call::capability_derive(&frame, x, &out); });
  static Capability readable;
  CHECK_STATUS(call::capability_derive(&frame, abi::kRightRead, &readable), Ok);
  static constexpr uint32_t kNotRead[] = {2, 3, 4, 5, 7};
  refuses_each(__LINE__, Status::NoRight, kNotRead,
               [](uint32_t x) { return call::capability_derive(&readable, x, &out); });
  static Capability nothing;
  CHECK_STATUS(call::capability_derive(&readable, 0u, &nothing), Ok);
  REFUSED(call::capability_derive(&nothing, abi::kRightRead, &out), NoRight);
  REFUSED(call::bind(&nothing, vpn(kPage), kBindRead), NoRight);
}

void checking() {
  REFUSES_FORGERIES(frame, abi::kRightWrite, call::capability_check(x, abi::kRightWrite));
  REFUSES_FORGERIES(neighbour, abi::kRightDestroy, call::capability_check(x, abi::kRightDestroy));
  static constexpr uint32_t kMore[] = {8, 15, 64, 0x100, 0x8000'0000, 0xffff'ffff};
  refuses_each(__LINE__, Status::NoRight, kMore, [](uint32_t x) { return call::capability_check(&frame, x); });
}

void revoking_all() {
  REFUSES_FORGERIES(frame, abi::kRightControl, call::capability_revoke_all(x, &out));
  // Environments and authority are not revoked like this: their capabilities have no such right.
  REFUSED(call::capability_revoke_all(&neighbour, &out), NoRight);
  REFUSED(call::capability_revoke_all(&authority, &out), NoRight);
  REFUSES_OUT(call::capability_revoke_all(&frame, x));
  REFUSED(call::capability_revoke_all(&foreign, &out), NotOwner);
  REFUSED(call::capability_revoke_all(&guaranteed, &out), NoRight);
  // What was derived dies with what it was derived from.
  static Capability derived, fresh;
  CHECK_STATUS(call::capability_derive(&frame, abi::kRightRead, &derived), Ok);
  CHECK_STATUS(call::capability_revoke_all(&frame, &fresh), Ok);
  REFUSED(call::bind(&frame, vpn(kPage), kBindRead), StaleCapability);
  REFUSED(call::bind(&derived, vpn(kPage), kBindRead), StaleCapability);
  REFUSED(call::capability_derive(&derived, abi::kRightRead, &out), StaleCapability);
  REFUSED(call::capability_revoke_all(&frame, &out), StaleCapability);
  // A capability whose generation is turned back to a living one is a forgery.
  derived.generation = fresh.generation;
  REFUSED(call::bind(&derived, vpn(kPage), kBindRead), BadCapability);
}
}  // namespace

int main() {
  set_the_stage();
  deriving();
  checking();
  revoking_all();
  finish();
}
