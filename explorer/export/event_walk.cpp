#include "explorer/export/event_walk.hpp"

#include "explorer/model/decode.hpp"
#include "explorer/model/reduce.hpp"

namespace exo::exporting {

EventWalk::EventWalk(const model::History& history)
    : history_(history),
      state_(std::make_unique<model::State>(history.state_at(history.forgotten()))),
      names_(*state_),
      number_(history.forgotten()),
      first_(number_ + 1),
      last_(history.size()) {
  while (gap_ < history.gaps().size() && history.gaps()[gap_].after < number_) ++gap_;
}

bool EventWalk::next() {
  if (number_ >= last_) return false;
  ++number_;
  for (; gap_ < history_.gaps().size() && history_.gaps()[gap_].after < number_; ++gap_)
    model::apply_gap(*state_, history_.gaps()[gap_].lost);
  event_ = history_.event(number_);
  if (model::check(history_.record(number_)) == model::Fault::None)
    model::reduce(*state_, event_);
  else
    model::skip(*state_, event_);
  names_.take(event_);
  return true;
}

}  // namespace exo::exporting
