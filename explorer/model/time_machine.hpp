// The state at any event: the nearest checkpoint, folded forwards. What was computed last is kept, so that stepping and
// scrubbing fold a few events instead of thousands.
//
// Invariant: every kept state is exactly the fold of its first `number` events, with the gaps before them.
#pragma once
#include <array>
#include <memory>
#include <vector>

#include "explorer/model/checkpoint_store.hpp"
#include "explorer/model/clock.hpp"
#include "explorer/model/history.hpp"
#include "explorer/model/record_store.hpp"

namespace exo::model {

class TimeMachine {
 public:
  TimeMachine(const RecordStore& records, const Clock& clock, const std::vector<Gap>& gaps)
      : records_(records), clock_(clock), gaps_(gaps) {}

  /// `newest` after a multiple of History::kCheckpointEvents events.
  void keep(const State& newest) { checkpoints_.keep(newest); }

  /// The first `count` events, a multiple of History::kCheckpointEvents, are forgotten: no state before that any more.
  void forget(EventNumber count);

  /// number <= records, and not before what is forgotten. Good until the call after the next with another number.
  [[nodiscard]] const State& at(EventNumber number);

  [[nodiscard]] std::size_t memory_bytes() const;

 private:
  /// How far behind a step back the trail is left, so that the next ones are short.
  static constexpr EventNumber kTrail = 1024;
  struct Slot {
    std::unique_ptr<State> state;
    std::uint64_t used = 0;
  };

  /// Where to fold from: a state at hand, or (none) a checkpoint, after so many events.
  struct Start {
    const State* state;
    EventNumber number;
  };
  [[nodiscard]] Start best_before(EventNumber number) const;
  void copy(const Start& start, State& state) const;
  void fold(State& state, EventNumber number) const;

  const RecordStore& records_;
  const Clock& clock_;
  const std::vector<Gap>& gaps_;
  CheckpointStore checkpoints_;  ///< [i]: after (i + 1) * kCheckpointEvents events
  std::array<Slot, 2> served_;
  std::unique_ptr<State> trail_;
  std::uint64_t uses_ = 0;
};

}  // namespace exo::model
