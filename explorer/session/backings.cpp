#include "explorer/session/backings.hpp"

#include <algorithm>

#include "kernel/abi/memory_layout.hpp"

namespace exo::session {

using abi::Event;
using model::EventNumber;

std::vector<Backing> backings_of(const model::History& history, std::uint32_t env, std::uint32_t page) {
  std::vector<Backing> out;
  std::vector<EventNumber> owned_since(abi::kFrameCount, 0);
  const auto close = [&](auto&& is_it, EventNumber number) {
    for (Backing& one : out)
      if (one.to > number && is_it(one)) one.to = number;
  };
  EventNumber number = history.forgotten() + 1;
  for (auto records = history.records_from(number); !records.empty(); records = history.records_from(number)) {
    for (const abi::TraceRecord& record : records) {
      switch (Event(record.event)) {
        case Event::FrameAllocated:
        case Event::FrameFreed:
        case Event::FrameTransferred: {
          const std::uint32_t frame = record.arguments[0];
          if (frame >= abi::kFrameCount) break;
          owned_since[frame] = number;
          close([&](const Backing& one) { return one.pfn == abi::pfn_of_frame(frame); }, number);
          break;
        }
        case Event::Bound: {
          const std::uint32_t pfn = record.arguments[1];
          if (record.environment != env || record.arguments[0] != page) break;
          if (!out.empty() && out.back().pfn == pfn && out.back().to > number) break;
          close([&](const Backing& one) { return one.pfn != pfn; }, number);
          out.push_back({pfn, abi::is_exported(pfn) ? owned_since[abi::frame_of_pfn(pfn)] : 0});
          break;
        }
        default:
          break;
      }
      ++number;
    }
  }
  return out;
}

}  // namespace exo::session
