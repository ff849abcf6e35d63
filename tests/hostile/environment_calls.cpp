// Hostile calls about environments: making, filling, starting and destroying them with everything wrong.
#include "tests/hostile/refusals.hpp"

using namespace exo;
using namespace exo::trials;

namespace {
char name[abi::kNameBytes] = "another";
constexpr uint32_t kMapped = 0x0050'0000;
Capability started;

void creating() {
  REFUSES_CAPABILITIES(authority, abi::kRightCreate, call::env_create(x, name, &frame, &out));
  REFUSES_ADDRESSES(call::env_create(&authority, x, &frame, &out));
  REFUSES_CAPABILITIES(frame, abi::kRightControl, call::env_create(&authority, name, x, &out));
  REFUSES_OUT(call::env_create(&authority, name, &frame, x));
  REFUSED(call::env_create(&authority, name, &foreign, &out), NotOwner);
  REFUSED(call::env_create(&authority, name, &guaranteed, &out), NoRight);
}

void mapping() {
  REFUSES_CAPABILITIES(neighbour, abi::kRightSetUp, call::env_map(x, 0u, kMapped | kBindRead, &frame));
  REFUSES_CAPABILITIES(frame, abi::kRightControl, call::env_map(&neighbour, 0u, kMapped | kBindRead, x));
  static constexpr uint32_t kPages[] = {kMapped,         kMapped | 2, kMapped | 4,      kMapped | 5,
                                        kMapped | 0x801, 0x8000'0000, 0x8000'0001,      0x8000'0003,
                                        0xffff'f001,     0xffff'ffff, abi::kUserEnd | 1};
  refuses_each(__LINE__, Status::BadArgument, kPages,
               [](uint32_t x) { return call::env_map(&neighbour, 0u, x, &frame); });
  REFUSED(call::env_map(&neighbour, 0u, kMapped | kBindRead, &foreign), NotOwner);
  REFUSED(call::env_map(&neighbour, 0u, kMapped | kBindRead, &guaranteed), NoRight);
  static Capability self;
  self = own_capability();
  REFUSED(call::env_map(&self, 0u, kMapped | kBindRead, &frame), NoRight);
  REFUSED(call::env_map(&neighbour, 0u, abi::kEnvironmentPageAddress | kBindRead, &frame), NotFree);
}

void starting() {
  REFUSES_CAPABILITIES(neighbour, abi::kRightSetUp, call::env_start(x, kMapped, 0u, 0u));
  static constexpr uint32_t kCode[] = {1, 2, 3, kMapped + 2, 0x7fff'ffff, 0x8000'0000, 0x8010'0000, 0xffff'fffc};
  refuses_each(__LINE__, Status::BadArgument, kCode, [](uint32_t x) { return call::env_start(&neighbour, x, 0u, 0u); });
  // Without a slice it never runs; but it is started, once and for all.
  (void)make_environment(started);
  CHECK_STATUS(call::env_start(&started, kMapped, 0xffff'ffffu, 0xffff'ffffu), Ok);
  REFUSED(call::env_start(&started, kMapped, 0u, 0u), WrongState);
  REFUSED(call::env_map(&started, 0u, kMapped | kBindRead, &frame), WrongState);
}

void killing() {
  REFUSES_CAPABILITIES(neighbour, abi::kRightDestroy, call::env_kill(x));
  static Capability copy;
  copy = started;
  CHECK_STATUS(call::env_kill(&copy), Ok);
  REFUSED(call::env_kill(&started), StaleCapability);
  REFUSED(call::env_start(&started, kMapped, 0u, 0u), StaleCapability);
}

void until_none_is_free() {
  static Capability made[abi::kMaxEnvironments];
  uint32_t count = 0;
  for (; count < abi::kMaxEnvironments; ++count) {
    Capability home;
    if (!call::frame_allocate(kAnyFrame, &home).ok()) break;
    if (call::env_create(&authority, name, &home, &made[count]).status == Status::Ok) continue;
    CHECK_STATUS(call::frame_free(&home), Ok);
    break;
  }
  CHECK_EQUAL(count, abi::kMaxEnvironments - 1 - 4);  // the arbiter, this one and two others live
  REFUSED(call::env_create(&authority, name, &frame, &out), NoneFree);
  for (uint32_t i = 0; i < count; ++i) CHECK_STATUS(call::env_kill(&made[i]), Ok);
}

void until_no_mapping_is_free() {
  // The environment page has one already.
  for (uint32_t i = 1; i < abi::kGuaranteedMappings; ++i) {
    Capability page;
    take(page);
    CHECK_STATUS(call::env_map(&neighbour, i, (kMapped + i * abi::kPageSize) | kBindRead, &page), Ok);
  }
  REFUSED(call::env_map(&neighbour, 0u, kMapped | kBindRead, &frame), NoneFree);
}
}  // namespace

int main() {
  set_the_stage();
  creating();
  mapping();
  starting();
  killing();
  until_none_is_free();
  until_no_mapping_is_free();
  libos::note(Note::CheckPassed, passed);
  (void)call::exit(0xffff'ffffu);  // any code is one
  libos::note(Note::CheckFailed, __LINE__);
  return 1;
}
