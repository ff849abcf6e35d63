// bench_revoke: what it costs to ask for a frame back and to take it by force. The environment holds the memory
// authority and asks itself, so that one clock sees both ends without a switch in between.
#include "kernel/abi/capability.hpp"
#include "libos/bench/harness.hpp"
#include "libos/bench/layout.h"

using namespace exo;
using namespace exo::bench;
namespace call = exo::libos::call;
using abi::Capability;

extern "C" {
void bench_revoke_upcall();
void bench_spin_upcall();
void bench_spin();
}

namespace {
/// One page of each pair, so that every binding has an STLB entry of its own; no program shares their slots.
constexpr uint32_t kPages = 0x2020'0000;
constexpr uint32_t kPairBytes = 2 * abi::kPageSize;
constexpr uint32_t kLongMicros = 60'000;  // longer than it waits for its next slices

/// Microseconds until what is measured happens: never twice the same in a row, or the samples fall into step with the
/// timer's tick, and it is measured along. From a whole period of the timer, so that a tick falls into few of them.
uint32_t some_micros() {
  static uint32_t turn = 0;
  turn = (turn + 97) % 251;
  return 50 + turn;
}

volatile uint32_t& word(uint32_t address) { return *reinterpret_cast<volatile uint32_t*>(address); }

void must(const libos::Result& result, uint32_t line) {
  if (!result.ok()) libos::fail(line, uint32_t(result.status), 0);
}

/// A request to this environment for a frame, with the clock read just before. Ticks from there to the upcall's first
/// instruction.
uint32_t timed_request(uint32_t frame) {
  register uint32_t number asm("$2") = uint32_t(abi::Syscall::revoke);
  register const void* authority asm("$4") = libos::granted_authority();
  register uint32_t owner asm("$5") = libos::environment().number;
  register uint32_t wanted asm("$6") = frame;
  register uint32_t limits asm("$7") = kLongMicros;
  uint32_t before;
  word(PAGE_REVOKE_CLOCK) = 0;
  asm volatile(
      "rdhwr %0, $2\n"
      "syscall"
      : "=&r"(before), "+r"(number)
      : "r"(authority), "r"(owner), "r"(wanted), "r"(limits)
      : "$3", "memory");
  if (number != 0) libos::fail(__LINE__, number, 0);
  return word(PAGE_REVOKE_CLOCK) - before;
}

uint32_t request_once() {
  Capability frame;
  const libos::Result taken = call::frame_allocate(abi::kAnyFrame, &frame);
  must(taken, __LINE__);
  const uint32_t ticks = timed_request(taken.value);
  must(call::frame_free(&frame), __LINE__);
  return ticks;
}

/// Ticks from the last instruction before the deadline's interrupt to the first of the Repossessed upcall, for a frame
/// that is bound at so many pages.
uint32_t abort_once(uint32_t bindings) {
  Capability frame;
  const libos::Result taken = call::frame_allocate(abi::kAnyFrame, &frame);
  must(taken, __LINE__);
  for (uint32_t i = 0; i < bindings; ++i)
    must(call::bind(&frame, libos::page_number(kPages + i * kPairBytes), abi::kBindRead | abi::kBindWrite), __LINE__);
  word(PAGE_LOST_CLOCK) = 0;
  must(call::revoke(libos::granted_authority(), libos::environment().number, taken.value, some_micros()), __LINE__);
  bench_spin();
  return word(PAGE_LOST_CLOCK) - word(PAGE_LAST_CLOCK);
}

/// The same interrupt when all it brings is a demand: patience is over, and the deadline begins.
uint32_t demand_once() {
  Capability frame;
  const libos::Result taken = call::frame_allocate(abi::kAnyFrame, &frame);
  must(taken, __LINE__);
  word(PAGE_LOST_CLOCK) = 0;
  must(call::revoke(libos::granted_authority(), libos::environment().number, taken.value,
                    some_micros() << 16 | kLongMicros),
       __LINE__);
  bench_spin();
  const uint32_t ticks = word(PAGE_LOST_CLOCK) - word(PAGE_LAST_CLOCK);
  must(call::frame_free(&frame), __LINE__);
  return ticks;
}

}  // namespace

int main() {
  const uint32_t clocks = clock_cost();
  must(call::upcall_set(abi::Upcall::Revoke, bench_revoke_upcall), __LINE__);
  must(call::upcall_set(abi::Upcall::Repossessed, bench_spin_upcall), __LINE__);
  report(Figure::revoke_upcall, median_of(request_once) - clocks);
  must(call::upcall_set(abi::Upcall::Revoke, bench_spin_upcall), __LINE__);
  const uint32_t demand = median_of(demand_once);
  must(call::upcall_set(abi::Upcall::Revoke, bench_revoke_upcall), __LINE__);
  const uint32_t without = median_of([] { return abort_once(0); }), with = median_of([] { return abort_once(16); });
  report(Figure::abort_0, without - demand);
  report(Figure::abort_16, with - demand);
  report(Figure::abort_whole, without - clocks);
  libos::note(abi::Note::Finished);
  return 0;
}
