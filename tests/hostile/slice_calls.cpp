// Hostile calls about slices: giving out, giving back and passing on what is not one's own, or is none.
#include "tests/hostile/refusals.hpp"

using namespace exo;
using namespace exo::trials;

namespace {
constexpr uint32_t kMine = 50, kTheirs = 40;
constexpr uint32_t kNowhere[] = {64, 65, 255, 256, 0x1'0000, 0x7fff'ffff, 0x8000'0000, 0xffff'fffe};
Capability slice;   ///< the caller's
Capability theirs;  ///< a good one, on a slice of the sleeper's
Capability dead;    ///< of an earlier generation

void allocating() {
  REFUSES_CAPABILITIES(authority, abi::kRightProcessor, call::slice_allocate(x, neighbour_number, 41u, &out));
  REFUSES_ENVIRONMENTS(NoSuchEnvironment, call::slice_allocate(&authority, x, 41u, &out));
  refuses_each(__LINE__, Status::BadArgument, kNowhere,
               [](uint32_t x) { return call::slice_allocate(&authority, neighbour_number, x, &out); });
  REFUSES_OUT(call::slice_allocate(&authority, neighbour_number, 41u, x == 0 ? 4u : x));
  REFUSED(call::slice_allocate(&authority, neighbour_number, 0u, &out), NotFree);  // the arbiter's
  REFUSED(call::slice_allocate(&authority, neighbour_number, tables().slice_position, &out), NotFree);
}

void freeing() {
  refuses_each(__LINE__, Status::BadArgument, kNowhere, [](uint32_t x) { return call::slice_free(x); });
  REFUSED(call::slice_free(0u), NotOwner);
  REFUSED(call::slice_free(kTheirs), NotOwner);
  REFUSED(call::slice_free(41u), NotOwner);  // nobody's
}

void naming() {
  refuses_each(__LINE__, Status::BadArgument, kNowhere, [](uint32_t x) { return call::slice_capability(x, &out); });
  REFUSES_OUT(call::slice_capability(kMine, x));
  REFUSED(call::slice_capability(0u, &out), NotOwner);
  REFUSED(call::slice_capability(kTheirs, &out), NotOwner);
  REFUSED(call::slice_capability(41u, &out), NotOwner);
}

void transferring() {
  REFUSES_CAPABILITIES(slice, abi::kRightControl, call::slice_transfer(x, sleeper_number, &out));
  REFUSES_ENVIRONMENTS(NoSuchEnvironment, call::slice_transfer(&slice, x, &out));
  REFUSES_OUT(call::slice_transfer(&slice, sleeper_number, x));
  REFUSED(call::slice_transfer(&slice, neighbour_number, &out), WrongState);  // never started
  REFUSED(call::slice_transfer(&theirs, sleeper_number, &out), NotOwner);
  REFUSED(call::slice_transfer(&theirs, libos::environment().number, &out), NotOwner);
  REFUSED(call::slice_transfer(&dead, sleeper_number, &out), StaleCapability);
  REFUSED(call::capability_revoke_all(&theirs, &out), NotOwner);
  CHECK_STATUS(call::upcall_set(abi::Upcall::Revoke, 0u), Ok);  // it knows already
  CHECK_STATUS(call::revoke(&authority, libos::environment().number, abi::asked_slice(kMine), 60'000u << 16), Ok);
  REFUSED(call::slice_transfer(&slice, sleeper_number, &out), UnderRevocation);
  REFUSED(call::revoke(&authority, libos::environment().number, abi::asked_slice(kMine), 60'000u << 16),
          UnderRevocation);
  CHECK_STATUS(call::slice_free(kMine), Ok);  // the answer
  REFUSED(call::slice_transfer(&slice, sleeper_number, &out), StaleCapability);
}

void all_that_are_left() {
  for (uint32_t i = 0;
       i < abi::kSlicePositions && call::slice_allocate(&authority, neighbour_number, kAnyFrame, 0u).ok(); ++i) {
  }
  REFUSED(call::slice_allocate(&authority, neighbour_number, kAnyFrame, &out), NoneFree);
  REFUSED(call::slice_allocate(&authority, neighbour_number, 63u, &out), NotFree);
}
}  // namespace

int main() {
  set_the_stage();
  const uint32_t self = libos::environment().number;
  CHECK_STATUS(call::slice_allocate(&authority, self, kMine, &dead), Ok);
  CHECK_STATUS(call::capability_revoke_all(&dead, &slice), Ok);
  // Passed on, so that its capability is known; the sleeper is ended before it could run in it.
  CHECK_STATUS(call::slice_allocate(&authority, neighbour_number, kTheirs, &theirs), Ok);
  allocating();
  freeing();
  naming();
  transferring();
  all_that_are_left();
  finish();
}
