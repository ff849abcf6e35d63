// Counting where a run's instructions go: in a machine of its own that executes the run again from its start, beside
// whatever else goes on. Nothing is sampled, and two profiles of one stretch are the same. What is counted is what the
// machine begins: an instruction that misses is begun again, and so is a jump whose delay slot an interrupt came
// before.
#pragma once
#include <functional>
#include <memory>

#include "explorer/debugger/profile.hpp"
#include "explorer/session/profile_build.hpp"
#include "explorer/session/rerun.hpp"

namespace exo::session {

class ProfileRun {
 public:
  /// Of everything after event `from` up to event `to`. Throws InputError: that is no stretch of this run;
  /// MachineError.
  ProfileRun(const Rerun& rerun, const model::History& history, model::EventNumber from, model::EventNumber to);

  /// Waits at most about so long. True: it is done, take() it. Throws MachineError.
  [[nodiscard]] bool pump(std::chrono::microseconds budget);
  [[nodiscard]] double share() const;
  [[nodiscard]] debugger::Profile take() { return build_->take(); }

 private:
  const Rerun& rerun_;
  const model::History& history_;
  model::EventNumber from_, to_;
  std::unique_ptr<connection::Replica> machine_;
  std::unique_ptr<ProfileBuild> build_;
};

/// The same, blocking; `interrupted` is asked now and then. Throws MachineError.
[[nodiscard]] debugger::Profile profile(const Rerun& rerun, const model::History& history, model::EventNumber from,
                                        model::EventNumber to, const std::function<bool()>& interrupted);

}  // namespace exo::session
