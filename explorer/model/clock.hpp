// The clock of the trace: 32-bit tick counts of the records unwrapped to 64 bits, for any event, in a few bytes
// altogether.
//
// Invariant: times never decrease. A step of half the counter's range or more is a step back: that one record is shown
// at the time of its predecessor. When the next record agrees with the odd one, the clock itself has jumped and is
// followed from there on; when it agrees with the records before, the odd one was a lie and changes nothing.
#pragma once
#include <algorithm>
#include <cstdint>
#include <vector>

#include "explorer/model/event.hpp"

namespace exo::model {

class Clock {
 public:
  /// Takes the low word of the next event's time. Returns false when it went backwards.
  bool advance(EventNumber number, std::uint32_t low) {
    if (spans_.empty()) {
      spans_.push_back({number, 0, false});
      last_low_ = low;
      now_ = low;
      return true;
    }
    const std::uint32_t step = low - last_low_;
    if (step < kHalf) [[likely]] {
      if (low < last_low_ || odd_) {
        base_ += low < last_low_ ? (Ticks{1} << 32) : 0;
        spans_.push_back({number, base_, false});
        odd_ = false;
      }
      last_low_ = low;
      now_ = base_ + low;
      return true;
    }
    if (odd_ && low - odd_low_ < kHalf) {  // two in a row say so: the clock has jumped
      now_ += low - odd_low_;
      base_ = now_ - low;
      last_low_ = low;
      odd_ = false;
      spans_.push_back({number, base_, false});
      return true;
    }
    if (!odd_) spans_.push_back({number, now_, true});
    odd_ = true;
    odd_low_ = low;
    return false;
  }

  [[nodiscard]] Ticks now() const { return now_; }

  /// Time of an event whose record holds `low`.
  [[nodiscard]] Ticks ticks(EventNumber number, std::uint32_t low) const {
    if (spans_.size() == 1) [[likely]]
      return spans_[0].fixed ? spans_[0].base : spans_[0].base + low;
    const auto after = std::upper_bound(spans_.begin(), spans_.end(), number,
                                        [](EventNumber wanted, const Span& span) { return wanted < span.from; });
    const Span& span = after == spans_.begin() ? spans_.front() : *(after - 1);
    return span.fixed ? span.base : span.base + low;
  }

  /// Nobody asks for the times of the first `count` events any more.
  void forget(EventNumber count) {
    const auto after = std::upper_bound(spans_.begin(), spans_.end(), count + 1,
                                        [](EventNumber wanted, const Span& span) { return wanted < span.from; });
    if (after - spans_.begin() > 1) spans_.erase(spans_.begin(), after - 1);
  }

  [[nodiscard]] std::size_t memory_bytes() const { return spans_.capacity() * sizeof(Span); }

 private:
  static constexpr std::uint32_t kHalf = 0x8000'0000;
  /// From event `from` on, time is base + low, or (fixed) base alone.
  struct Span {
    EventNumber from;
    Ticks base;
    bool fixed;
  };
  std::vector<Span> spans_;
  Ticks now_ = 0, base_ = 0;
  std::uint32_t last_low_ = 0, odd_low_ = 0;
  bool odd_ = false;  ///< the last record went backwards
};

}  // namespace exo::model
