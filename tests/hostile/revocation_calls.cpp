// Hostile calls about taking back: asking the wrong one for the wrong thing, demanding what nobody asked for, saving
// into what one does not own.
#include "tests/hostile/refusals.hpp"

using namespace exo;
using namespace exo::trials;

namespace {
constexpr uint32_t kPatient = 60'000u << 16 | 1000;
uint32_t self = 0;

void asking() {
  REFUSES_CAPABILITIES(authority, abi::kRightMemory, call::revoke(x, self, kAnyFrame, kPatient));
  REFUSES_ENVIRONMENTS(NoSuchEnvironment, call::revoke(&authority, x, kAnyFrame, kPatient));
  REFUSED(call::revoke(&authority, neighbour_number, kAnyFrame, kPatient), Guaranteed);  // it has no other frames
  static constexpr uint32_t kNoFrames[] = {4096, 0xffff, 0x10'0000, 0x7fff'ffff, 0x8000'0000, abi::kNoFrame};
  refuses_each(__LINE__, Status::NoSuchFrame, kNoFrames,
               [](uint32_t x) { return call::revoke(&authority, self, x, kPatient); });
  REFUSED(call::revoke(&authority, self, abi::number_of(foreign.resource), kPatient), NotOwner);
  REFUSED(call::revoke(&authority, self, 4095u, kPatient), NotOwner);  // free
  REFUSED(call::revoke(&authority, self, abi::number_of(guaranteed.resource), kPatient), Guaranteed);
  // Slices: positions that are none, or not its own.
  static constexpr uint32_t kNoSlices[] = {64, 65, 0xff, 0x100, 0xffff, 0x10000, 0xff'fffe};
  refuses_each(__LINE__, Status::BadArgument, kNoSlices,
               [](uint32_t x) { return call::revoke(&authority, self, abi::asked_slice(x), kPatient); });
  REFUSED(call::revoke(&authority, self, abi::asked_slice(0), kPatient), NotOwner);       // the arbiter's
  REFUSED(call::revoke(&authority, self, abi::asked_slice(63), kPatient), NotOwner);      // nobody's
  REFUSED(call::revoke(&authority, sleeper_number, abi::kAnySlice, kPatient), NotOwner);  // it has none
  REFUSED(call::revoke(&authority, 1u, kAnyFrame, kPatient), Guaranteed);  // the arbiter has no more than its minimum
}

void asking_twice() {
  static Capability wanted;
  take(wanted);
  CHECK_STATUS(call::upcall_set(abi::Upcall::Revoke, 0u), Ok);  // it knows already
  CHECK_STATUS(call::revoke(&authority, self, abi::number_of(wanted.resource), kPatient), Ok);
  REFUSED(call::revoke(&authority, self, abi::number_of(wanted.resource), kPatient), UnderRevocation);
  REFUSED(call::frame_transfer(&wanted, sleeper_number, &out), UnderRevocation);
  REFUSED(call::env_create(&authority, &out, &wanted, &out), UnderRevocation);
  REFUSED(call::env_map(&neighbour, 0u, 0x0050'0000 | kBindRead, &wanted), UnderRevocation);
  CHECK_STATUS(call::frame_free(&wanted), Ok);  // the answer
}

void demanding() {
  REFUSES_CAPABILITIES(authority, abi::kRightMemory, call::revoke_demand(x, 1u, 100u));
  static constexpr uint32_t kNever[] = {0, 0x10000, 0x7fff'ffff, 0x8000'0000, 0xffff'ffff};
  refuses_each(__LINE__, Status::BadArgument, kNever,
               [](uint32_t x) { return call::revoke_demand(&authority, 1u, x); });
  static constexpr uint32_t kRequests[] = {0, 1, 2, 63, 64, 65, 0xffff, 0x7fff'ffff, 0x8000'0000, 0xffff'ffff};
  refuses_each(__LINE__, Status::NoSuchRequest, kRequests,
               [](uint32_t x) { return call::revoke_demand(&authority, x, 100u); });
}

void saving() {
  REFUSES_CAPABILITIES(frame, abi::kRightWrite, call::save_location(0u, kAnyFrame, x == 0 ? 4u : x));
  static constexpr uint32_t kSlots[] = {8, 9, 64, 255, 0x7fff'ffff, 0x8000'0000, 0xffff'ffff};
  refuses_each(__LINE__, Status::BadArgument, kSlots,
               [](uint32_t x) { return call::save_location(x, kAnyFrame, &frame); });
  refuses_each(__LINE__, Status::BadArgument, kSlots, [](uint32_t x) { return call::save_location(x, 0u, 0u); });
  static constexpr uint32_t kNoFrames[] = {4096, 0xffff, 0x10'0000, 0x8000'0000, abi::kNoFrame};
  refuses_each(__LINE__, Status::NoSuchFrame, kNoFrames, [](uint32_t x) { return call::save_location(0u, x, &frame); });
  REFUSED(call::save_location(0u, kAnyFrame, &foreign), NotOwner);
}
}  // namespace

int main() {
  set_the_stage();
  self = libos::environment().number;
  demanding();
  asking();
  asking_twice();
  saving();
  finish();
}
