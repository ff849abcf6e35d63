// Giving up even the guaranteed frames, and coming back: what the kernel refuses, and that nothing is lost. One program
// in several roles (parameter 0); the others' numbers are the other parameters.
//   Server: keeps `Sleeper` by moving its contents into other frames, then keeps `Doomed`, who is killed in its sleep
//   Sleeper, Doomed: submit themselves to the server
//   Deserter: another server, which may not touch the first one's sleeper; it leaves while `Orphan` sleeps with it
#include "kernel/abi/exposed.hpp"
#include "libos/base/environment.hpp"
#include "tests/guest/checks.hpp"

using namespace exo;
using namespace exo::trials;

extern "C" {
uint32_t exo_changed_by_submit(uint32_t server);
extern volatile uint32_t exo_submit_status;
}

namespace {
static_assert(uint32_t(abi::Syscall::env_submit) == 39);
enum Role : uint32_t { kServer, kSleeper, kDeserter };
constexpr uint32_t kFrom = kPage, kTo = kPage + 2 * abi::kPageSize, kTables = 0x2101'0000;
constexpr uint32_t kReadWrite = abi::kRightRead | abi::kRightWrite;

const volatile abi::EnvironmentInfo& info(uint32_t number) {
  return reinterpret_cast<const volatile abi::ExposedTables*>(kTables)->environments[number];
}
constexpr uint32_t kEnvironmentsPage = offsetof(abi::ExposedTables, environments) / abi::kPageSize;
void expose_tables() {
  CHECK_STATUS(call::expose(abi::ExposedRegion::Tables, kEnvironmentsPage, vpn(kTables) + kEnvironmentsPage), Ok);
}

void await_state(uint32_t number, abi::EnvState state) {
  while (abi::EnvState(info(number).state) != state) (void)call::yield(0u);
}

Capability new_frame() {
  Capability cap{};
  CHECK_STATUS(call::frame_allocate(abi::kAnyFrame, &cap), Ok);
  return cap;
}

void refusals_before_anybody_sleeps(uint32_t sleeper) {
  Capability cap;
  const uint32_t self = libos::environment().number;
  CHECK_STATUS(call::env_fetch(sleeper, 0u, &cap), WrongState);
  CHECK_STATUS(call::env_fetch(62u, 0u, &cap), NoSuchEnvironment);
  CHECK_STATUS(call::env_fetch(0xffff'ffffu, 0u, &cap), NoSuchEnvironment);
  CHECK_STATUS(call::env_resume(sleeper), WrongState);
  CHECK_STATUS(call::env_resume(0u), NoSuchEnvironment);
  CHECK_STATUS(call::env_submit(0u), NoSuchEnvironment);
  CHECK_STATUS(call::env_submit(self), NoSuchEnvironment);
  CHECK_STATUS(call::env_submit(64u), NoSuchEnvironment);
  Capability none{};
  CHECK_STATUS(call::emergency(&none, sleeper, self), BadCapability);
  // Whoever owns more than its minimum gives that back first.
  const Capability frame = new_frame();
  CHECK_STATUS(call::env_submit(sleeper), NotOwner);
  CHECK_STATUS(call::env_restore(sleeper, 0u, &frame), WrongState);
  CHECK_STATUS(call::frame_free(&frame), Ok);
}

void refusals_while_it_sleeps(uint32_t sleeper) {
  Capability cap;
  CHECK_STATUS(call::env_fetch(sleeper, abi::kGuaranteedMappings, &cap), BadArgument);
  CHECK_STATUS(call::env_fetch(sleeper, abi::kGuaranteedMappings - 1, &cap), NotBound);
  CHECK_STATUS(call::env_fetch(sleeper, 0u, 0x8010'0000u), BadAddress);
  CHECK_STATUS(call::env_fetch(sleeper, 0u, 0u), BadAddress);
  const Capability frame = new_frame();
  CHECK_STATUS(call::env_restore(sleeper, 0u, &frame), NotFree);
  CHECK_STATUS(call::env_restore(sleeper, abi::kGuaranteedMappings - 1, &frame), BadArgument);
  CHECK_STATUS(call::env_restore(sleeper, abi::kGuaranteedMappings, &frame), BadArgument);
  CHECK_STATUS(call::frame_free(&frame), Ok);
  CHECK_STATUS(call::env_restore(sleeper, 0u, &frame), StaleCapability);
  CHECK_STATUS(call::yield(sleeper), WrongState);
}

/// Sleep is no way to keep a slice, nor to be given frames that nobody could ask for.
void a_sleeper_can_be_asked(uint32_t sleeper) {
  constexpr uint32_t kLimits = 100;  // no patience, 100 microseconds
  const uint32_t slices = info(sleeper).slices;
  CHECK_STATUS(call::revoke(libos::granted_authority(), sleeper, abi::kAnyFrame, kLimits), Guaranteed);
  CHECK_STATUS(call::revoke(libos::granted_authority(), sleeper, abi::kAnySlice, kLimits), Ok);
  while (info(sleeper).slices == slices) (void)call::yield(0u);
  const Capability gift = new_frame();
  Capability theirs;
  CHECK_STATUS(call::frame_transfer(&gift, sleeper, &theirs), WrongState);
  CHECK_STATUS(call::frame_free(&gift), Ok);
}

/// The contents of one slot go into another frame. The first answer is the frame's; there is no second.
void move_slot(uint32_t sleeper, uint32_t slot, bool first) {
  Capability old_frame;
  CHECK_STATUS(call::env_fetch(sleeper, slot, &old_frame), Ok);
  CHECK_STATUS(call::bind(&old_frame, vpn(kFrom), kReadWrite), Ok);
  if (first) {
    Capability again;
    CHECK_STATUS(call::env_fetch(sleeper, slot, &again), NotBound);
    CHECK_STATUS(call::env_resume(sleeper), WrongState);
    a_sleeper_can_be_asked(sleeper);  // even without its environment page, where the kernel would write it down
  }
  const Capability new_one = new_frame();
  CHECK_STATUS(call::bind(&new_one, vpn(kTo), kReadWrite), Ok);
  for (uint32_t at = 0; at < abi::kPageSize; at += 4) word_at(kTo + at) = word_at(kFrom + at);
  CHECK_STATUS(call::frame_free(&old_frame), Ok);
  CHECK_STATUS(call::env_restore(sleeper, slot, &new_one), Ok);
  CHECK_STATUS(call::frame_free(&new_one), StaleCapability);  // it is the sleeper's now
  if (first) CHECK_STATUS(call::env_restore(sleeper, slot, &new_one), StaleCapability);
}

void keep_and_bring_back(uint32_t sleeper) {
  const uint32_t generation = info(sleeper).generation, guaranteed = info(sleeper).guaranteed;
  for (uint32_t slot = 0; slot < guaranteed; ++slot) move_slot(sleeper, slot, slot == 0);
  CHECK_EQUAL(info(sleeper).generation, generation);
  CHECK_EQUAL(info(sleeper).guaranteed, guaranteed);
  CHECK_EQUAL(info(sleeper).frames, guaranteed);
  CHECK_STATUS(call::env_resume(sleeper), Ok);
  CHECK_EQUAL(call::env_resume(sleeper).ok(), false);  // it may have run and left already
}

void one_dies_in_its_sleep(uint32_t doomed) {
  await_state(doomed, abi::EnvState::Dormant);
  Capability frame;
  CHECK_STATUS(call::env_fetch(doomed, 1u, &frame), Ok);
  await_state(doomed, abi::EnvState::Free);  // the scenario kills it
  CHECK_STATUS(call::env_restore(doomed, 1u, &frame), NoSuchEnvironment);
  CHECK_STATUS(call::env_fetch(doomed, 0u, &frame), NoSuchEnvironment);
  CHECK_STATUS(call::frame_free(&frame), Ok);  // it was the server's all the time
}

void serve(uint32_t sleeper, uint32_t doomed) {
  await_state(sleeper, abi::EnvState::Ready);  // its creator may still be at it
  refusals_before_anybody_sleeps(sleeper);
  await_state(sleeper, abi::EnvState::Dormant);
  refusals_while_it_sleeps(sleeper);
  for (uint32_t i = 0; i < 4; ++i) (void)call::yield(0u);  // the deserter tries, too
  keep_and_bring_back(sleeper);
  one_dies_in_its_sleep(doomed);
}

void sleep(uint32_t server) {
  for (uint32_t i = 0; i < 4; ++i) (void)call::yield(0u);
  const Capability page_before =
      const_cast<const Capability&>(reinterpret_cast<const abi::EnvironmentPage*>(abi::kEnvironmentPageAddress)->page);
  const uint32_t number = libos::environment().number, generation = libos::environment().generation;
  CHECK_EQUAL(exo_changed_by_submit(server), 0);
  CHECK_EQUAL(exo_submit_status, Status::Ok);
  CHECK_EQUAL(libos::environment().number, number);
  CHECK_EQUAL(libos::environment().generation, generation);
  Capability derived;
  CHECK_STATUS(call::capability_derive(&page_before, abi::kRightRead, &derived), StaleCapability);
  const auto* page_now = &reinterpret_cast<const abi::EnvironmentPage*>(abi::kEnvironmentPageAddress)->page;
  CHECK_STATUS(call::capability_derive(page_now, abi::kRightRead, &derived), Ok);
}

void desert(uint32_t sleeper, uint32_t orphan) {
  await_state(sleeper, abi::EnvState::Dormant);
  Capability cap;
  CHECK_STATUS(call::env_fetch(sleeper, 0u, &cap), NotOwner);
  CHECK_STATUS(call::env_resume(sleeper), NotOwner);
  const Capability frame = new_frame();
  CHECK_STATUS(call::env_restore(sleeper, 0u, &frame), NotOwner);
  await_state(orphan, abi::EnvState::Dormant);
  CHECK_STATUS(call::env_fetch(orphan, 0u, &cap), Ok);
}
}  // namespace

int main() {
  expose_tables();
  switch (Role(libos::parameter(0))) {
    case kServer:
      serve(libos::parameter(1), libos::parameter(2));
      break;
    case kSleeper:
      sleep(libos::parameter(1));
      break;
    case kDeserter:
      desert(libos::parameter(1), libos::parameter(2));
      break;
  }
  finish();
}
