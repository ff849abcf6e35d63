// The fold: State after N events = reduce applied N times to State{}. Pure and deterministic; the same for live events,
// for a recording and for going back to a checkpoint.
//
// Invariant: whatever events come, in whatever order, nothing is touched out of bounds and the counts in State (frames
// of an environment, bindings of a frame, free frames, TLB halves, STLB entries) are those of the tables beside them:
// counts change only together with the table, in reduce_parts.hpp.
#pragma once
#include "explorer/model/decode.hpp"
#include "explorer/model/event.hpp"
#include "explorer/model/state.hpp"

namespace exo::model {

/// Applies one event that has no fault (decode.hpp).
void reduce(State& state, const Event& event);

/// An event that means nothing: time and number go on, nothing else changes.
inline void skip(State& state, const Event& event) {
  state.number = event.number;
  state.now = event.ticks;
}

/// Events are missing before the next one: what the tables say is uncertain until an audit has shown them.
inline void apply_gap(State& state, std::uint64_t lost) {
  state.certain = false;
  state.adopting = false;
  state.dropped += lost;
}

/// One revocation event applied to one request; used for the state's own table and for the log of all requests.
void reduce_request(RequestState& request, const Event& event);

/// A deadline's low 32 bits as a full time, which lies within half the clock's range of `now`.
[[nodiscard]] inline Ticks unwrap_near(Ticks now, std::uint32_t low) {
  const auto distance = std::int64_t(std::int32_t(low - std::uint32_t(now)));
  return distance < 0 && Ticks(-distance) > now ? 0 : now + Ticks(distance);
}

}  // namespace exo::model
