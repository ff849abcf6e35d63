// bench_vm: Appel and Li's primitives, as libos/vm makes them out of a page table of its own, `protect` and exceptions
// that come back without the kernel.
#include "libos/vm/appel_li.hpp"

#include "libos/bench/harness.hpp"

using namespace exo;
using namespace exo::bench;
namespace vm = exo::libos::vm;

namespace exo::libos {
bool on_miss(uint32_t address, SavedRegisters&) { return vm::resolve_page(address); }
}  // namespace exo::libos

namespace {
constexpr uint32_t kAccesses = 8;  ///< of appel1 in one sample: short beside a timer tick

/// Ticks of one call, the median over the pages in random order. `after` puts back what the call changed.
template <class Body, class After>
uint32_t over_pages(const Body& body, const After& after) {
  uint32_t i = 0;
  return median_of([&] {
    const uint32_t page = vm::random_page(i++);
    const uint32_t before = clock();
    body(page);
    const uint32_t ticks = clock() - before;
    after(page);
    return ticks;
  });
}

template <class Body>
uint32_t timed(const Body& body) {
  const uint32_t before = clock();
  body();
  return clock() - before;
}

void nothing(uint32_t) {}
}  // namespace

int main() {
  const uint32_t clocks = clock_cost();
  if (vm::prepare_pages() != libos::Status::Ok) libos::fail(__LINE__, 0, 0);
  report(Figure::dirty, over_pages([](uint32_t page) { (void)vm::dirty(page); }, nothing) - clocks);
  report(Figure::prot1, over_pages(vm::prot1, vm::unprot1) - clocks);
  report(Figure::prot100, median_of([] {
                            vm::unprot100();
                            return timed(vm::prot100);
                          }) - clocks);
  report(Figure::unprot100, median_of([] {
                              vm::prot100();
                              return timed(vm::unprot100);
                            }) - clocks);
  vm::prot100();
  report(Figure::trap, over_pages(vm::trap, nothing) - clocks);
  vm::appel1_begin();
  report(Figure::appel1, median_of([] { return timed([] { vm::appel1(kAccesses); }); }) - clocks, kAccesses);
  report(Figure::appel2, median_of([] { return timed(vm::appel2); }) - clocks, vm::kHundred);
  libos::note(abi::Note::Finished);
  return 0;
}
