// Every revocation request of the run, not only the newest that the state keeps.
//
// Invariant: sorted by id, each id once. The kernel counts requests up from 1, so a new one comes at the end; an id far
// from the last one is not believed (a lie would otherwise cost memory and hide the true ones).
#pragma once
#include <string>
#include <vector>

#include "explorer/model/event.hpp"
#include "explorer/model/state.hpp"

namespace exo::model {

class RequestLog {
 public:
  /// Takes a revocation event. Returns false when its request can't be placed. `certain` is the state's.
  [[nodiscard]] bool take(const Event& event, bool certain);

  /// After an audit that was taken over: requests that the state no longer has under way have come to an end.
  void settle(const State& state);

  /// Lets go of requests of which nothing has happened after event `upto` and that `newest` no longer holds.
  void forget(EventNumber upto, const State& newest);

  [[nodiscard]] const std::vector<RequestState>& all() const { return requests_; }

 private:
  [[nodiscard]] RequestState* find(std::uint32_t id);
  std::vector<RequestState> requests_;
};

}  // namespace exo::model
