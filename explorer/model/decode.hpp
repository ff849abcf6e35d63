// From a raw, hostile trace record to an Event, or to the reason why it means nothing.
//
// Invariant: an event whose verdict is Fault::None can be folded without any further bounds check on the arguments that
// the table calls Env, Pfn, Vpn, index, slot or position, and on frames, save where any or none is allowed
// (event_table.hpp).
#pragma once
#include <string>

#include "explorer/model/event.hpp"
#include "explorer/model/event_table.hpp"
#include "kernel/abi/environment_page.hpp"
#include "kernel/abi/trace_ring.hpp"

namespace exo::model {

enum class Fault : std::uint8_t { None, UnknownEvent, Environment, Argument0, Argument1, Argument2, Argument3 };

/// An argument as it is meant. The vectors write only the arguments that an event has: the others hold what stood in
/// the ring before. And they record two registers as they stand: Index, which keeps in its top bit whether the last
/// probe failed, and Cause, of which the event means the code.
[[nodiscard]] inline std::uint32_t argument_of(const abi::TraceRecord& record, unsigned i) {
  const EventRow& row = row_of(record.event);
  if (row.known() && row.kinds[i] == ArgumentKind::None) return 0;
  const std::uint32_t value = record.arguments[i];
  if (i == 0 && abi::Event(record.event) == abi::Event::TlbRefilled) return value & abi::kTlbIndexMask;
  if (i == 0 && abi::Event(record.event) == abi::Event::ExceptionRaised) return abi::cause_code(value);
  return value;
}

/// What is wrong with a record, arguments first to last.
[[nodiscard]] inline Fault check(const abi::TraceRecord& record) {
  const EventRow& row = row_of(record.event);
  if (!row.known()) return Fault::UnknownEvent;
  if (record.environment >= abi::kMaxEnvironments) return Fault::Environment;
  for (unsigned i = 0; i < 4; ++i)
    if (!row.ranges[i].holds(argument_of(record, i))) [[unlikely]]
      return Fault(unsigned(Fault::Argument0) + i);
  return Fault::None;
}

/// The event, whatever its fault: it is shown even if it can't be folded.
[[nodiscard]] inline Event decode(const abi::TraceRecord& record, EventNumber number, Ticks ticks) {
  return {ticks,
          number,
          abi::Event(record.event),
          record.environment,
          record.pc,
          {argument_of(record, 0), argument_of(record, 1), argument_of(record, 2), argument_of(record, 3)}};
}

/// The fault in words: "event 12: FrameAllocated has frame 70000, which is out of range".
[[nodiscard]] std::string complaint_text(const abi::TraceRecord& record, Fault fault);

}  // namespace exo::model
