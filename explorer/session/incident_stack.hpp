// The stack of whoever a run ended badly for: the run is executed again up to there.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "explorer/debugger/view.hpp"
#include "explorer/model/incidents.hpp"
#include "explorer/session/debug_stack.hpp"

namespace exo::session {

struct IncidentFrame {
  debugger::FrameView frame;
  std::vector<debugger::ValueView> arguments;
  bool here = false;  ///< what went wrong went wrong in this one
};

struct IncidentStack {
  std::vector<IncidentFrame> frames;  ///< innermost first; of the kernel's none, unless the kernel is what failed
  std::string end;                    ///< why there are no more
  std::string problem;                ///< not empty: why there is no stack
};

/// The frame of a stack that an incident is about; 0 when none is better.
[[nodiscard]] std::size_t frame_of(const model::Incident& incident, const std::vector<debugger::FrameView>& frames);

/// Blocks for as long as it takes to execute the run again, at most half a minute. Never throws: a run that can't be
/// executed again is a `problem`.
[[nodiscard]] IncidentStack incident_stack(Rerun& run, const model::Incident& incident, DebugPrograms& programs,
                                           const std::function<bool()>& interrupted);

}  // namespace exo::session
