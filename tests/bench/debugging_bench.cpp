// What a debugger's motions cost on a real lesson: steps by line, steps back, runs to a stop in both directions, and
// stops that don't count. Wall time: QEMU does most of it.
#include <benchmark/benchmark.h>

#include <memory>

#include "tests/debugging/run.hpp"

namespace exo::bench {
namespace {

using Kind = model::DebugMove::Kind;

struct Desk {
  test::LessonRun run{"abort-deadline"};
  session::Debugging debugging{run.rerun(), run.history()};

  Desk() { follow(run.history().size() / 2); }
  void wait() {
    while (debugging.view().moving) debugging.pump(std::chrono::milliseconds(20));
  }
  void follow(model::EventNumber event) {
    debugging.follow(event);
    wait();
  }
  void go(Kind kind, bool back = false, const std::string& place = {}) {
    debugging.apply(model::DebugMove{kind, back, place});
    wait();
  }
};

void step_over(benchmark::State& state) {
  Desk desk;
  desk.follow(1);
  desk.go(Kind::To, false, "Heap::take");
  for (auto _ : state) desk.go(Kind::LineOver);
}

void step_back(benchmark::State& state) {
  Desk desk;
  desk.go(Kind::To, false, "Heap::resident_pages");
  for (auto _ : state) desk.go(Kind::LineOver, true);
}

// From the last event to the only stop, at the beginning.
void continue_back(benchmark::State& state) {
  Desk desk;
  desk.debugging.apply(model::DebugBreak{"exo_start"});
  for (auto _ : state) {
    state.PauseTiming();
    desk.follow(desk.run.history().size());
    state.ResumeTiming();
    desk.go(Kind::Continue, true);
  }
}

// Stops whose condition does not hold, until the end: how many a second.
void conditional_stops(benchmark::State& state) {
  Desk desk;
  desk.debugging.apply(model::DebugBreak{"Heap::advance", model::DebugBreak::kEverywhere, "this == 0"});
  desk.debugging.apply(model::DebugBreak{"Heap::resident_pages", model::DebugBreak::kEverywhere, "this == 0"});
  std::uint64_t passed = 0;
  for (auto _ : state) {
    state.PauseTiming();
    desk.follow(1);
    state.ResumeTiming();
    desk.go(Kind::Continue);
    passed += desk.debugging.passed();
  }
  state.counters["stops"] = benchmark::Counter(double(passed), benchmark::Counter::kIsRate);
}

BENCHMARK(step_over)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(100);
BENCHMARK(step_back)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(40);
BENCHMARK(continue_back)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(10);
BENCHMARK(conditional_stops)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(3);

}  // namespace
}  // namespace exo::bench

BENCHMARK_MAIN();
