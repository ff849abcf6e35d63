// What a run was, as one JSON object. Names and meaning of the keys are fixed; times are microseconds of guest time
// since boot, and what did not happen is null.
#pragma once
#include <string>

#include "explorer/cli/crash_report.hpp"
#include "explorer/session/session.hpp"

namespace exo::cli {

enum class Judgement {
  Good,
  Failed,
  NotJudged,  ///< stopped before the end on purpose
};

[[nodiscard]] std::string json_report(const session::Session& session, const std::string& scenario, Judgement judgement,
                                      const CrashReport& crashes = {});

}  // namespace exo::cli
