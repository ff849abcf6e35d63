// What ended badly so far, each told in one line when it is found.
#pragma once
#include <functional>
#include <vector>

#include "explorer/debugger/target.hpp"
#include "explorer/model/incidents.hpp"

namespace exo::session {

class IncidentList {
 public:
  /// Looks at what has come. `target` knows the programs of the run, and is asked only when something was found; it may
  /// throw InputError, and the lines then have addresses instead of places in the source.
  void update(const model::History& history, const std::function<const debugger::Target&()>& target);
  [[nodiscard]] const model::IncidentReport& report() const { return report_; }

 private:
  model::Incidents found_;
  model::IncidentReport report_;
};

}  // namespace exo::session
