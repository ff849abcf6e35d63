// bench: the kernel's short paths as one environment meets them by itself: a null call, a TLB miss that hits the STLB,
// and an exception to the environment's own handler.
#include "kernel/abi/capability.hpp"
#include "libos/bench/harness.hpp"
#include "libos/bench/layout.h"

using namespace exo;
using namespace exo::bench;
namespace call = exo::libos::call;

extern "C" {
void bench_clocked_exception();
void bench_plain_exception();
}

namespace {
/// Page pairs that share STLB slots with no program.
constexpr uint32_t kWalk = 0x2020'0000;
constexpr uint32_t kPairs = 48;  ///< three times what the TLB holds
constexpr uint32_t kPairBytes = 2 * abi::kPageSize;
constexpr uint32_t kAddressErrorLoad = 4;  ///< exception code

void must(const libos::Result& result, uint32_t line) {
  if (!result.ok()) libos::fail(line, uint32_t(result.status), 0);
}

uint32_t timed_null_call() {
  register uint32_t number asm("$2") = uint32_t(abi::Syscall::null);
  uint32_t before, after;
  asm volatile(
      "rdhwr %0, $2\n"
      "syscall\n"
      "rdhwr %1, $2"
      : "=&r"(before), "=&r"(after), "+r"(number)
      :
      : "$3", "memory");
  return after - before;
}

uint32_t timed_load(uint32_t address) {
  uint32_t before, after;
  asm volatile(
      "rdhwr %0, $2\n"
      "lw    $zero, 0(%2)\n"
      "rdhwr %1, $2"
      : "=&r"(before), "=&r"(after)
      : "r"(address)
      : "memory");
  return after - before;
}

/// The first of two loads misses the TLB, the second does not.
uint32_t timed_miss(uint32_t& pair, bool again) {
  const uint32_t address = kWalk + (pair++ % kPairs) * kPairBytes;
  const uint32_t first = timed_load(address);
  return again ? timed_load(address) : first;
}

void measure_stlb_hit() {
  abi::Capability frame;
  must(call::frame_allocate(abi::kAnyFrame, &frame), __LINE__);
  for (uint32_t pair = 0; pair < kPairs; ++pair)
    must(call::bind(&frame, libos::page_number(kWalk + pair * kPairBytes), abi::kBindRead), __LINE__);
  uint32_t pair = 0;
  const uint32_t missed = median_of([&] { return timed_miss(pair, false); });
  const uint32_t hit = median_of([&] { return timed_miss(pair, true); });
  report(Figure::stlb_hit, missed - hit);
}

/// An unaligned load from the environment page, which is always there.
uint32_t timed_exception(bool to_the_handler) {
  uint32_t before, after;
  asm volatile(
      "rdhwr %0, $2\n"
      "lw    $zero, 0x1001($zero)\n"
      "rdhwr %1, $2"
      : "=&r"(before), "=&r"(after)
      :
      : "memory");
  return (to_the_handler ? *reinterpret_cast<volatile uint32_t*>(PAGE_HANDLER_CLOCK) : after) - before;
}

void measure_exceptions(uint32_t clocks) {
  must(call::exception_set(kAddressErrorLoad, bench_clocked_exception), __LINE__);
  report(Figure::exception, median_of([] { return timed_exception(true); }) - clocks);
  must(call::exception_set(kAddressErrorLoad, bench_plain_exception), __LINE__);
  report(Figure::exception_return, median_of([] { return timed_exception(false); }) - clocks);
}

}  // namespace

int main() {
  const uint32_t clocks = clock_cost();
  measure_exceptions(clocks);
  measure_stlb_hit();
  report(Figure::null_syscall, median_of(timed_null_call) - clocks);
  libos::note(abi::Note::Finished);
  return 0;
}
