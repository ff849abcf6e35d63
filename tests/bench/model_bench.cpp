// How fast the model takes events in, what it costs in memory, and how fast it goes back. Figures only, no assertions.
#include <benchmark/benchmark.h>

#include <memory>
#include <random>

#include "explorer/model/filter.hpp"
#include "explorer/model/history.hpp"
#include "explorer/model/state_text.hpp"
#include "explorer/model/words.hpp"
#include "tests/bench/long_trace.hpp"

namespace {

using namespace exo;

constexpr std::size_t kEvents = 1'000'000;

/// A million events of a machine under load: a long plausible run, then the mix of a working application (refills and
/// binds).
const std::vector<abi::TraceRecord>& trace() {
  static const std::vector<abi::TraceRecord> records = test::LongTrace().next(kEvents);
  return records;
}

const model::History& history() {
  static const std::unique_ptr<model::History> all = [] {
    auto made = std::make_unique<model::History>();
    made->append(trace());
    return made;
  }();
  return *all;
}

void ingest(benchmark::State& state) {
  (void)trace();
  double bytes = 0;
  for (auto _ : state) {
    model::History made;
    for (std::size_t i = 0; i < kEvents; i += 8192)
      made.append(std::span(trace()).subspan(i, std::min<std::size_t>(8192, kEvents - i)));
    bytes = double(made.memory_bytes()) / kEvents;
  }
  state.counters["events/s"] =
      benchmark::Counter(double(kEvents) * double(state.iterations()), benchmark::Counter::kIsRate);
  state.counters["bytes/event"] = bytes;
}
BENCHMARK(ingest)->Unit(benchmark::kMillisecond);

void seek_at_random(benchmark::State& state) {
  std::mt19937_64 random(1);
  for (auto _ : state) benchmark::DoNotOptimize(history().state_at(random() % kEvents).now);
  state.counters["bytes/event"] = double(history().memory_bytes()) / kEvents;
}
BENCHMARK(seek_at_random)->Unit(benchmark::kMicrosecond);

void step_back(benchmark::State& state) {
  model::EventNumber at = kEvents - 100;
  for (auto _ : state) benchmark::DoNotOptimize(history().state_at(at > 1 ? --at : at = kEvents - 100).now);
}
BENCHMARK(step_back)->Unit(benchmark::kMicrosecond);

void step_forwards(benchmark::State& state) {
  model::EventNumber at = 1;
  for (auto _ : state) benchmark::DoNotOptimize(history().state_at(at < kEvents ? ++at : at = 1).now);
}
BENCHMARK(step_forwards)->Unit(benchmark::kMicrosecond);

void sentence(benchmark::State& state) {
  model::EventNumber at = 1;
  for (auto _ : state) {
    benchmark::DoNotOptimize(model::sentence(history().event(at), history().newest()).size());
    at = at % kEvents + 1;
  }
}
BENCHMARK(sentence);

void search_text(benchmark::State& state) {
  for (auto _ : state) {
    model::FilterIndex index;
    index.set({.text = "frame 37", .categories = ~0u, .env = {}, .id = {}});
    while (!index.scan(history())) {
    }
    benchmark::DoNotOptimize(index.size());
  }
  state.counters["events/s"] =
      benchmark::Counter(double(kEvents) * double(state.iterations()), benchmark::Counter::kIsRate);
}
BENCHMARK(search_text)->Unit(benchmark::kMillisecond);

void state_as_text(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(model::state_text(history().newest()).size());
}
BENCHMARK(state_as_text)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
