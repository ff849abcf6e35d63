// Questions about stretches: the sum before the block, and the block's records up to the event asked for.
#include "explorer/views/event_counts.hpp"

#include <algorithm>

#include "explorer/model/event_table.hpp"

namespace exo::views {
namespace {

constexpr Lane sort(abi::Event id) {
  switch (id) {
    case abi::Event::TlbRefilled:
      return Lane::Refill;
    case abi::Event::TlbMissed:
    case abi::Event::ExceptionRaised:
      return Lane::Fault;
    case abi::Event::Transferred:
    case abi::Event::TransferredAsync:
    case abi::Event::YieldedTo:
      return Lane::Transfer;
    case abi::Event::RevokeDemanded:
      return Lane::Deadline;
    case abi::Event::RevokeAborted:
      return Lane::Abort;
    case abi::Event::PacketArrived:
    case abi::Event::PacketSent:
      return Lane::Packet;
    default:
      return model::row_of(id).category == model::Category::revocation ? Lane::Request : Lane::None;
  }
}

constexpr std::array<Lane, abi::kEventNumbers> make_lanes() {
  std::array<Lane, abi::kEventNumbers> lanes{};
  for (std::size_t i = 0; i < lanes.size(); ++i) lanes[i] = sort(abi::Event(i));
  return lanes;
}

constexpr std::array<Lane, abi::kEventNumbers> kLaneOf = make_lanes();

/// Calls `take` with the records of events [first, last].
template <typename Take>
void walk(const model::History& history, model::EventNumber first, model::EventNumber last, Take take) {
  while (first <= last) {
    const auto records = history.records_from(first);
    if (records.empty()) return;
    const std::size_t count = std::min<std::size_t>(records.size(), std::size_t(last - first + 1));
    for (std::size_t i = 0; i < count; ++i) take(records[i]);
    first += count;
  }
}

}  // namespace

Lane lane_of(std::uint16_t event) { return event < kLaneOf.size() ? kLaneOf[event] : Lane::None; }

void EventCounts::forget(model::EventNumber count) {
  count = std::min(count, size_ / kCoarse * kCoarse);
  if (count <= forgotten_) return;
  fine_.erase(fine_.begin(), fine_.begin() + std::ptrdiff_t((count - forgotten_) / kFine));
  coarse_.erase(coarse_.begin(), coarse_.begin() + std::ptrdiff_t((count - forgotten_) / kCoarse));
  forgotten_ = count;
}

LaneCounts EventCounts::upto(const model::History& history, model::EventNumber number) const {
  number = std::clamp(number, forgotten_, size_);
  if (number == size_) return lanes_;
  const std::size_t block = std::size_t(number / kFine);
  LaneCounts counts = fine_[block - std::size_t(forgotten_ / kFine)].before;
  walk(history, block * kFine + 1, number, [&](const abi::TraceRecord& record) {
    const auto lane = std::size_t(lane_of(record.event));
    if (lane < kLanes) ++counts[lane];
  });
  return counts;
}

EventTotals EventCounts::upto_all(const model::History& history, model::EventNumber number) const {
  if (number >= size_) return totals_;
  number = std::max(number, forgotten_);
  const std::size_t block = std::size_t(number / kCoarse);
  EventTotals totals = coarse_[block - std::size_t(forgotten_ / kCoarse)];
  walk(history, block * kCoarse + 1, number, [&](const abi::TraceRecord& record) {
    ++totals.events[record.event < abi::kEventNumbers ? record.event : 0];
    ++totals.envs[record.environment % abi::kMaxEnvironments];
  });
  return totals;
}

EventTotals EventCounts::in(const model::History& history, model::EventNumber first, model::EventNumber last) const {
  if (first == 0 || last < first) return {};
  EventTotals totals = upto_all(history, last);
  const EventTotals before = upto_all(history, first - 1);
  for (std::size_t i = 0; i < totals.events.size(); ++i) totals.events[i] -= before.events[i];
  for (std::size_t i = 0; i < totals.envs.size(); ++i) totals.envs[i] -= before.envs[i];
  return totals;
}

model::EventNumber EventCounts::at_time(const model::History& history, model::Ticks ticks) const {
  // The first block that begins at or after the moment: the answer is its first event or lies in the one before.
  const auto block = std::lower_bound(fine_.begin(), fine_.end(), ticks,
                                      [](const Fine& fine, model::Ticks at) { return fine.first < at; });
  if (block == fine_.begin()) return forgotten_ + 1;
  const auto after = std::size_t(block - fine_.begin()) + std::size_t(forgotten_ / kFine);
  model::EventNumber first = (after - 1) * kFine + 1, end = std::min<model::EventNumber>(after * kFine, size_) + 1;
  while (first < end) {
    const model::EventNumber middle = first + (end - first) / 2;
    if (history.ticks(middle) >= ticks)
      end = middle;
    else
      first = middle + 1;
  }
  return first;
}

}  // namespace exo::views
