#include "explorer/session/rerun_plan.hpp"

#include <fmt/format.h>

#include <cstring>
#include <vector>

#include "explorer/common/error.hpp"
#include "explorer/scenario/parse.hpp"
#include "explorer/session/captured.hpp"
#include "kernel/abi/tables.hpp"

namespace exo::session {

BootPlan plan_of(const connection::RecordingHeader& header, const std::string& path) {
  BootPlan plan;
  plan.images = std::make_shared<const connection::GuestImages>(connection::load_guest_images());
  if (header.build_identity != plan.images->identity)
    throw InputError(
        fmt::format("{}: it was recorded with build {}, this is build {}; build that version, or record it anew", path,
                    header.build_identity, plan.images->identity));
  plan.scenario = std::make_shared<const scenario::Scenario>(
      scenario::parse(header.scenario_text, header.scenario_name + ".toml", program_names(*plan.images),
                      files_of(header), header.seed));
  return plan;
}

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

void same_run(const connection::GuestMemory& machine, const model::History& history, model::EventNumber events) {
  const abi::TraceRecord* ring = machine.ring();
  for (model::EventNumber i = events > abi::kTraceCapacity ? events - abi::kTraceCapacity : 0; i < events; ++i) {
    const abi::TraceRecord record = history.record(i + 1);
    if (std::memcmp(&record, &ring[i % abi::kTraceCapacity], sizeof record) != 0)
      throw MachineError(fmt::format("executed again, the run was another one from event {} on; boot it again", i + 1));
  }
}

}  // namespace exo::session
