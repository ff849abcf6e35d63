// Which events touch what: read from the argument kinds of the table, so that a new event is found without a change
// here.
#include "explorer/model/explain.hpp"

#include <algorithm>

#include "explorer/model/decode.hpp"

namespace exo::model {

namespace {

bool is_audit(abi::Event id) { return row_of(id).category == Category::audit; }

bool names_argument(const Event& event, ArgumentKind kind, std::uint32_t value) {
  const EventRow& row = row_of(event.id);
  for (std::size_t i = 0; i < 4; ++i)
    if (row.kinds[i] == kind && event.args[i] == value) return true;
  return false;
}

bool maps_frame(const Event& event, std::uint32_t frame) {
  const EventRow& row = row_of(event.id);
  for (std::size_t i = 0; i < 4; ++i)
    if (row.kinds[i] == ArgumentKind::EntryLo && (event.args[i] & abi::kLoValid) != 0 &&
        abi::entry_lo_pfn(event.args[i]) == abi::pfn_of_frame(frame))
      return true;
  return false;
}

// The rhythm of the day, slices and the upcalls of every slice and miss, is not why an environment is as it is.
bool is_rhythm(const Event& event) {
  if (event.id == abi::Event::Switched || event.id == abi::Event::SliceOver) return true;
  if (event.id != abi::Event::UpcallDelivered && event.id != abi::Event::UpcallPending) return false;
  const auto upcall = abi::Upcall(event.args[1]);
  return upcall == abi::Upcall::SliceStart || upcall == abi::Upcall::SliceEnd || upcall == abi::Upcall::Miss;
}

bool touches_frame(const Event& event, std::uint32_t frame) {
  if (names_argument(event, ArgumentKind::Frame, frame) || names_argument(event, ArgumentKind::Asked, frame))
    return true;
  if (names_argument(event, ArgumentKind::Pfn, abi::pfn_of_frame(frame))) return true;
  if (names_argument(event, ArgumentKind::Resource, abi::resource_of(abi::ResourceKind::Frame, frame))) return true;
  return maps_frame(event, frame);
}

bool touches_environment(const Event& event, std::uint32_t env) {
  const Category category = row_of(event.id).category;
  const bool changes = event.id == abi::Event::IdentifierGiven || event.id == abi::Event::DeviceBound;
  if (!changes && (category == Category::tlb || category == Category::capability)) return false;  // uses
  if (is_rhythm(event)) return false;
  if (names_argument(event, ArgumentKind::Env, env)) return true;
  return event.env == env && (category == Category::application || category == Category::transfer);
}

/// The slot that a Bound speaks of stands in the event; that of others follows from page and environment.
bool touches_slot(const Event& event, std::uint32_t slot) {
  switch (event.id) {
    case abi::Event::Bound:
      return event.args[3] == slot;
    case abi::Event::Unbound:
      return abi::stlb_slot(event.args[1], event.args[0]) == slot;
    case abi::Event::Protected: {
      if (event.args[1] == 0) return false;
      const std::uint32_t first = event.args[0] / 2, last = (event.args[0] + event.args[1] - 1) / 2;
      return (((slot ^ abi::stlb_hash(event.env)) - first) & (abi::kStlbEntries - 1)) <= last - first;
    }
    default:
      return false;
  }
}

/// Who runs in it, whose it is, and whether it is asked back.
bool touches_slice(const Event& event, std::uint32_t position) {
  switch (event.id) {
    case abi::Event::Switched:
      return event.args[2] == position;
    case abi::Event::SliceOver:
    case abi::Event::SliceForfeited:
      return event.args[1] == position;
    case abi::Event::SliceGranted:
    case abi::Event::SliceFreed:
    case abi::Event::SliceTransferred:
      return event.args[0] == position;
    default:
      return names_argument(event, ArgumentKind::Asked, abi::asked_slice(position)) ||
             names_argument(event, ArgumentKind::Resource, abi::resource_of(abi::ResourceKind::Slice, position));
  }
}

/// From its arrival to its end, who was asked about it, and what was sent for it.
bool touches_packet(const Event& event, std::uint32_t packet) {
  switch (event.id) {
    case abi::Event::PacketArrived:
    case abi::Event::PacketClaimed:
    case abi::Event::PacketDelivered:
    case abi::Event::PacketDropped:
      return event.args[0] == packet;
    case abi::Event::CodeRan:
      return event.args[3] == packet && packet != 0;
    case abi::Event::PacketSent:
      return event.args[2] == packet && packet != 0;
    default:
      return false;
  }
}

}  // namespace

bool touches(const Event& event, const Subject& subject) {
  if (is_audit(event.id)) return false;
  switch (subject.kind) {
    case Look::Object::None:
      return false;
    case Look::Object::Frame:
      return touches_frame(event, subject.number);
    case Look::Object::Environment:
      return touches_environment(event, subject.number);
    case Look::Object::TlbEntry:
      return (event.id == abi::Event::TlbWritten || event.id == abi::Event::TlbRefilled) &&
             event.args[0] == subject.number;
    case Look::Object::StlbSlot:
      return touches_slot(event, subject.number);
    case Look::Object::Slice:
      return touches_slice(event, subject.number);
    case Look::Object::Download:
      return names_argument(event, ArgumentKind::Download, subject.number) ||
             names_argument(event, ArgumentKind::Asked, abi::asked_download(subject.number)) ||
             names_argument(event, ArgumentKind::Resource,
                            abi::resource_of(abi::ResourceKind::Download, subject.number));
    case Look::Object::Packet:
      return touches_packet(event, subject.number);
    case Look::Object::Request:
      return names_argument(event, ArgumentKind::Request, subject.number);
  }
  return false;
}

Explanation why(const History& history, const Subject& subject, EventNumber at, std::size_t most,
                std::uint64_t budget) {
  Explanation found;
  at = std::min(at, history.size());
  const EventNumber stop = at > budget ? at - budget : 0;
  constexpr EventNumber kBatch = 256;
  for (EventNumber end = at; end > stop;) {
    const EventNumber first = end > stop + kBatch ? end - kBatch + 1 : stop + 1;
    std::vector<EventNumber> batch;
    for (EventNumber number = first; number <= end;) {
      for (const abi::TraceRecord& record : history.records_from(number)) {
        if (number > end) break;
        if (touches(decode(record, number, 0), subject)) batch.push_back(number);
        ++number;
      }
    }
    for (auto one = batch.rbegin(); one != batch.rend(); ++one) {
      if (found.events.size() == most) {
        found.complete = false;
        return found;
      }
      found.events.push_back(*one);
    }
    end = first - 1;
  }
  found.complete = stop == 0;
  return found;
}

}  // namespace exo::model
