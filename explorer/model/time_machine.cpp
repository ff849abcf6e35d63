// Choosing where to start from, and folding from there.
#include "explorer/model/time_machine.hpp"

#include <algorithm>

#include "explorer/model/decode.hpp"
#include "explorer/model/reduce.hpp"

namespace exo::model {

namespace {
const State kNothing{};  ///< before the first event
}

TimeMachine::Start TimeMachine::best_before(EventNumber number) const {
  const EventNumber checkpoint = number - number % History::kCheckpointEvents;
  Start best{checkpoint == 0 ? &kNothing : nullptr, checkpoint};
  const auto consider = [&](const State* state) {
    if (state != nullptr && state->number <= number && state->number > best.number) best = {state, state->number};
  };
  consider(trail_.get());
  for (const Slot& slot : served_) consider(slot.state.get());
  return best;
}

void TimeMachine::copy(const Start& start, State& state) const {
  if (start.state == &state) return;
  if (start.state != nullptr)
    state = *start.state;
  else
    checkpoints_.restore(std::size_t(start.number / History::kCheckpointEvents) - 1, state);
}

void TimeMachine::fold(State& state, EventNumber number) const {
  auto gap = std::lower_bound(gaps_.begin(), gaps_.end(), state.number,
                              [](const Gap& one, EventNumber after) { return one.after < after; });
  while (state.number < number) {
    const EventNumber next = state.number + 1;
    for (; gap != gaps_.end() && gap->after < next; ++gap) apply_gap(state, gap->lost);
    const abi::TraceRecord& record = records_.at(next);
    const Event event = decode(record, next, clock_.ticks(next, record.time));
    if (check(record) == Fault::None)
      reduce(state, event);
    else
      skip(state, event);
  }
}

void TimeMachine::forget(EventNumber count) {
  checkpoints_.forget(std::size_t(count / History::kCheckpointEvents) - 1);
  if (trail_ != nullptr && trail_->number < count) trail_.reset();
  for (Slot& slot : served_)
    if (slot.state != nullptr && slot.state->number < count) slot.state.reset();
}

const State& TimeMachine::at(EventNumber number) {
  ++uses_;
  for (Slot& slot : served_)
    if (slot.state != nullptr && slot.state->number == number) {
      slot.used = uses_;
      return *slot.state;
    }
  Slot& slot = served_[0].used <= served_[1].used ? served_[0] : served_[1];
  Start start = best_before(number);
  // A long way to fold means that the cursor jumped or went back: leave a state a little before it for the steps to
  // come.
  if (number - start.number > 2 * kTrail) {
    if (trail_ == nullptr) trail_ = std::make_unique<State>();
    copy(start, *trail_);
    fold(*trail_, number - kTrail);
    start = {trail_.get(), trail_->number};
  }
  if (slot.state == nullptr) slot.state = std::make_unique<State>();
  copy(start, *slot.state);
  slot.used = uses_;
  fold(*slot.state, number);
  return *slot.state;
}

std::size_t TimeMachine::memory_bytes() const {
  std::size_t states = trail_ != nullptr;
  for (const Slot& slot : served_) states += slot.state != nullptr;
  return states * sizeof(State) + checkpoints_.memory_bytes();
}

}  // namespace exo::model
