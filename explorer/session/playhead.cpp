#include "explorer/session/playhead.hpp"

#include <algorithm>
#include <cmath>

namespace exo::session {
namespace {

/// After a delay of the window nothing is caught up that lies longer back than this: slow motion stays slow.
constexpr double kMostSeconds = 0.25;
constexpr double kTicksAMicro = 1000.0 / abi::kNanosecondsPerTick;

}  // namespace

void Playhead::restart_clock(const model::History& history, Clock::time_point now) {
  since_ = now;
  credit_ = pace_.unit == model::SetPace::Unit::Micros ? double(history.ticks(cursor_)) : 0;
}

void Playhead::set_pace(const model::SetPace& pace, const model::History& history, Clock::time_point now) {
  pace_ = pace;
  const bool sound = std::isfinite(pace_.per_second) && pace_.per_second > 0;
  if (pace_.unit != model::SetPace::Unit::Full && !sound) pace_.per_second = 1;
  restart_clock(history, now);
}

void Playhead::play(const model::History& history, Clock::time_point now) {
  playing_ = true;
  restart_clock(history, now);
}

void Playhead::seek(model::EventNumber number, const model::History& history) {
  cursor_ = std::min(number, history.size());
  following_ = cursor_ == history.size();
  playing_ = false;
}

void Playhead::follow(const model::History& history) {
  cursor_ = history.size();
  following_ = true;
}

void Playhead::update(const model::History& history) {
  if (following_) cursor_ = history.size();
}

Playhead::Allowance Playhead::allowance(const model::History& history, Clock::time_point now) {
  Allowance result;
  if (pace_.unit == model::SetPace::Unit::Full) {
    result.all = true;
    return result;
  }
  const double seconds = std::clamp(std::chrono::duration<double>(now - since_).count(), 0.0, kMostSeconds);
  since_ = now;
  if (pace_.unit == model::SetPace::Unit::Events) {
    credit_ = std::min(credit_ + seconds * pace_.per_second, std::max(1.0, kMostSeconds * pace_.per_second));
    result.events = model::EventNumber(credit_);
    credit_ -= double(result.events);
    return result;
  }
  const double speed = pace_.per_second * kTicksAMicro;
  const double here = double(history.ticks(cursor_));
  credit_ = std::min(credit_ + seconds * speed, std::max(credit_, here + std::max(1.0, kMostSeconds * speed)));
  result.until = model::Ticks(credit_);
  return result;
}

void Playhead::advance(const Allowance& allowance, const model::History& history) {
  model::EventNumber to = cursor_;
  if (allowance.all)
    to = history.size();
  else if (pace_.unit == model::SetPace::Unit::Events)
    to = cursor_ + std::min(allowance.events, history.size() - cursor_);
  else
    to = std::max(cursor_, history.at_time(allowance.until + 1) - 1);
  cursor_ = std::min(to, history.size());
  following_ = cursor_ == history.size();
}

}  // namespace exo::session
