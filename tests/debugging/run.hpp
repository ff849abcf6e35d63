// A lesson that was run to its end, ready to be executed again.
#pragma once
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "explorer/session/debugging.hpp"
#include "explorer/session/rerun.hpp"
#include "explorer/session/session.hpp"

namespace exo::test {

class LessonRun {
 public:
  /// Runs it to its end, or to an event (0: the end). Throws MachineError when that takes too long.
  explicit LessonRun(const std::string& lesson, model::EventNumber until = 0);
  [[nodiscard]] session::Session& session() { return *session_; }

  [[nodiscard]] const model::History& history() const { return session_->history(); }
  [[nodiscard]] session::Rerun& rerun() { return static_cast<session::Rerun&>(session_->debug()); }
  /// Begins a motion and waits for its stop.
  debugger::Stop go(const debugger::Motion& motion);
  debugger::Stop go_to_event(model::EventNumber event);
  [[nodiscard]] model::EventNumber first(abi::Event event, model::EventNumber from = 1) const;

 private:
  std::unique_ptr<session::Session> session_;
  debugger::Stop wait();
};

/// Everything that a moment is: registers, the machine's memory (as a hash), the model's event.
struct Moment {
  debugger::Instant instant = 0;
  model::EventNumber event = 0;
  debugger::Environment acting = 0;
  std::optional<debugger::Registers> registers;
  std::size_t memory = 0;
  friend bool operator==(const Moment&, const Moment&) = default;
};
[[nodiscard]] Moment moment_of(session::Rerun& rerun);

}  // namespace exo::test
