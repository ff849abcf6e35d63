// `exoscope run`: a lesson without the window. Tells the story as it happens, then the verdicts.
#include <fmt/format.h>

#include <filesystem>

#include "explorer/cli/commands.hpp"
#include "explorer/cli/crash_report.hpp"
#include "explorer/cli/output.hpp"
#include "explorer/cli/report.hpp"
#include "explorer/cli/run_through.hpp"
#include "explorer/cli/scenario_files.hpp"
#include "explorer/cli/signals.hpp"
#include "explorer/common/error.hpp"
#include "explorer/session/captured.hpp"
#include "explorer/session/session.hpp"

namespace exo::cli {
namespace {

using session::Connection;
using session::Session;

constexpr std::size_t kMostNotes = 20;  ///< a hostile guest could give cause for millions

/// Tells each step once, when it has begun.
class Teller {
 public:
  explicit Teller(const Narrator& narrator) : narrator_(narrator) {}

  void tell(const Session& session) {
    const auto& steps = session.story().steps;
    for (; next_ < steps.size() && steps[next_].reached != 0; ++next_) {
      const auto& step = steps[next_];
      const double at = model::micros(session.history().ticks(step.reached));
      narrator_.line(fmt::format("{:>10.1f} us  {}", at, step.say));
      if (!step.hint.empty()) narrator_.line(fmt::format("{:15}look: {}", "", step.hint));
      if (!step.ask) continue;
      narrator_.line(fmt::format("{:15}question: {}", "", step.ask->text));
      for (const auto& choice : step.ask->choices) narrator_.line(fmt::format("{:15}  - {}", "", choice));
    }
  }

  void tell_end(const Session& session) const {
    for (std::size_t i = next_; i < session.story().steps.size(); ++i)
      narrator_.line(fmt::format("{:>10} us  {}", "never", session.story().steps[i].say));
    for (const auto& step : session.story().steps)
      if (step.ask && !step.ask->truth.empty())
        narrator_.line(fmt::format("answer  {} {}{}{}", step.ask->text, step.ask->truth,
                                   step.ask->explanation.empty() ? "" : ". ", step.ask->explanation));
    for (const auto& verdict : session.story().expectations)
      narrator_.line(fmt::format("{}  {}", !verdict.ok ? "open  " : *verdict.ok ? "ok    " : "FAILED", verdict.text));
  }

 private:
  const Narrator& narrator_;
  std::size_t next_ = 0;
};

Judgement judge(const Session& session, bool to_the_end) {
  if (!to_the_end) return Judgement::NotJudged;
  for (const auto& verdict : session.story().expectations)
    if (!verdict.ok.value_or(false)) return Judgement::Failed;
  return Judgement::Good;
}

void tell_summary(const Session& session, const Narrator& narrator, const RunOptions& options) {
  const auto& state = session.history().newest();
  narrator.line(fmt::format("{:.1f} us of guest time, {} instructions, {} events{}{}", model::micros(state.now),
                            model::instructions(state.now), session.history().size(),
                            options.trace.empty() ? "" : ", recorded in ", options.trace));
  const auto& history = session.history();
  std::vector<std::string> notes;
  for (const auto& gap : history.gaps())
    notes.push_back(fmt::format("note: {} events were lost after event {}", gap.lost, gap.after));
  for (const auto& complaint : history.complaints())
    notes.push_back(fmt::format("note: after event {}: {}", complaint.number, complaint.text));
  for (const auto& audit : history.audits())
    for (const auto& difference : audit.differences) notes.push_back("audit: " + difference);
  for (const auto& broken : history.broken_invariants())
    notes.push_back(fmt::format("broken: after event {}: {}", broken.number, broken.text));
  for (std::size_t i = 0; i < notes.size() && i < kMostNotes; ++i) narrator.line(notes[i]);
  if (notes.size() > kMostNotes) narrator.line(fmt::format("note: and {} more like these", notes.size() - kMostNotes));
}

/// Of a lesson that was run with a seed.
std::string variation_text(const model::Story& story, std::uint32_t seed) {
  if (story.variations == 0) return fmt::format("seed {}: this lesson has no variations", seed);
  return fmt::format("variation {} (there are {})", seed, story.variations);
}

}  // namespace

int run(const RunOptions& options) {
  if (!options.answers.empty()) return grade(options);
  session::LiveOptions live;
  live.scenario_path = find_scenario(options.scenario);
  live.trace_path = options.trace;
  live.until = options.until;
  live.seed = options.seed;
  live.flight_recorder = options.flight_recorder;
  if (options.flight_recorder) live.keep = session::LiveOptions::kKeep;
  const auto session = Session::live(live);
  const Narrator narrator(options.json == "-");
  narrator.line(fmt::format("{} - {}", session->story().title, session->story().goal));
  if (options.seed != 0) narrator.line(variation_text(session->story(), options.seed));
  Teller teller(narrator);
  run_through(*session, [&] { teller.tell(*session); });
  const bool to_the_end = session->connection() == Connection::Finished;
  session->close();
  if (const int signal = signal_caught(); signal != 0 && !to_the_end) {
    complain(fmt::format("{} after {} events{}", signal_text(signal), session->history().size(),
                         options.trace.empty() ? "" : "; the recording was closed in order"));
    return 128 + signal;
  }
  Judgement judgement = judge(*session, to_the_end);
  if (session->failure() != nullptr) judgement = Judgement::Failed;
  if (judgement != Judgement::NotJudged) teller.tell_end(*session);
  tell_summary(*session, narrator, options);
  const std::string name = std::filesystem::path(live.scenario_path).stem().string();
  const CrashReport crashes = crash_report(*session, {options.stacks, options.trace, name});
  tell(crashes, *session, narrator);
  if (!options.pcap.empty()) {
    const std::size_t packets = session::save_pcap(session->history(), options.pcap);
    narrator.line(fmt::format("{} {} in {}", packets, packets == 1 ? "packet" : "packets", options.pcap));
  }
  if (!options.json.empty()) write_out(options.json, json_report(*session, name, judgement, crashes));
  if (session->failure() != nullptr) throw *session->failure();
  if (options.until > session->history().size())
    throw InputError(fmt::format("--until {}: the scenario is over after {} events; give a smaller number",
                                 options.until, session->history().size()));
  return judgement == Judgement::Failed ? int(ExitCode::ExpectationsFailed) : int(ExitCode::Good);
}

}  // namespace exo::cli
