// The processor: slices begin and end with upcalls, a yield comes back and can name its successor, slices are passed on
// with capabilities, and who stays past the end of its slice pays for it.
//
// Parameter 0: which of four it is. 0 the trial, 1 one that computes for ever, 2 one that gives the processor back to
// the trial at once, 3 one that only waits to be entered.
#include "kernel/abi/capability.hpp"
#include "kernel/abi/exposed.hpp"
#include "libos/base/environment.hpp"
#include "libos/base/transfer.hpp"
#include "tests/guest/checks.hpp"

using namespace exo;
using namespace exo::trials;
using abi::Upcall;

extern "C" {
void exo_count_entry();  // counts and resumes
extern volatile uint32_t exo_counted;
}

namespace {
enum Number : uint32_t { kTrial = 2, kSpinner, kMirror, kWaiter };
constexpr uint32_t kTablesPage = 13;
const auto* const tables = reinterpret_cast<const volatile abi::ExposedTables*>(kPage - kTablesPage * abi::kPageSize);

void a_slice_begins_with_an_upcall() {
  CHECK_STATUS(call::upcall_set(Upcall::SliceStart, reinterpret_cast<uint32_t>(exo_count_entry)), Ok);
  const uint32_t before = exo_counted;
  CHECK_STATUS(call::yield(0u), Ok);
  CHECK_EQUAL(exo_counted, before + 1);
  // Without yielding the slice ends by itself: the base's handler yields, and the next slice begins.
  while (exo_counted < before + 3) {
  }
  CHECK_EQUAL(exo_counted, before + 3);
  CHECK_STATUS(call::upcall_set(Upcall::SliceStart, 0u), Ok);
  CHECK_STATUS(call::yield(0u), Ok);
  CHECK_EQUAL(exo_counted, before + 3);
}

void a_yield_names_its_successor() {
  CHECK_STATUS(call::yield(1u), Ok);
  CHECK_STATUS(call::yield(libos::environment().number), Ok);
  CHECK_STATUS(call::yield(62u), NoSuchEnvironment);
  CHECK_STATUS(call::yield(64u), NoSuchEnvironment);
  CHECK_STATUS(call::yield(0xffff'ffffu), NoSuchEnvironment);
}

void registers_survive_preemption() {
  // A library OS that wants no slice-end upcall is preempted with all its registers kept by the kernel.
  CHECK_STATUS(call::upcall_set(Upcall::SliceEnd, 0u), Ok);
  uint32_t sum = 0, expected = 0;
  for (uint32_t i = 0; i < 40'000; ++i) {
    asm volatile("" : "+r"(sum));
    sum = sum * 5 + i;
  }
  for (uint32_t i = 0; i < 40'000; ++i) expected = expected * 5 + i;
  CHECK_EQUAL(sum, expected);
}

uint32_t excess() { return tables->excess[libos::environment().number]; }
Capability* authority() { return libos::granted_authority(); }

void slices_are_the_owners_to_give_back() {
  uint32_t mine = 0;
  for (uint32_t position = 0; position < abi::kSlicePositions; ++position)
    mine += tables->slices[position] == libos::environment().number;
  CHECK_EQUAL(mine, 2);
  CHECK_STATUS(call::slice_free(0u), NotOwner);  // the arbiter's
  CHECK_STATUS(call::slice_free(64u), BadArgument);
  Capability none{};
  CHECK_STATUS(call::slice_allocate(&none, 2u, 9u, 0u), BadCapability);
  CHECK_STATUS(call::slice_free(2u), Ok);
  CHECK_STATUS(call::slice_free(2u), NotOwner);
}

void positions_can_be_asked_for() {
  const uint32_t me = libos::environment().number;
  CHECK_STATUS(call::slice_allocate(authority(), me, 40u, 0u), Ok);
  CHECK_EQUAL(tables->slices[40], me);
  CHECK_STATUS(call::slice_allocate(authority(), me, 40u, 0u), NotFree);
  CHECK_STATUS(call::slice_allocate(authority(), me, 64u, 0u), BadArgument);
  CHECK_STATUS(call::slice_allocate(authority(), 60u, 41u, 0u), NoSuchEnvironment);
  CHECK_EQUAL(call::slice_allocate(authority(), me, abi::kAnyFrame, 0u).value, 2);
}

void a_slice_is_passed_on_with_its_capability() {
  Capability slice, given, forged;
  CHECK_STATUS(call::slice_capability(0u, &slice), NotOwner);
  CHECK_STATUS(call::slice_capability(40u, 0x8010'0000u), BadAddress);
  CHECK_STATUS(call::slice_capability(40u, &slice), Ok);
  CHECK_EQUAL(call::capability_check(&slice, abi::kRightControl).value, abi::resource_of(abi::ResourceKind::Slice, 40));
  forged = slice;
  forged.resource -= 1;
  CHECK_STATUS(call::slice_transfer(&forged, kSpinner, &given), BadCapability);
  Capability page = *const_cast<Capability*>(&libos::environment().page);
  CHECK_STATUS(call::slice_transfer(&page, kSpinner, &given), WrongKind);
  CHECK_STATUS(call::slice_transfer(&slice, 60u, &given), NoSuchEnvironment);
  CHECK_STATUS(call::slice_transfer(&slice, kSpinner, &given), Ok);
  CHECK_EQUAL(tables->slices[40], kSpinner);
  CHECK_STATUS(call::slice_transfer(&slice, kSpinner, &given), StaleCapability);
  CHECK_STATUS(call::slice_transfer(&given, kSpinner, &given), NotOwner);  // a capability is not ownership
  CHECK_STATUS(call::slice_free(40u), NotOwner);
}

void a_slice_that_is_asked_for_stays() {
  Capability slice;
  CHECK_STATUS(call::slice_capability(2u, &slice), Ok);
  libos::environment().masked = 1;
  CHECK_STATUS(call::revoke(authority(), libos::environment().number, abi::asked_slice(2), 5000u << 16), Ok);
  CHECK_STATUS(call::revoke(authority(), libos::environment().number, abi::asked_slice(2), 5000u << 16),
               UnderRevocation);
  CHECK_STATUS(call::revoke(authority(), libos::environment().number, abi::asked_slice(0), 5000u << 16), NotOwner);
  CHECK_STATUS(call::revoke(authority(), libos::environment().number, abi::asked_slice(64), 5000u << 16), BadArgument);
  CHECK_STATUS(call::slice_transfer(&slice, kSpinner, &slice), UnderRevocation);
  libos::environment().masked = 0;
  CHECK_STATUS(call::upcalls_take(), Ok);  // the base gives it back
  CHECK_EQUAL(tables->slices[2], 0);
  CHECK_STATUS(call::slice_allocate(authority(), libos::environment().number, 2u, 0u), Ok);
}

void who_stays_too_long_pays_it_back() {
  CHECK_STATUS(call::upcall_set(Upcall::SliceEnd, reinterpret_cast<uint32_t>(exo_count_entry)), Ok);
  while (excess() != 3) {
  }
  while (excess() != 0) (void)call::yield(0u);
}

void time_past_the_end_is_owed_whoever_gets_it() {
  const uint32_t before = exo_counted;
  while (exo_counted == before) {
  }
  CHECK_STATUS(call::yield(kSpinner), Ok);
}

void what_is_not_wanted_any_more_does_not_come() {
  libos::environment().masked = 1;
  while (libos::environment().pending == 0) {
  }
  CHECK_STATUS(call::upcall_set(Upcall::SliceEnd, 0u), Ok);
  libos::environment().masked = 0;
  CHECK_STATUS(call::upcalls_take(), Ok);
  CHECK_EQUAL(libos::environment().pending, 0);
  CHECK_STATUS(call::yield(0u), Ok);
}

void a_yield_to_needs_one_who_can_run() {
  CHECK_EQUAL(libos::yield_to(libos::environment().number), Status::Ok);
  CHECK_EQUAL(libos::yield_to(0), Status::Ok);  // to whoever is next
  CHECK_EQUAL(libos::yield_to(63), Status::NoSuchEnvironment);
  CHECK_EQUAL(libos::yield_to(64), Status::NoSuchEnvironment);
  CHECK_EQUAL(libos::yield_to(0x8000'0003), Status::NoSuchEnvironment);
  CHECK_EQUAL(libos::yield_to(kWaiter), Status::WrongState);
  Capability frame, made;
  CHECK_STATUS(call::frame_allocate(abi::kAnyFrame, &frame), Ok);
  const libos::Result building = call::env_create(authority(), "building\0\0\0\0", &frame, &made);
  CHECK_EQUAL(building.status, Status::Ok);
  CHECK_EQUAL(libos::yield_to(building.value), Status::WrongState);
  CHECK_STATUS(call::env_kill(&made), Ok);
  CHECK_EQUAL(libos::yield_to(building.value), Status::NoSuchEnvironment);
}

void yields_go_to_and_fro() {
  uint32_t came_back = 0;
  for (uint32_t i = 0; i < 2000; ++i) came_back += libos::yield_to(kMirror) == Status::Ok;
  CHECK_EQUAL(came_back, 2000);
}

[[noreturn]] void be_another(uint32_t which) {
  if (which == 3) (void)libos::serve(nullptr);
  if (which == 3) libos::serve_for_ever();
  for (;;) {
    asm volatile("");  // or a loop that does nothing need not be one
    if (which == 2) (void)libos::yield_to(kTrial);
  }
}
}  // namespace

int main() {
  if (const uint32_t which = libos::parameter(0); which != 0) be_another(which);
  (void)call::expose(abi::ExposedRegion::Tables, kTablesPage, vpn(kPage));
  a_slice_begins_with_an_upcall();
  a_yield_names_its_successor();
  slices_are_the_owners_to_give_back();
  positions_can_be_asked_for();
  a_slice_is_passed_on_with_its_capability();
  a_slice_that_is_asked_for_stays();
  a_yield_to_needs_one_who_can_run();
  yields_go_to_and_fro();
  who_stays_too_long_pays_it_back();
  time_past_the_end_is_owed_whoever_gets_it();
  what_is_not_wanted_any_more_does_not_come();
  registers_survive_preemption();
  finish();
}
