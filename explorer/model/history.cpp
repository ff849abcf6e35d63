// Taking records in: sequence, time and meaning are checked once, here; then every reader of the event is told.
#include "explorer/model/history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "explorer/model/audit.hpp"
#include "explorer/model/clock.hpp"
#include "explorer/model/complaints.hpp"
#include "explorer/model/decode.hpp"
#include "explorer/model/invariants.hpp"
#include "explorer/model/packets.hpp"
#include "explorer/model/programs.hpp"
#include "explorer/model/record_store.hpp"
#include "explorer/model/reduce.hpp"
#include "explorer/model/request_log.hpp"
#include "explorer/model/time_machine.hpp"
#include "explorer/model/words.hpp"

namespace exo::model {

struct History::Impl {
  RecordStore records;
  Clock clock;
  std::vector<Gap> gaps;
  Complaints complaints;
  Invariants invariants;
  Auditor auditor;
  RequestLog requests;
  AttemptLog attempts;
  Traffic traffic;
  State newest{};
  TimeMachine past{records, clock, gaps};
  Ticks forgotten_ticks = 0;   ///< of the last event that was forgotten
  std::uint32_t expected = 0;  ///< sequence number of the next record
  std::array<std::uint64_t, abi::kEventNumbers> totals{};

  void take(const abi::TraceRecord& record);
  void sequence(const abi::TraceRecord& record);
  void apply(const Event& event);
};

/// Notices lost, repeated and torn records: each carries the number of records before it.
void History::Impl::sequence(const abi::TraceRecord& record) {
  const std::uint32_t ahead = record.sequence - expected;
  if (ahead == 0) [[likely]]
    return;
  std::uint64_t lost = ahead;
  if (ahead >= 0x8000'0000) {
    lost = 0;
    complaints.add(records.size(), [&] {
      return fmt::format("the trace's numbering goes backwards from {} to {}: what follows is uncertain", expected,
                         record.sequence);
    });
  }
  gaps.push_back({records.size(), lost});
  apply_gap(newest, lost);
  invariants.forget();
  auditor.interrupt();
}

void History::Impl::apply(const Event& event) {
  const bool was_certain = newest.certain;
  if (was_certain) invariants.before(newest, event);
  reduce(newest, event);
  if (was_certain) invariants.after(newest, event);
  const Category category = row_of(event.id).category;
  if (category == Category::revocation) {
    if (!requests.take(event, newest.certain))
      complaints.add(event.number, [&] {
        return fmt::format("{} speaks of request {}, which is not one that can be: shown, not followed",
                           event_name(event.id), event.args[0]);
      });
  } else if (category == Category::download) {
    attempts.take(event);
  } else if (category == Category::packet) {
    traffic.take(event, newest);
  } else if (category == Category::audit) {
    auditor.take(event, newest, was_certain);
    if (!was_certain && newest.certain) requests.settle(newest);
  }
}

void History::Impl::take(const abi::TraceRecord& record) {
  sequence(record);
  expected = record.sequence + 1;
  records.push(record);
  const EventNumber number = records.size();
  if (!clock.advance(number, record.time)) [[unlikely]]
    complaints.add(number, [&] {
      return fmt::format("time goes backwards at event {}: it is shown at the time of the one before", number);
    });
  const Event event = decode(record, number, clock.now());
  const Fault fault = check(record);
  if (fault == Fault::None) [[likely]] {
    ++totals[record.event];
    apply(event);
  } else {
    complaints.add(number, [&] { return complaint_text(record, fault); });
    skip(newest, event);
  }
  if (number % kCheckpointEvents == 0) past.keep(newest);
}

History::History() : impl_(std::make_unique<Impl>()) {}
History::~History() = default;

void History::append(std::span<const abi::TraceRecord> records) {
  for (const abi::TraceRecord& record : records) impl_->take(record);
}

void History::keep_newest(EventNumber most) {
  if (size() - forgotten() <= most) return;
  const EventNumber count = (size() - most * 3 / 4) / kCheckpointEvents * kCheckpointEvents;
  if (count <= forgotten()) return;
  impl_->forgotten_ticks = ticks(count);
  impl_->records.forget(count);
  impl_->past.forget(count);
  impl_->clock.forget(count);
  auto& gaps = impl_->gaps;  // the one right before the oldest event belongs to its state
  gaps.erase(gaps.begin(), std::ranges::lower_bound(gaps, count, {}, &Gap::after));
  impl_->requests.forget(count, impl_->newest);
  impl_->attempts.forget(count);
  impl_->traffic.forget(count);
}

EventNumber History::forgotten() const { return impl_->records.forgotten(); }

void History::complain(std::string text) {
  impl_->complaints.add(size(), [&] { return printable(text); });
}

EventNumber History::size() const { return impl_->records.size(); }

Event History::event(EventNumber number) const {
  const abi::TraceRecord raw = record(number);
  return decode(raw, number, ticks(number));
}

abi::TraceRecord History::record(EventNumber number) const {
  if (number < 1 || number > size())
    throw std::out_of_range(fmt::format("event {} is not among the {} recorded ones", number, size()));
  return impl_->records.at(number);
}

Ticks History::ticks(EventNumber number) const {
  if (number == 0 || size() == 0) return 0;
  number = std::min(number, size());
  if (number <= forgotten()) return impl_->forgotten_ticks;
  return impl_->clock.ticks(number, impl_->records.at(number).time);
}

std::span<const abi::TraceRecord> History::records_from(EventNumber number) const {
  return impl_->records.from(number);
}

EventNumber History::at_time(Ticks wanted) const {
  EventNumber first = 1, end = size() + 1;  // the answer lies in [first, end]
  while (first < end) {
    const EventNumber middle = first + (end - first) / 2;
    if (ticks(middle) >= wanted)
      end = middle;
    else
      first = middle + 1;
  }
  return first;
}

const State& History::newest() const { return impl_->newest; }

const State& History::state_at(EventNumber number) const {
  return number >= size() ? impl_->newest : impl_->past.at(std::max(number, forgotten()));
}

const std::vector<RequestState>& History::requests() const { return impl_->requests.all(); }
const std::vector<Attempt>& History::attempts() const { return impl_->attempts.all(); }
const std::vector<RoundTrip>& History::round_trips() const { return impl_->traffic.round_trips(); }
const std::vector<AuditResult>& History::audits() const { return impl_->auditor.results(); }
const std::vector<Gap>& History::gaps() const { return impl_->gaps; }
const std::vector<Complaint>& History::complaints() const { return impl_->complaints.list(); }
std::uint64_t History::complaint_count() const { return impl_->complaints.count(); }
const std::vector<Complaint>& History::broken_invariants() const { return impl_->invariants.broken().list(); }
std::uint64_t History::broken_count() const { return impl_->invariants.broken().count(); }

std::uint64_t History::total(abi::Event id) const {
  return std::size_t(id) < impl_->totals.size() ? impl_->totals[std::size_t(id)] : 0;
}

std::size_t History::memory_bytes() const {
  return sizeof(Impl) + impl_->records.memory_bytes() + impl_->clock.memory_bytes() + impl_->past.memory_bytes() +
         impl_->gaps.capacity() * sizeof(Gap) + impl_->attempts.all().capacity() * sizeof(Attempt) +
         impl_->traffic.round_trips().capacity() * sizeof(RoundTrip) +
         impl_->requests.all().capacity() * sizeof(RequestState);
}

}  // namespace exo::model
