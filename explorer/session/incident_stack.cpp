#include "explorer/session/incident_stack.hpp"

#include <algorithm>
#include <chrono>

#include "explorer/common/error.hpp"
#include "explorer/session/debug_values.hpp"
#include "explorer/session/incident_words.hpp"

namespace exo::session {

using debugger::FrameView;
using debugger::Stop;
using model::Incident;

namespace {

constexpr std::chrono::milliseconds kTurn{20};
constexpr std::chrono::seconds kPatience{30};
constexpr std::uint32_t kCallAndSlot = 8;  // a caller goes on so far behind its call

// "" when the run stands there.
std::string go_to(Rerun& run, model::EventNumber event, const std::function<bool()>& interrupted) {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  run.move_to_event(event);
  bool stopping = false;
  for (;;) {
    if (const auto stop = run.poll(kTurn)) {
      if (stop->why == Stop::Why::Lost) return stop->text;
      return stopping ? "executing the run again was given up" : "";
    }
    const bool late = std::chrono::steady_clock::now() > until;
    if (late && stopping) return "executing the run again took too long";
    if (!stopping && (late || interrupted())) {
      stopping = true;
      run.interrupt();
    }
  }
}

}  // namespace

std::size_t frame_of(const Incident& incident, const std::vector<FrameView>& frames) {
  const auto is_it = [&](const FrameView& frame) {
    const bool kernels = frame.env == debugger::kKernel;
    return kernels == (incident.kind == Incident::Kind::Panicked) && !only_reports(frame.function);
  };
  const auto at_pc = std::ranges::find_if(frames, [&](const FrameView& frame) {
    return incident.pc != 0 && (frame.pc == incident.pc || frame.pc == incident.pc + kCallAndSlot) && is_it(frame);
  });
  const auto found = at_pc != frames.end() ? at_pc : std::ranges::find_if(frames, is_it);
  return found == frames.end() ? 0 : std::size_t(found - frames.begin());
}

IncidentStack incident_stack(Rerun& run, const Incident& incident, DebugPrograms& programs,
                             const std::function<bool()>& interrupted) {
  IncidentStack out;
  try {
    out.problem = go_to(run, incident.event, interrupted);
    if (!out.problem.empty()) return out;
    // Who acts is entered from the kernel, which runs here; anybody else waits with its registers put away.
    const bool acts = incident.env == debugger::kKernel || incident.env == run.acting();
    const Stack stack = stack_of(run, acts ? run.running() : incident.env, programs);
    out.end = stack.end;
    const bool panicked = incident.kind == Incident::Kind::Panicked;
    const auto belongs = [&](const FrameView& frame) { return panicked || frame.env != debugger::kKernel; };
    if (std::ranges::none_of(stack.frames, belongs)) {
      out.problem = stack.frames.empty() ? stack.end : "the kernel has kept nothing of the program";
      return out;
    }
    const std::size_t here = frame_of(incident, stack.frames);
    debugger::View view;
    for (std::size_t i = 0; i < stack.frames.size(); ++i) {
      const FrameView& frame = stack.frames[i];
      if (i < here && out.frames.empty() && (!belongs(frame) || only_reports(frame.function))) continue;
      view.frame = std::uint32_t(i);
      show_values(view, stack, {}, run, programs);
      out.frames.push_back({frame, view.arguments, i == here});
    }
    // What led to the report is not shown, so neither is what lies between the two.
    out.frames.front().frame.boundary.clear();
  } catch (const std::exception& error) {
    out.problem = error.what();
  }
  return out;
}

}  // namespace exo::session
