#include "explorer/cli/debugged_run.hpp"

#include <fmt/format.h>

#include "explorer/cli/output.hpp"
#include "explorer/cli/run_through.hpp"
#include "explorer/cli/scenario_files.hpp"
#include "explorer/common/error.hpp"

namespace exo::cli {

std::unique_ptr<session::Session> debugged_run(const std::string& what, std::uint32_t seed) {
  if (is_recording(what)) return session::Session::recording(what);
  session::LiveOptions live;
  live.scenario_path = find_scenario(what);
  live.seed = seed;
  auto session = session::Session::live(live);
  run_through(*session, [] {});
  if (session->failure() != nullptr) {
    if (session->history().size() == 0) throw *session->failure();
    complain(fmt::format("the run ended early: {}", session->failure()->what()));
  }
  return session;
}

}  // namespace exo::cli
