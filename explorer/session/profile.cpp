#include "explorer/session/profile.hpp"

#include <fmt/format.h>

#include "explorer/common/error.hpp"
#include "explorer/session/rerun_plan.hpp"

namespace exo::session {
namespace {

constexpr std::chrono::milliseconds kTurn{50};
constexpr double kExecuting = 0.8;  // of the work; the rest is names

}  // namespace

ProfileRun::ProfileRun(const Rerun& rerun, const model::History& history, model::EventNumber from,
                       model::EventNumber to)
    : rerun_(rerun), history_(history), from_(from), to_(to) {
  if (from >= to || to > history.size())
    throw InputError(
        fmt::format("the stretch from event {} to {} is none: the run has {} events", from, to, history.size()));
  machine_ = rerun.again([&](connection::ProbeShared& probe) {
    probe.profiling = 1;
    probe.profile_from = from;
    probe.profile_to = to;
    if (from != 0) probe.hits_from = connection::kProbeNever;
    probe.hold_instruction = connection::kProbeNever;
    probe.hold_event = to;
  });
}

bool ProfileRun::pump(std::chrono::microseconds budget) {
  if (!build_) {
    if (!machine_->held(budget)) return false;
    same_run(machine_->memory(), history_, to_);
    build_ = std::make_unique<ProfileBuild>(machine_->probe().tree, rerun_, from_, to_);
  }
  return build_->pump(budget);
}

double ProfileRun::share() const {
  if (build_) return kExecuting + (1 - kExecuting) * build_->share();
  return kExecuting * std::min(1.0, double(machine_->probe().events) / double(to_));
}

debugger::Profile profile(const Rerun& rerun, const model::History& history, model::EventNumber from,
                          model::EventNumber to, const std::function<bool()>& interrupted) {
  ProfileRun run(rerun, history, from, to);
  while (!run.pump(kTurn))
    if (interrupted()) throw MachineError("interrupted before everything was counted");
  return run.take();
}

}  // namespace exo::session
