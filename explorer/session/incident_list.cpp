#include "explorer/session/incident_list.hpp"

#include "explorer/common/error.hpp"
#include "explorer/session/debug_programs.hpp"
#include "explorer/session/incident_words.hpp"

namespace exo::session {

void IncidentList::update(const model::History& history, const std::function<const debugger::Target&()>& target) {
  found_.update(history);
  const auto& all = found_.all();
  if (all.size() < report_.incidents.size()) report_.incidents.clear();  // another run
  report_.count = found_.count();
  if (report_.incidents.size() == all.size()) return;
  const debugger::Target* programs_of = nullptr;
  try {
    programs_of = &target();
  } catch (const InputError&) {
    // Of another build, or not whole: addresses are what is known.
  }
  DebugPrograms programs;
  while (report_.incidents.size() < all.size()) {
    model::Incident one = all[report_.incidents.size()];
    debugger::Symbols* symbols = programs_of != nullptr ? programs.of(*programs_of, one.env) : nullptr;
    one.text = incident_text(one, history.state_at(one.event), symbols);
    report_.incidents.push_back(std::move(one));
  }
}

}  // namespace exo::session
