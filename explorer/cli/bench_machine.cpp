#include "explorer/cli/bench_machine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "explorer/cli/signals.hpp"
#include "explorer/common/error.hpp"
#include "explorer/connection/guest_images.hpp"
#include "explorer/scenario/parse.hpp"
#include "explorer/scenario/plan.hpp"
#include "explorer/session/guest.hpp"
#include "kernel/abi/tables.hpp"

// The build names the file; carried inside, the benchmark runs wherever the explorer runs.
asm(".pushsection .rodata\n"
    ".globl exo_bench_scenario_begin, exo_bench_scenario_end\n"
    "exo_bench_scenario_begin: .incbin \"" EXO_BENCH_SCENARIO
    "\"\n"
    "exo_bench_scenario_end: .byte 0\n"
    ".popsection\n");

extern "C" const char exo_bench_scenario_begin[];
extern "C" const char exo_bench_scenario_end[];

namespace exo::cli {
namespace {

using abi::Event;
using abi::Note;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kTurn{20};
constexpr std::chrono::seconds kPatience{60};  ///< wall time without a figure: some guest seconds, on any host

/// What the programs have said so far.
class Listener {
 public:
  explicit Listener(std::size_t programs) : programs_(programs) {}

  void hear(const abi::TraceRecord& record) {
    if (Event(record.event) == Event::Panic)
      throw MachineError(fmt::format("the kernel panicked at {:#x} under the benchmark", record.arguments[0]));
    if (Event(record.event) != Event::Noted) return;
    const auto& [code, a, b, c] = record.arguments;
    switch (Note(code)) {
      case Note::Figure:
        figures_[a] = double(b) / 100;
        heard_ = true;
        break;
      case Note::Finished:
        ++finished_;
        break;
      case Note::CheckFailed:
      case Note::Crashed:
      case Note::Refused:
        throw MachineError(fmt::format("environment {} of the benchmark failed: note {} with {}, {:#x}, {:#x}",
                                       record.environment, code, a, b, c));
      default:
        break;
    }
  }
  [[nodiscard]] bool done() const { return finished_ == programs_; }
  [[nodiscard]] bool heard() { return std::exchange(heard_, false); }
  [[nodiscard]] const Measured& figures() const { return figures_; }

 private:
  Measured figures_;
  std::size_t programs_, finished_ = 0;
  bool heard_ = false;
};

/// Programs that measure; the others are there to be called.
std::size_t measuring_programs(const scenario::Scenario& scenario) {
  return std::size_t(
      std::ranges::count_if(scenario.envs, [](const auto& env) { return !env.program.ends_with("_peer"); }));
}

session::BootPlan plan_of(bool traced) {
  session::BootPlan plan;
  plan.images = std::make_shared<const connection::GuestImages>(connection::load_guest_images());
  std::string text(bench_scenario());
  if (!traced) text += "\n[machine]\ntracing = false\n";
  plan.scenario = std::make_shared<const scenario::Scenario>(
      scenario::parse(text, "bench.toml", session::program_names(*plan.images)));
  // Packets for the programs; it ends when they have, and not at a time.
  for (const auto& command : scenario::commands_up_front(*plan.scenario))
    if (abi::ControlOp(command.op) == abi::ControlOp::Packet) plan.commands.push_back(command);
  return plan;
}

}  // namespace

std::string_view bench_scenario() { return {exo_bench_scenario_begin, exo_bench_scenario_end}; }

Measured measure(bool traced) {
  const session::BootPlan plan = plan_of(traced);
  Listener listener(measuring_programs(*plan.scenario));
  const auto guest = session::boot(plan);
  guest->resume();
  std::vector<abi::TraceRecord> records;
  auto last = Clock::now();
  while (!listener.done()) {
    const auto state = guest->poll(kTurn);
    records.clear();
    guest->drain(records);
    for (const auto& record : records) listener.hear(record);
    if (signal_caught() != 0) throw MachineError("interrupted");
    if (state == connection::MachineState::Dead && !listener.done())
      throw MachineError(fmt::format("the machine ended before the benchmark did: {}", guest->ending()));
    if (listener.heard()) last = Clock::now();
    if (Clock::now() - last > kPatience)
      throw MachineError(fmt::format("no figure for {} s after {} of them: a benchmark program hangs",
                                     kPatience.count(), listener.figures().size()));
  }
  guest->shutdown();
  return listener.figures();
}

}  // namespace exo::cli
