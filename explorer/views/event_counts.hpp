// How many events of which sort lie in any stretch of the trace, and where a moment lies in it: sums up to every 64th
// event, and finer ones up to every 8,192nd, in less than a byte an event. What lies between two sums is read from the
// records, so every answer is exact, and costs the same however long the stretch is.
#pragma once
#include <array>
#include <cstdint>
#include <deque>

#include "explorer/model/history.hpp"

namespace exo::views {

/// What the overview of a run counts apart. None: only among all events.
enum class Lane : std::uint8_t { Refill, Fault, Transfer, Request, Deadline, Abort, Packet, None };
inline constexpr std::size_t kLanes = std::size_t(Lane::None);
[[nodiscard]] Lane lane_of(std::uint16_t event);

using LaneCounts = std::array<std::uint32_t, kLanes>;

/// All that happened in a stretch: by event (those that the table doesn't have as 0) and by the environment that acted.
struct EventTotals {
  std::array<std::uint32_t, abi::kEventNumbers> events{};
  std::array<std::uint32_t, abi::kMaxEnvironments> envs{};
};

class EventCounts {
 public:
  /// The next record; `number` is one more than size(). `ticks` is only asked for every 64th.
  void append(const abi::TraceRecord& record, const model::History& history) {
    if (size_ % kFine == 0) fine_.push_back({history.ticks(size_ + 1), lanes_});
    if (size_ % kCoarse == 0) coarse_.push_back(totals_);
    ++size_;
    const std::size_t lane = std::size_t(lane_of(record.event));
    if (lane < kLanes) ++lanes_[lane];
    ++totals_.events[record.event < abi::kEventNumbers ? record.event : 0];
    ++totals_.envs[record.environment % abi::kMaxEnvironments];
  }
  [[nodiscard]] model::EventNumber size() const { return size_; }
  [[nodiscard]] std::size_t memory_bytes() const {
    return fine_.size() * sizeof(Fine) + coarse_.size() * sizeof(EventTotals);
  }
  /// Lets go of the sums of the first `count` events, a multiple of 32,768: nothing is known of them but their number.
  void forget(model::EventNumber count);

  /// Events of each lane among the first `number`.
  [[nodiscard]] LaneCounts upto(const model::History& history, model::EventNumber number) const;
  /// Everything in events [first, last].
  [[nodiscard]] EventTotals in(const model::History& history, model::EventNumber first, model::EventNumber last) const;
  /// First event at or after `ticks`; size() + 1 when there is none among those appended.
  [[nodiscard]] model::EventNumber at_time(const model::History& history, model::Ticks ticks) const;

 private:
  static constexpr std::size_t kFine = 64, kCoarse = 8'192;
  struct Fine {
    model::Ticks first;  ///< time of its first event
    LaneCounts before;
  };
  [[nodiscard]] EventTotals upto_all(const model::History& history, model::EventNumber number) const;

  std::deque<Fine> fine_;
  std::deque<EventTotals> coarse_;
  LaneCounts lanes_{};
  EventTotals totals_;
  model::EventNumber size_ = 0, forgotten_ = 0;
};

}  // namespace exo::views
