// Where the viewer stands in a run, and how fast that moves: cursor, following, pace. Knows numbers and times only, so
// that playing a recording and running a machine in slow motion are the same thing.
#pragma once
#include <chrono>

#include "explorer/model/command.hpp"
#include "explorer/model/history.hpp"

namespace exo::session {

class Playhead {
 public:
  using Clock = std::chrono::steady_clock;

  [[nodiscard]] model::EventNumber cursor() const { return cursor_; }
  [[nodiscard]] bool following() const { return following_; }
  [[nodiscard]] bool playing() const { return playing_; }
  [[nodiscard]] const model::SetPace& pace() const { return pace_; }

  void set_pace(const model::SetPace& pace, const model::History& history, Clock::time_point now);
  void play(const model::History& history, Clock::time_point now);
  void stop() { playing_ = false; }
  /// To a moment of the history. Looking back ends playing.
  void seek(model::EventNumber number, const model::History& history);
  void follow(const model::History& history);
  /// Keeps the cursor at the newest event when following.
  void update(const model::History& history);

  /// What may happen by `now` at this pace, counted from the last call: so many events, or events up to a time.
  struct Allowance {
    bool all = false;               ///< as fast as it goes
    model::EventNumber events = 0;  ///< Events
    model::Ticks until = 0;         ///< Micros
  };
  [[nodiscard]] Allowance allowance(const model::History& history, Clock::time_point now);
  /// Moves the cursor forward within the history by an allowance.
  void advance(const Allowance& allowance, const model::History& history);

 private:
  model::EventNumber cursor_ = 0;
  bool following_ = true, playing_ = false;
  model::SetPace pace_;
  Clock::time_point since_{};
  double credit_ = 0;  ///< Events: fractions of an event; Micros: the virtual clock in ticks

  void restart_clock(const model::History& history, Clock::time_point now);
};

}  // namespace exo::session
