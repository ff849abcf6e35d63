#include "explorer/session/session.hpp"

#include "explorer/connection/guest_images.hpp"
#include "explorer/scenario/parse.hpp"
#include "explorer/scenario/plan.hpp"
#include "explorer/session/player.hpp"

namespace exo::session {

std::unique_ptr<Session> Session::live(const LiveOptions& options) {
  BootPlan plan;
  const std::string text = read_scenario_file(options.scenario_path);
  plan.images = std::make_shared<const connection::GuestImages>(connection::load_guest_images());
  const auto programs = program_names(*plan.images);
  plan.scenario = std::make_shared<const scenario::Scenario>(
      scenario::parse(text, options.scenario_path, programs, files_beside(options.scenario_path), options.seed));
  plan.commands = scenario::commands_up_front(*plan.scenario);
  plan.flight_recorder = options.flight_recorder;
  return std::make_unique<Player>(options, std::move(plan), boot);
}

std::unique_ptr<Session> Session::recording(const std::string& path) {
  return std::make_unique<Player>(connection::read_recording(path), path);
}

}  // namespace exo::session
