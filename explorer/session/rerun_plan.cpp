#include "explorer/session/rerun_plan.hpp"

#include <vector>

#include "explorer/session/captured.hpp"
#include "kernel/abi/tables.hpp"

namespace exo::session {

void repeat(BootPlan& plan, std::span<const abi::TraceRecord> records) {
  plan.commands.clear();
  for (const auto& record : records)
    if (record.event == std::uint16_t(abi::Event::ControlTaken))
      plan.commands.push_back({record.arguments[3], std::uint16_t(record.arguments[0]),
                               std::uint16_t(record.arguments[0] >> 16), record.arguments[1], record.arguments[2]});
  packets::Store store = plan.scenario->store;
  restore_packets(records, store);
  plan.store = store.bytes();
}

void repeat(BootPlan& plan, const model::History& history) {
  std::vector<abi::TraceRecord> records;
  records.reserve(history.size());
  for (model::EventNumber number = 1; number <= history.size();) {
    const auto piece = history.records_from(number);
    if (piece.empty()) break;
    records.insert(records.end(), piece.begin(), piece.end());
    number += piece.size();
  }
  repeat(plan, records);
}

}  // namespace exo::session
