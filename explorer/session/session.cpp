#include "explorer/session/session.hpp"

#include "explorer/session/boot_plan.hpp"
#include "explorer/session/player.hpp"

namespace exo::session {

std::unique_ptr<Session> Session::live(const LiveOptions& options) {
  BootPlan plan = boot_plan(read_scenario_file(options.scenario_path), options.scenario_path,
                            files_beside(options.scenario_path), options);
  return std::make_unique<Player>(options, std::move(plan), boot);
}

debugger::Target& Session::debug() { throw InputError("this run can't be executed again"); }

std::unique_ptr<Session> Session::recording(const std::string& path) {
  return std::make_unique<Player>(connection::read_recording(path), path);
}

}  // namespace exo::session
