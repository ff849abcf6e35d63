// Choosing where to start from, and folding from there.
#include "explorer/model/time_machine.hpp"

#include <algorithm>

#include "explorer/model/decode.hpp"
#include "explorer/model/reduce.hpp"

namespace exo::model {

namespace {
const State kNothing{};  ///< before the first event
}

const State* TimeMachine::best_before(EventNumber number) const {
  const State* best = &kNothing;
  const auto consider = [&](const State* state) {
    if (state != nullptr && state->number <= number && state->number > best->number) best = state;
  };
  const std::size_t checkpoint = std::size_t(number / History::kCheckpointEvents);
  if (checkpoint != 0) consider(checkpoints_[checkpoint - 1].get());
  consider(trail_.get());
  for (const Slot& slot : served_) consider(slot.state.get());
  return best;
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

const State& TimeMachine::at(EventNumber number) {
  ++uses_;
  for (Slot& slot : served_)
    if (slot.state != nullptr && slot.state->number == number) {
      slot.used = uses_;
      return *slot.state;
    }
  Slot& slot = served_[0].used <= served_[1].used ? served_[0] : served_[1];
  const State* start = best_before(number);
  // A long way to fold means that the cursor jumped or went back: leave a state a little before it for the steps to
  // come.
  if (number - start->number > 2 * kTrail) {
    if (trail_ == nullptr) trail_ = std::make_unique<State>();
    if (start != trail_.get()) *trail_ = *start;
    fold(*trail_, number - kTrail);
    start = trail_.get();
  }
  if (slot.state == nullptr)
    slot.state = std::make_unique<State>(*start);
  else if (start != slot.state.get())
    *slot.state = *start;
  slot.used = uses_;
  fold(*slot.state, number);
  return *slot.state;
}

std::size_t TimeMachine::memory_bytes() const {
  std::size_t states = checkpoints_.size() + (trail_ != nullptr);
  for (const Slot& slot : served_) states += slot.state != nullptr;
  return states * sizeof(State) + checkpoints_.capacity() * sizeof(checkpoints_[0]);
}

}  // namespace exo::model
