#include "explorer/session/verify.hpp"

#include <fmt/format.h>

#include <cstring>

#include "explorer/common/error.hpp"
#include "explorer/connection/recording.hpp"
#include "explorer/model/words.hpp"
#include "explorer/session/guest.hpp"
#include "explorer/session/rerun_plan.hpp"

namespace exo::session {
namespace {

using connection::MachineState;

constexpr std::chrono::milliseconds kWait{5};
constexpr std::chrono::seconds kPatience{
    20};  ///< wall time without an event: the guest of a true recording has one sooner

std::string describe(const abi::TraceRecord& record) {
  return fmt::format("{} at {} of environment {}, pc {:#x}, arguments {:#x} {:#x} {:#x} {:#x}",
                     model::event_name(abi::Event(record.event)), record.time, record.environment, record.pc,
                     record.arguments[0], record.arguments[1], record.arguments[2], record.arguments[3]);
}

void refuse_gaps(const connection::Recording& recording, const std::string& path) {
  if (recording.records.empty())
    throw InputError(fmt::format("{}: the recording holds no event; record it anew", path));
  for (std::size_t i = 0; i < recording.records.size(); ++i)
    if (recording.records[i].sequence != std::uint32_t(i))
      throw InputError(fmt::format(
          "{}: events are missing before number {}, so it can't be compared; record without --flight-recorder", path,
          i + 1));
}

}  // namespace

Verification verify(const std::string& path, const std::function<bool()>& interrupted) {
  const connection::Recording recording = connection::read_recording(path);
  BootPlan plan = plan_of(recording.header, path);
  refuse_gaps(recording, path);
  repeat(plan, recording.records);
  plan.stop.at = recording.records.size();
  const auto guest = boot(plan);
  guest->resume();

  Verification result;
  result.warning = recording.warning;
  std::vector<abi::TraceRecord> fresh;
  auto last = std::chrono::steady_clock::now();
  while (result.compared < recording.records.size()) {
    if (interrupted()) throw MachineError("interrupted before the end of the recording was reached");
    const MachineState state = guest->poll(kWait);
    fresh.clear();
    const auto count = guest->drain(fresh);
    const auto now = std::chrono::steady_clock::now();
    if (count != 0) last = now;
    for (const auto& record : fresh) {
      if (result.compared == recording.records.size()) break;
      const auto& old = recording.records[result.compared];
      if (std::memcmp(&old, &record, sizeof record) != 0) {
        result.difference =
            fmt::format("event {}: recorded {}; now {}", result.compared + 1, describe(old), describe(record));
        return result;
      }
      ++result.compared;
    }
    if (count != 0) continue;
    if (state == MachineState::Dead)
      throw MachineError(fmt::format("the machine is gone after {} events: {}", result.compared, guest->ending()));
    if (now - last > kPatience || state == MachineState::Stopped) {
      result.difference = fmt::format("event {}: recorded {}; now nothing happens", result.compared + 1,
                                      describe(recording.records[result.compared]));
      return result;
    }
  }
  result.same = true;
  return result;
}

}  // namespace exo::session
