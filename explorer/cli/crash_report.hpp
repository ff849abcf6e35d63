// What ended badly in a run, with its stack, and the recording to go back in.
#pragma once
#include <string>
#include <vector>

#include "explorer/cli/output.hpp"
#include "explorer/session/incident_stack.hpp"
#include "explorer/session/session.hpp"

namespace exo::cli {

struct CrashOptions {
  bool stacks = true;    ///< not: only the lines
  std::string trace;     ///< the run was recorded there; empty: a recording is made and kept
  std::string scenario;  ///< its name
};

struct Crash {
  model::Incident incident;
  session::IncidentStack stack;  ///< empty: there were too many, or none was asked for
  debugger::Instant instant = 0;
};

struct CrashReport {
  std::vector<Crash> crashes;
  std::uint64_t count = 0;  ///< with those that are not listed
  std::string recording;    ///< empty: there is none, and `problem` says why
  std::string problem;
};

/// Of a run that is over. Executes it again for the stacks; nothing is done, and nothing written, when all is well.
[[nodiscard]] CrashReport crash_report(session::Session& session, const CrashOptions& options);
void tell(const CrashReport& report, const session::Session& session, const Narrator& narrator);

}  // namespace exo::cli
