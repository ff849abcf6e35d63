// `exoscope list`, `state` and `verify`: what can be seen without a window or a lesson being told.
#include <fmt/format.h>

#include "explorer/cli/commands.hpp"
#include "explorer/cli/output.hpp"
#include "explorer/cli/run_through.hpp"
#include "explorer/cli/scenario_files.hpp"
#include "explorer/cli/signals.hpp"
#include "explorer/common/error.hpp"
#include "explorer/model/explain.hpp"
#include "explorer/model/object_words.hpp"
#include "explorer/model/state_text.hpp"
#include "explorer/model/words.hpp"
#include "explorer/scenario/parse.hpp"
#include "explorer/session/guest.hpp"
#include "explorer/session/session.hpp"
#include "explorer/session/verify.hpp"

namespace exo::cli {

int list() {
  int code = 0;
  std::string text;
  for (const auto& file : scenario_files()) {
    try {
      const auto scenario = scenario::parse(session::read_scenario_file(file.string()), file.string(), {},
                                            session::files_beside(file.string()));
      const std::string minutes = scenario.minutes == 0 ? "" : fmt::format(" ({} min)", scenario.minutes);
      const auto count = scenario.variation.count;
      const std::string variations = count == 0 ? "" : fmt::format(", {} variations", count);
      text += fmt::format("{:<29}{}{}{}\n", scenario.name, scenario.title, minutes, variations);
    } catch (const Error& error) {
      complain(error.what());
      code = int(error.code());
    }
  }
  write_out("-", text);
  return code;
}

namespace {

/// A recording as it is, or a lesson run up to the event; whatever is wrong with the source is said.
std::unique_ptr<session::Session> looked_at(const std::string& what, std::optional<model::EventNumber> at) {
  std::unique_ptr<session::Session> session;
  if (is_recording(what)) {
    session = session::Session::recording(what);
  } else {
    session::LiveOptions live;
    live.scenario_path = find_scenario(what);
    live.until = at.value_or(0);
    session = session::Session::live(live);
    run_through(*session, [] {});
    if (session->failure() != nullptr) throw *session->failure();
  }
  const auto& history = session->history();
  if (at && *at > history.size())
    throw InputError(
        fmt::format("--at {}: the recording holds {} events; give a number up to that", *at, history.size()));
  for (const auto& complaint : history.complaints())
    complain(fmt::format("{}: after event {}: {}", what, complaint.number, complaint.text));
  if (!session->warning().empty()) complain(session->warning());
  return session;
}

}  // namespace

int state(const std::string& what, std::optional<model::EventNumber> at, bool words) {
  const auto session = looked_at(what, at);
  if (const int signal = signal_caught(); signal != 0) return 128 + signal;
  const auto& history = session->history();
  const model::State& state = history.state_at(at.value_or(history.size()));
  if (!words) {
    write_out("-", model::state_text(state));
    return int(ExitCode::Good);
  }
  std::string text;
  for (const std::string& line : model::text_mirror(history, state, session->story())) text += line + "\n";
  write_out("-", text);
  return int(ExitCode::Good);
}

int why(const WhyOptions& options) {
  const auto session = looked_at(options.what, options.at);
  if (const int signal = signal_caught(); signal != 0) return 128 + signal;
  const auto& history = session->history();
  const model::State& state = history.state_at(options.at.value_or(history.size()));
  const auto subject = model::parse_subject(options.subject, state);
  if (!subject)
    throw InputError(
        fmt::format("\"{}\" names nothing here; write for instance \"frame 5\", \"tlb 3\", \"slice 2\", "
                    "\"request 1\", \"download 1\", \"packet 4\", \"event 120\" or an environment's name",
                    options.subject));
  const model::Because answer = model::explain(history, state, *subject, model::kFullBudget);
  std::string text = answer.sentence + "\n";
  for (const model::Link& link : answer.chain) {
    const model::Event event = history.event(link.event);
    text += fmt::format("  event {:>7}  {:>14}  {}\n", event.number, model::micros_text(event.ticks),
                        model::sentence(event, state));
  }
  if (!answer.complete) text += "  earlier causes lie further back than was looked\n";
  write_out("-", text);
  return int(ExitCode::Good);
}

int verify(const std::string& trace) {
  const auto result = session::verify(trace, [] { return signal_caught() != 0; });
  if (!result.warning.empty()) complain(result.warning);
  if (!result.same) {
    complain(fmt::format("{}: the machine does something else now: {}", trace, result.difference));
    return int(ExitCode::ExpectationsFailed);
  }
  write_out("-", fmt::format("{}: {} events, the same bit for bit\n", trace, result.compared));
  return int(ExitCode::Good);
}

}  // namespace exo::cli
