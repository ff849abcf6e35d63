// What a debugger's questions cost: symbols of everything that a scenario loads, a stack, the condition of a stop.
// Figures only, no assertions. Needs $EXOSCOPE_GUEST_DIR.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "explorer/debugger/expression.hpp"

namespace {

using namespace exo::debugger;

std::string path_of(const std::string& program) {
  const char* guest = std::getenv("EXOSCOPE_GUEST_DIR");
  return std::string(guest == nullptr ? "guest" : guest) + (program == "kernel" ? "/" : "/programs/") + program +
         ".elf";
}

/// The kernel and eight programs: more than any lesson starts.
constexpr const char* kPrograms[] = {"kernel", "arbiter", "polite", "slow",    "stubborn",
                                     "saver",  "swap",    "caller", "answerer"};

void load_symbols_of_everything(benchmark::State& state) {
  for (auto _ : state) {
    std::vector<std::unique_ptr<Symbols>> all;
    for (const char* program : kPrograms) all.push_back(Symbols::load(path_of(program)));
    benchmark::DoNotOptimize(all.data());
  }
}
BENCHMARK(load_symbols_of_everything)->Unit(benchmark::kMillisecond);

void load_and_ask_by_name(benchmark::State& state) {
  for (auto _ : state) {
    std::vector<std::unique_ptr<Symbols>> all;
    for (const char* program : kPrograms) {
      all.push_back(Symbols::load(path_of(program)));
      benchmark::DoNotOptimize(all.back()->functions("main"));
    }
  }
}
BENCHMARK(load_and_ask_by_name)->Unit(benchmark::kMillisecond);

/// The kernel at a function that it was entered for, with nothing below.
struct Stopped {
  std::unique_ptr<Symbols> symbols = Symbols::load(path_of("kernel"));
  FrameRegisters registers;
  StackSource source{[](Environment, std::uint32_t, std::span<std::byte> out) {
                       std::fill(out.begin(), out.end(), std::byte{0});
                       return true;
                     },
                     [this](Environment) { return symbols.get(); }, 1};
  Stopped() {
    registers.values.pc = symbols->functions("exo::kernel::syscalls::frame_allocate").front().entry;
    registers.values.general[kStackPointer] = 0x8012'0000;
    registers.values.general[kReturnAddress] = symbols->functions("exo::kernel::syscalls::dispatch").front().body;
  }
};

void unwind_a_stack(benchmark::State& state) {
  Stopped stopped;
  std::size_t frames = 0;
  for (auto _ : state) frames = unwind(stopped.registers, kKernel, stopped.source).frames.size();
  state.counters["frames"] = double(frames);
}
BENCHMARK(unwind_a_stack)->Unit(benchmark::kMicrosecond);

void evaluate_a_condition(benchmark::State& state) {
  Stopped stopped;
  const Expression condition("in.a0 > 100000 && $sp != 0");
  bool held = false;
  for (auto _ : state) {
    const Stack stack = unwind(stopped.registers, kKernel, stopped.source, 1);
    Scope scope(*stopped.symbols, stack, 0, stopped.source);
    held = condition.holds(scope).has_value();
  }
  state.counters["conditions/s"] = benchmark::Counter(double(state.iterations()), benchmark::Counter::kIsRate);
  if (!held) state.SkipWithError("the condition has no value");
}
BENCHMARK(evaluate_a_condition)->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();
