// Everything that happened, and the state at any moment of it: raw records (32 bytes an event) and a checkpoint of the
// state every kCheckpointEvents events, compressed. Memory stays under 40 bytes an event, whatever the machine does,
// and a seek folds at most one interval.
//
// The source of records (live ring or recording) only appends. Nothing here does input or output.
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "explorer/model/event.hpp"
#include "explorer/model/state.hpp"
#include "kernel/abi/trace_ring.hpp"

namespace exo::model {

/// Something the reader found wrong in the guest's ring: shown, counted, and gone on from.
struct Complaint {
  EventNumber number = 0;  ///< after which event
  std::string text;
};

/// Result of the audit that ended at event `number`.
struct AuditResult {
  EventNumber number = 0;
  std::uint64_t checked = 0;
  std::vector<std::string> differences;  ///< in words; at most kDifferencesKept of them
  std::uint64_t difference_count = 0;    ///< all of them
  bool adopted = false;                  ///< after a gap there is nothing to compare: the tables were taken over
  static constexpr std::size_t kDifferencesKept = 10'000;
};

/// Events lost between two records: `after` is the last event before the gap.
struct Gap {
  EventNumber after = 0;
  std::uint64_t lost = 0;
};

struct Attempt;
struct RoundTrip;

class History {
 public:
  static constexpr EventNumber kCheckpointEvents = 65'536;

  History();
  ~History();
  History(const History&) = delete;
  History& operator=(const History&) = delete;

  /// Appends records as copied from the ring: checks them (unknown events, sequence, time), folds them into the newest
  /// state. A gap in the sequence is counted and marks the state as uncertain until the next audit.
  void append(std::span<const abi::TraceRecord> records);

  /// Flight recorder: lets go of the oldest events, so that at most `most` are left (and at least 3/4 of them). Numbers
  /// stay what they are: of a forgotten event nothing is known but that it was (it decodes as an unknown one), and the
  /// state then is the one after all that were forgotten. What was over by then is forgotten, too: requests, attempts,
  /// round trips, gaps. Counts and audits are kept, so what is held follows from `most` and not from how long it runs.
  void keep_newest(EventNumber most);
  [[nodiscard]] EventNumber forgotten() const;

  /// A complaint about the source that is not about a record (an impossible head, for instance).
  void complain(std::string text);

  [[nodiscard]] EventNumber size() const;               ///< events taken in
  [[nodiscard]] Event event(EventNumber number) const;  ///< 1 <= number <= size(); throws std::out_of_range
  [[nodiscard]] abi::TraceRecord record(EventNumber number) const;
  [[nodiscard]] Ticks ticks(EventNumber number) const;  ///< time of an event; 0 for number 0
  /// Raw records from event `number` on, as many as lie in one piece; empty when there is no such event. For fast
  /// scans.
  [[nodiscard]] std::span<const abi::TraceRecord> records_from(EventNumber number) const;
  /// First event whose time is at or after `ticks`; size() + 1 when there is none.
  [[nodiscard]] EventNumber at_time(Ticks ticks) const;

  [[nodiscard]] const State& newest() const;
  /// State after `number` events (clamped). The reference stays good until the next call of state_at or append.
  [[nodiscard]] const State& state_at(EventNumber number) const;

  /// Every revocation request of the run, in order of their ids, as it stands at the newest event.
  [[nodiscard]] const std::vector<RequestState>& requests() const;
  /// Attempts to download code (programs.hpp), and packets that were answered (packets.hpp), in their order.
  [[nodiscard]] const std::vector<Attempt>& attempts() const;
  [[nodiscard]] const std::vector<RoundTrip>& round_trips() const;
  [[nodiscard]] const std::vector<AuditResult>& audits() const;
  [[nodiscard]] const std::vector<Gap>& gaps() const;
  /// What was wrong with the source: the first kComplaintsKept, and how many there were.
  [[nodiscard]] const std::vector<Complaint>& complaints() const;
  [[nodiscard]] std::uint64_t complaint_count() const;
  static constexpr std::size_t kComplaintsKept = 1'000;
  /// Live invariants (DESIGN section 6) that have been broken, empty when the light is green.
  [[nodiscard]] const std::vector<Complaint>& broken_invariants() const;
  [[nodiscard]] std::uint64_t broken_count() const;        ///< all of them; broken_invariants() keeps the first ones
  [[nodiscard]] std::uint64_t total(abi::Event id) const;  ///< how often an event happened in the whole trace
  [[nodiscard]] std::size_t memory_bytes() const;          ///< everything held, checkpoints included

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace exo::model
