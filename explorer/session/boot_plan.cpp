// From a scenario's text to what a machine is booted with.
#include "explorer/session/boot_plan.hpp"

#include "explorer/connection/guest_images.hpp"
#include "explorer/scenario/parse.hpp"
#include "explorer/scenario/plan.hpp"

namespace exo::session {

BootPlan boot_plan(const std::string& text, const std::string& file, const scenario::FileReader& read,
                   const LiveOptions& options) {
  BootPlan plan;
  plan.images = std::make_shared<const connection::GuestImages>(connection::load_guest_images());
  const auto programs = program_names(*plan.images);
  const std::string changed = options.programs.empty() ? text : scenario::substitute(text, file, options.programs);
  plan.scenario =
      std::make_shared<const scenario::Scenario>(scenario::parse(changed, file, programs, read, options.seed));
  plan.commands = scenario::commands_up_front(*plan.scenario);
  plan.flight_recorder = options.flight_recorder;
  return plan;
}

}  // namespace exo::session
