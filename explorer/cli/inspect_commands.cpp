// `exoscope list`, `state` and `verify`: what can be seen without a window or a lesson being told.
#include <fmt/format.h>

#include "explorer/cli/commands.hpp"
#include "explorer/cli/output.hpp"
#include "explorer/cli/scenario_files.hpp"
#include "explorer/cli/signals.hpp"
#include "explorer/common/error.hpp"
#include "explorer/model/state_text.hpp"
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
      text += fmt::format("{:<29}{}{}\n", scenario.name, scenario.title, minutes);
    } catch (const Error& error) {
      complain(error.what());
      code = int(error.code());
    }
  }
  write_out("-", text);
  return code;
}

int state(const std::string& trace, std::optional<model::EventNumber> at) {
  const auto session = session::Session::recording(trace);
  const auto& history = session->history();
  if (at && *at > history.size())
    throw InputError(
        fmt::format("--at {}: the recording holds {} events; give a number up to that", *at, history.size()));
  for (const auto& complaint : history.complaints())
    complain(fmt::format("{}: after event {}: {}", trace, complaint.number, complaint.text));
  if (!session->warning().empty()) complain(session->warning());
  write_out("-", model::state_text(history.state_at(at.value_or(history.size()))));
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
