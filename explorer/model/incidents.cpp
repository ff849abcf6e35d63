#include "explorer/model/incidents.hpp"

#include <algorithm>
#include <optional>

#include "kernel/abi/tables.hpp"

namespace exo::model {
namespace {

std::uint64_t bit_of(std::uint32_t env) { return std::uint64_t{1} << (env % abi::kMaxEnvironments); }

std::optional<Incident> of_note(const Event& event) {
  Incident one;
  switch (abi::Note(event.args[0])) {
    case abi::Note::Crashed:
      one.kind = Incident::Kind::Crashed;
      one.code = event.args[1];
      one.address = event.args[2];
      one.pc = event.args[3];
      break;
    case abi::Note::CheckFailed:
      one.kind = Incident::Kind::Failed;
      one.line = event.args[1];
      one.got = event.args[2];
      one.wanted = event.args[3];
      one.compares = true;
      break;
    case abi::Note::AssertionFailed:
      one.kind = Incident::Kind::Failed;
      one.line = event.args[1];
      one.pc = event.args[2];
      break;
    default:
      return std::nullopt;
  }
  one.env = event.env;
  return one;
}

// The kernel says what it was told to do just before it does it.
bool was_asked_for(const Event& killed, const abi::TraceRecord& before) {
  return before.event == std::uint16_t(abi::Event::ControlTaken) &&
         before.arguments[0] == (killed.args[0] << 16 | std::uint32_t(abi::ControlOp::Kill));
}

std::optional<Incident> of_killed(const Event& event, const abi::TraceRecord& before) {
  const auto reason = abi::Reason(event.args[1]);
  if (reason == abi::Reason::Exited || was_asked_for(event, before)) return std::nullopt;
  Incident one;
  one.kind = Incident::Kind::Destroyed;
  one.env = event.args[0];
  one.actor = event.env;
  one.code = event.args[1];
  if (event.env == event.args[0]) one.pc = event.pc;
  return one;
}

}  // namespace

void Incidents::take(const Event& event) {
  std::optional<Incident> found;
  switch (event.id) {
    case abi::Event::Noted:
      found = of_note(event);
      break;
    case abi::Event::EnvCreated:
      building_ |= bit_of(event.args[0]);
      return;
    case abi::Event::EnvStarted:
      building_ &= ~bit_of(event.args[0]);
      return;
    case abi::Event::EnvKilled:
      if ((building_ & bit_of(event.args[0])) == 0) found = of_killed(event, before_);
      break;
    case abi::Event::Panic:
      found = Incident{};
      found->kind = Incident::Kind::Panicked;
      found->pc = event.args[0];
      found->code = event.args[1];
      break;
    default:
      break;
  }
  if (!found) return;
  found->event = event.number;
  found->at = event.ticks;
  if (count_++ < kMost) all_.push_back(*found);
}

void Incidents::update(const History& history) {
  if (source_ != &history || history.size() < scanned_) {
    *this = Incidents{};
    source_ = &history;
  }
  scanned_ = std::max(scanned_, history.forgotten());
  while (scanned_ < history.size()) {
    const auto records = history.records_from(scanned_ + 1);
    if (records.empty()) break;
    for (const abi::TraceRecord& record : records) {
      ++scanned_;
      switch (abi::Event(record.event)) {
        case abi::Event::Noted:
        case abi::Event::EnvCreated:
        case abi::Event::EnvStarted:
        case abi::Event::EnvKilled:
        case abi::Event::Panic:
          take(history.event(scanned_));
          break;
        default:
          break;
      }
      before_ = record;
    }
  }
}

}  // namespace exo::model
