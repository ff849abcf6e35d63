// `exoscope run`: a lesson without the window. Tells the story as it happens, then the verdicts.
#include <fmt/format.h>

#include <filesystem>

#include "explorer/cli/commands.hpp"
#include "explorer/cli/output.hpp"
#include "explorer/cli/report.hpp"
#include "explorer/cli/scenario_files.hpp"
#include "explorer/cli/signals.hpp"
#include "explorer/common/error.hpp"
#include "explorer/session/captured.hpp"
#include "explorer/session/session.hpp"

namespace exo::cli {
namespace {

using session::Connection;
using session::Session;

constexpr std::chrono::milliseconds kTurn{20};
constexpr std::chrono::seconds kPatience{20};  ///< wall time without an event: a living kernel makes some sooner

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

/// Runs until the session is at rest, a signal comes, or nothing happens any more.
void run_through(Session& session, Teller& teller) {
  auto last = std::chrono::steady_clock::now();
  model::EventNumber seen = 0;
  while (signal_caught() == 0) {
    session.pump(kTurn);
    teller.tell(session);
    const Connection connection = session.connection();
    if (connection != Connection::Starting && connection != Connection::Running) return;
    const auto now = std::chrono::steady_clock::now();
    if (session.history().size() != seen) {
      seen = session.history().size();
      last = now;
    } else if (now - last > kPatience) {
      throw MachineError(fmt::format(
          "nothing has happened for {} s after event {}: the guest hangs; report the scenario and this number",
          kPatience.count(), seen));
    }
  }
}

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

}  // namespace

int run(const RunOptions& options) {
  session::LiveOptions live;
  live.scenario_path = find_scenario(options.scenario);
  live.trace_path = options.trace;
  live.until = options.until;
  live.flight_recorder = options.flight_recorder;
  if (options.flight_recorder) live.keep = session::LiveOptions::kKeep;
  const auto session = Session::live(live);
  const Narrator narrator(options.json == "-");
  narrator.line(fmt::format("{} - {}", session->story().title, session->story().goal));
  Teller teller(narrator);
  run_through(*session, teller);
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
  if (!options.pcap.empty()) {
    const std::size_t packets = session::save_pcap(session->history(), options.pcap);
    narrator.line(fmt::format("{} {} in {}", packets, packets == 1 ? "packet" : "packets", options.pcap));
  }
  if (!options.json.empty()) write_out(options.json, json_report(*session, name, judgement));
  if (session->failure() != nullptr) throw *session->failure();
  if (options.until > session->history().size())
    throw InputError(fmt::format("--until {}: the scenario is over after {} events; give a smaller number",
                                 options.until, session->history().size()));
  return judgement == Judgement::Failed ? int(ExitCode::ExpectationsFailed) : int(ExitCode::Good);
}

}  // namespace exo::cli
