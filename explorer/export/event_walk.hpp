// A history read once, event by event, with the state after each: what every export is made from. The state is folded
// as it goes, so an event is worded with the names of its own time.
#pragma once
#include <memory>
#include <span>

#include "explorer/model/history.hpp"
#include "explorer/model/query_fields.hpp"

namespace exo::exporting {

class EventWalk {
 public:
  /// Begins before the oldest event that the history has, and goes to the one that is the newest now.
  explicit EventWalk(const model::History& history);
  /// To the next event; false at the end.
  bool next();
  [[nodiscard]] model::EventNumber first() const { return first_; }
  [[nodiscard]] model::EventNumber last() const { return last_; }
  [[nodiscard]] model::EventNumber number() const { return number_; }  ///< of the event it stands at
  [[nodiscard]] const model::Event& event() const { return event_; }
  [[nodiscard]] const model::State& state() const { return *state_; }  ///< after the event
  [[nodiscard]] const model::NamesNow& names() const { return names_; }
  [[nodiscard]] const model::History& history() const { return history_; }

 private:
  const model::History& history_;
  std::unique_ptr<model::State> state_;
  model::NamesNow names_;
  model::Event event_{};
  model::EventNumber number_ = 0, first_ = 0, last_ = 0;
  std::size_t gap_ = 0;
};

}  // namespace exo::exporting
