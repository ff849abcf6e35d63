// `exoscope fuzz --bpf` and `--bpf-bytes`: random programs against verifier and compiler, with the interpreter as the
// judge.
#include <fmt/format.h>

#include <chrono>
#include <cstdio>

#include "explorer/cli/commands.hpp"
#include "explorer/cli/output.hpp"
#include "explorer/cli/signals.hpp"
#include "explorer/common/error.hpp"
#include "explorer/connection/guest_images.hpp"
#include "explorer/session/bpf_fuzz.hpp"

namespace exo::cli {
namespace {

constexpr const char* kVerdictNames[] = {
#define VERDICT(number, name, text, detail) #name,
#include "kernel/abi/verdicts.def"
#undef VERDICT
};

std::string refusals(const session::BpfFuzzResult& result) {
  std::string text;
  for (std::size_t i = 0; i < std::size(kVerdictNames); ++i)
    if (result.refused_as[i] != 0)
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", kVerdictNames[i], result.refused_as[i]);
  return text.empty() ? "none" : text;
}

}  // namespace

int bpf_fuzz(const BpfFuzzOptions& options) {
  const auto images = std::make_shared<const connection::GuestImages>(connection::load_guest_images());
  const auto began = std::chrono::steady_clock::now();
  auto told = began;
  const auto result =
      session::run_bpf_fuzz(images, {options.seed, options.count, options.bytes}, [&](const auto& so_far) {
        const auto now = std::chrono::steady_clock::now();
        if (now - told > std::chrono::seconds(2)) {
          told = now;
          const double seconds = std::chrono::duration<double>(now - began).count();
          fmt::print(stderr, "machine {}: {} of {} programs tried, {:.0f} s\n", so_far.machines + 1, so_far.tried,
                     options.count, seconds);
        }
        return signal_caught() == 0;
      });
  const Narrator narrator(false);
  for (const auto& finding : result.findings) {
    narrator.line(fmt::format("FOUND  seed {}: {}", finding.seed, finding.text));
    for (const auto& line : finding.program) narrator.line("  " + line);
    narrator.line(
        fmt::format("again: exoscope fuzz --{} 1 --seed {}", options.bytes ? "bpf-bytes" : "bpf", finding.seed));
  }
  narrator.line(fmt::format(
      "{} programs on {} machines: {} ran, {} instructions of the machine in all, at most {:.0f} % of what was "
      "promised; {} were refused",
      result.tried, result.machines, result.ran, result.instructions, result.closest * 100, result.refused));
  narrator.line("refused as: " + refusals(result));
  if (result.audits != 0)
    narrator.line(fmt::format("{} audits compared {} entries of the kernel's tables", result.audits, result.checked));
  if (!result.findings.empty()) return int(ExitCode::ExpectationsFailed);
  if (const int signal = signal_caught(); signal != 0) {
    complain(fmt::format("{}: nothing was found so far", signal_text(signal)));
    return 128 + signal;
  }
  narrator.line("nothing was found");
  return int(ExitCode::Good);
}

}  // namespace exo::cli
