// The profile of a session: asked for by a view, counted in the background a little at every turn of the loop.
#pragma once
#include <memory>
#include <string>

#include "explorer/debugger/profile.hpp"
#include "explorer/model/profile_command.hpp"
#include "explorer/session/profile.hpp"

namespace exo::session {

class Profiling {
 public:
  Profiling(const Rerun& rerun, const model::History& history) : rerun_(rerun), history_(history) {}

  // Throw InputError: what is wrong with it.
  void apply(const model::ProfileStretch& stretch);
  void apply(const model::ProfileStop&);
  void apply(const model::SaveProfile& to);
  /// What was done by the last apply(), in one line; may be empty.
  [[nodiscard]] const std::string& words() const { return words_; }

  /// Goes on for about `budget`.
  void pump(std::chrono::microseconds budget);
  [[nodiscard]] const debugger::ProfileView& view() const { return view_; }

 private:
  const Rerun& rerun_;
  const model::History& history_;
  std::unique_ptr<ProfileRun> run_;
  debugger::ProfileView view_;
  std::string words_;
};

}  // namespace exo::session
