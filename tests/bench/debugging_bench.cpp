// What a debugger's motions cost on a real lesson: steps by line, steps back, runs to a stop in both directions, and
// stops that don't count; and what a profile costs. Wall time: QEMU does most of it.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "explorer/session/profile.hpp"
#include "tests/debugging/run.hpp"

namespace exo::bench {
namespace {

using Kind = model::DebugMove::Kind;

struct Desk {
  test::LessonRun run;
  session::Debugging debugging{run.rerun(), run.history()};

  explicit Desk(const std::string& lesson = "abort-deadline", model::EventNumber until = 0) : run(lesson, until) {
    follow(run.history().size() / 2);
  }
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

// A line back from eight moments of every shipped lesson: the middle one and the worst, in ms.
void step_back_anywhere(benchmark::State& state) {
  std::vector<double> times;
  std::string worst;
  for (auto _ : state) {
    for (const auto& file : std::filesystem::directory_iterator(EXO_SCENARIOS)) {
      if (file.path().extension() != ".toml") continue;
      Desk desk(file.path().stem().string());
      for (model::EventNumber i = 1; i <= 8; ++i) {
        desk.follow(desk.run.history().size() * i / 9);
        const auto begin = std::chrono::steady_clock::now();
        desk.go(Kind::LineOver, true);
        times.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
        if (times.back() >= std::ranges::max(times)) worst = file.path().stem().string();
      }
    }
  }
  std::ranges::sort(times);
  state.counters["middle"] = times[times.size() / 2];
  state.counters["worst"] = times.back();
  state.counters["steps"] = double(times.size());
  state.SetLabel("worst in " + worst);
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

// A run that never ends, after two million events: the cursor goes to events all over it. What it took to execute the
// whole run once is the counter "first".
void anywhere_in_a_long_run(benchmark::State& state) {
  constexpr model::EventNumber kEvents = 2'000'000;
  const auto begin = std::chrono::steady_clock::now();
  Desk desk("../tests/guest/endless", kEvents);
  const std::chrono::duration<double> first = std::chrono::steady_clock::now() - begin;
  std::uint64_t random = 1;
  for (auto _ : state) {
    random = random * 6'364'136'223'846'793'005u + 1'442'695'040'888'963'407u;
    desk.follow(1 + (random >> 33) % kEvents);
  }
  state.counters["first"] = first.count();
  state.counters["instructions"] = double(*desk.run.rerun().instant_of(kEvents));
}

// In the same run, back by a line, and back to the last call of a function that is called all the time.
void back_in_a_long_run(benchmark::State& state) {
  constexpr model::EventNumber kEvents = 2'000'000;
  Desk desk("../tests/guest/endless", kEvents);
  desk.debugging.apply(model::DebugBreak{"Heap::advance"});
  for (auto _ : state) {
    state.PauseTiming();
    desk.follow(kEvents - 1);
    state.ResumeTiming();
    desk.go(state.range(0) == 0 ? Kind::LineOver : Kind::Continue, true);
  }
}

// A whole lesson: executed again with every instruction on its stack, and in words.
void profile_lesson(benchmark::State& state) {
  test::LessonRun run("abort-deadline");
  std::uint64_t instructions = 0;
  for (auto _ : state)
    instructions +=
        session::profile(run.rerun(), run.history(), 0, run.history().size(), [] { return false; }).instructions;
  state.counters["instructions"] = benchmark::Counter(double(instructions), benchmark::Counter::kIsRate);
}

BENCHMARK(profile_lesson)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(10);
BENCHMARK(step_over)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(100);
BENCHMARK(step_back)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(40);
BENCHMARK(step_back_anywhere)->Unit(benchmark::kSecond)->UseRealTime()->Iterations(1);
BENCHMARK(continue_back)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(10);
BENCHMARK(conditional_stops)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(3);

BENCHMARK(anywhere_in_a_long_run)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(20);
BENCHMARK(back_in_a_long_run)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(5);

}  // namespace
}  // namespace exo::bench

BENCHMARK_MAIN();
