// `exoscope fuzz`: machines full of hostile library OSes, one after the other, until enough calls were made or one of
// them has found something. Progress goes to standard error, what was found to standard output.
#include <fmt/format.h>

#include <cstdio>

#include "explorer/cli/commands.hpp"
#include "explorer/cli/output.hpp"
#include "explorer/cli/signals.hpp"
#include "explorer/common/error.hpp"
#include "explorer/connection/guest_images.hpp"
#include "explorer/session/fuzz.hpp"

namespace exo::cli {
namespace {

using session::FuzzPlan;
using session::FuzzResult;

/// Seeds of the machines after the first: spread, and none twice (a bijection of 32 bits for each S).
std::uint32_t seed_of(std::uint32_t seed, std::uint32_t machine) { return seed + machine * 0x9e37'79b1u; }

void add(FuzzResult& total, const FuzzResult& one) {
  total.calls += one.calls;
  total.events += one.events;
  total.audits += one.audits;
  total.checked += one.checked;
  total.refused += one.refused;
  total.environments += one.environments;
  total.aborts += one.aborts;
  total.guest_us += one.guest_us;
  total.fingerprint = (total.fingerprint ^ one.fingerprint) * 0x100'0000'01b3;
}

class Progress {
 public:
  explicit Progress(std::uint64_t wanted) : wanted_(wanted) {}

  /// At most one line in two seconds, and one for each machine.
  void tell(std::uint32_t machine, std::uint32_t seed, std::uint64_t calls, std::uint64_t events, bool now) {
    const auto at = std::chrono::steady_clock::now();
    if (!now && at - last_ < std::chrono::seconds(2)) return;
    last_ = at;
    const double seconds = std::chrono::duration<double>(at - began_).count();
    fmt::print(stderr, "machine {} (seed {}): {} of {} calls, {} events, {:.0f} calls/s\n", machine + 1, seed, calls,
               wanted_, events, seconds > 0 ? double(calls) / seconds : 0.0);
  }

 private:
  std::uint64_t wanted_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now(), last_ = began_;
};

std::string totals(const FuzzResult& total, std::uint32_t machines) {
  return fmt::format(
      "{} calls on {} machine{}: {} events, {} calls refused, {} environments, {} frames taken by force, "
      "{} audits with {} entries compared, {:.1f} s of guest time; fingerprint {:016x}",
      total.calls, machines, machines == 1 ? "" : "s", total.events, total.refused, total.environments, total.aborts,
      total.audits, total.checked, total.guest_us / 1e6, total.fingerprint);
}

void tell_findings(const FuzzResult& one, const FuzzPlan& plan, const FuzzOptions& options) {
  const Narrator narrator(false);
  for (const auto& finding : one.findings)
    narrator.line(fmt::format("FOUND  seed {}, event {}: {}", plan.seed, finding.event, finding.text));
  narrator.line(fmt::format("recorded in {}; look at the state there, or at the whole run:", plan.trace_path));
  narrator.line(fmt::format("  exoscope state {} --at {}", plan.trace_path, one.findings.front().event));
  narrator.line(fmt::format("  exoscope open {}", plan.trace_path));
  narrator.line(fmt::format("again: exoscope fuzz --seed {} --count {} --per-machine {}", plan.seed, plan.calls,
                            options.per_machine));
}

}  // namespace

int fuzz(const FuzzOptions& options) {
  if (options.programs != 0) return bpf_fuzz({options.seed, options.programs, false});
  if (options.program_bytes != 0) return bpf_fuzz({options.seed, options.program_bytes, true});
  const auto images = std::make_shared<const connection::GuestImages>(connection::load_guest_images());
  FuzzResult total;
  Progress progress(options.count);
  std::uint32_t machines = 0;
  while (total.calls < options.count) {
    FuzzPlan plan;
    plan.seed = seed_of(options.seed, machines);
    plan.calls = std::min(options.per_machine, options.count - total.calls);
    plan.trace_path = options.trace.empty() ? fmt::format("fuzz-{}.exotrace", plan.seed) : options.trace;
    plan.keep = options.keep;
    const FuzzResult one = session::run_fuzz(images, plan, [&](const FuzzResult& so_far) {
      progress.tell(machines, plan.seed, total.calls + so_far.calls, total.events + so_far.events, false);
      return signal_caught() == 0;
    });
    add(total, one);
    progress.tell(machines, plan.seed, total.calls, total.events, true);
    ++machines;
    if (!one.findings.empty()) {
      tell_findings(one, plan, options);
      Narrator(false).line(totals(total, machines));
      return int(ExitCode::ExpectationsFailed);
    }
    if (const int signal = signal_caught(); signal != 0) {
      Narrator(false).line(totals(total, machines));
      complain(fmt::format("{}: nothing was found so far", signal_text(signal)));
      return 128 + signal;
    }
    if (one.calls == 0)
      throw MachineError(fmt::format("seed {}: the fuzzers made no call; please report it", plan.seed));
  }
  Narrator(false).line(totals(total, machines));
  Narrator(false).line("nothing was found");
  return int(ExitCode::Good);
}

}  // namespace exo::cli
