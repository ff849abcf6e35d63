// The processor: slices begin and end with upcalls, a yield comes back, and a yield can name its successor.
#include "kernel/abi/capability.hpp"
#include "kernel/abi/exposed.hpp"
#include "libos/base/environment.hpp"
#include "tests/guest/checks.hpp"

using namespace exo;
using namespace exo::trials;
using abi::Upcall;

extern "C" {
void exo_count_entry();  // counts and resumes
extern volatile uint32_t exo_counted;
}

namespace {
const volatile abi::ExposedTables* tables_page_13() {
  (void)call::expose(abi::ExposedRegion::Tables, 13u, vpn(kPage));
  return reinterpret_cast<const volatile abi::ExposedTables*>(kPage - 13 * abi::kPageSize);
}

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

void slices_are_the_owners_to_give_back() {
  const auto* tables = tables_page_13();
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
}  // namespace

int main() {
  a_slice_begins_with_an_upcall();
  a_yield_names_its_successor();
  slices_are_the_owners_to_give_back();
  registers_survive_preemption();
  finish();
}
