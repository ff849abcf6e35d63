#include "explorer/session/backings.hpp"

#include <algorithm>

#include "kernel/abi/memory_layout.hpp"

namespace exo::session {

using abi::Event;
using model::EventNumber;

namespace {

bool changes_owner(const abi::TraceRecord& record) {
  switch (Event(record.event)) {
    case Event::FrameAllocated:
    case Event::FrameFreed:
    case Event::FrameTransferred:
      return record.arguments[0] < abi::kFrameCount;
    default:
      return false;
  }
}

/// Calls take(number, record) for all that is known of a run.
template <class Take>
void each_event(const model::History& history, const Take& take) {
  EventNumber number = history.forgotten() + 1;
  for (auto records = history.records_from(number); !records.empty(); records = history.records_from(number))
    for (const abi::TraceRecord& record : records) take(number++, record);
}

}  // namespace

std::vector<Backing> backings_of(const model::History& history, std::uint32_t env, std::uint32_t page) {
  std::vector<Backing> out;
  std::vector<EventNumber> owned_since(abi::kFrameCount, 0);
  const auto close = [&](auto&& is_it, EventNumber number) {
    for (Backing& one : out)
      if (one.to > number && is_it(one)) one.to = number;
  };
  each_event(history, [&](EventNumber number, const abi::TraceRecord& record) {
    if (changes_owner(record)) {
      const std::uint32_t pfn = abi::pfn_of_frame(record.arguments[0]);
      owned_since[record.arguments[0]] = number;
      close([&](const Backing& one) { return one.pfn == pfn; }, number);
    }
    if (Event(record.event) != Event::Bound || record.environment != env || record.arguments[0] != page) return;
    const std::uint32_t pfn = record.arguments[1];
    if (!out.empty() && out.back().pfn == pfn && out.back().to > number) return;
    close([&](const Backing& one) { return one.pfn != pfn; }, number);
    out.push_back({pfn, abi::is_exported(pfn) ? owned_since[abi::frame_of_pfn(pfn)] : 0});
  });
  return out;
}

Backing owned_around(const model::History& history, std::uint32_t pfn, EventNumber at) {
  Backing out{pfn};
  if (!abi::is_exported(pfn)) return out;
  each_event(history, [&](EventNumber number, const abi::TraceRecord& record) {
    if (!changes_owner(record) || record.arguments[0] != abi::frame_of_pfn(pfn)) return;
    if (number <= at)
      out.from = number;
    else
      out.to = std::min(out.to, number);
  });
  return out;
}

}  // namespace exo::session
