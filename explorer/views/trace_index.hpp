// What the panels need of the whole trace without walking it on every frame of the window: who acted when, who ran
// when, which capabilities were issued. Built once per event as events arrive, in two to four bytes an event; questions
// cost a logarithm, so that the cost of drawing follows the pixels and not the trace.
#pragma once
#include <cstdint>
#include <deque>
#include <vector>

#include "explorer/model/history.hpp"
#include "explorer/views/event_counts.hpp"
#include "explorer/views/processor_runs.hpp"
#include "explorer/views/request_spans.hpp"

namespace exo::views {

/// One turn of a position of the slice vector: someone begins to run in it, or its owner forfeits it. It lasts until
/// the next turn, and others may be handed the processor in it.
struct SliceTurn {
  model::Ticks from = 0;
  std::uint32_t event = 0;
  std::uint32_t run = 0;  ///< index of the run that begins with it; of a forfeited one: of the run after it
  std::uint8_t position = 0;
  std::uint8_t env = 0;  ///< who runs, or who forfeits
  bool forfeited = false;
};

/// What else happens to slices, for marks in time.
struct SliceMark {
  enum class Kind : std::uint8_t { Owed, Forfeited, AskedBack, TakenByForce } kind = Kind::Owed;
  model::Ticks at = 0;
  std::uint32_t event = 0;
  std::uint8_t env = 0;
};

/// A capability as the kernel issued it. The kernel keeps none: whether it is alive follows from its resource's
/// generation.
struct IssuedCapability {
  std::uint32_t event = 0;
  std::uint32_t resource = 0, rights = 0, generation = 0;
  std::uint8_t holder = 0;
  bool derived = false;
  std::uint32_t times = 1;  ///< issued so often; `event` is the last time
};
/// Whether the kernel would still accept it.
[[nodiscard]] bool is_alive(const model::State& state, const IssuedCapability& capability);

/// Sets of up to 64 members over a growing sequence, with the union over any range in logarithmic time.
class SetPyramid {
 public:
  void append(std::uint8_t member);
  /// Lets go of members before `first`, a multiple of 4,096: the union over them is empty.
  void forget(std::size_t first);
  [[nodiscard]] std::size_t size() const { return forgotten_ + members_.size(); }
  [[nodiscard]] std::uint8_t member(std::size_t index) const {
    return index < forgotten_ ? std::uint8_t{0} : members_[index - forgotten_];
  }
  [[nodiscard]] std::size_t memory_bytes() const;
  /// Union of the members in [first, last).
  [[nodiscard]] std::uint64_t of(std::size_t first, std::size_t last) const;

 private:
  static constexpr std::size_t kFan = 64;
  std::size_t forgotten_ = 0;
  std::deque<std::uint8_t> members_;
  std::vector<std::vector<std::uint64_t>> levels_;  ///< levels_[k][i]: union of kFan^(k+1) members from i * kFan^(k+1)
};

class TraceIndex {
 public:
  /// Takes up to `budget` new events in, some ten milliseconds for a million. A history that has shrunk (the scenario
  /// was started again) begins anew.
  void update(const model::History& history, std::size_t budget);
  [[nodiscard]] model::EventNumber scanned() const { return actors_.size(); }

  /// Environments that acted in events [first, last], as bits.
  [[nodiscard]] std::uint64_t actors(model::EventNumber first, model::EventNumber last) const;
  [[nodiscard]] std::uint8_t actor(model::EventNumber number) const { return actors_.member(number - 1); }

  /// Events of each lane among the first `number`, everything in events [first, last], and the first event at or after
  /// a moment: of those scanned.
  [[nodiscard]] LaneCounts lanes_upto(model::EventNumber number) const;
  [[nodiscard]] EventTotals totals(model::EventNumber first, model::EventNumber last) const;
  [[nodiscard]] model::EventNumber at_time(model::Ticks ticks) const;

  [[nodiscard]] const ProcessorRuns& runs() const { return runs_; }
  /// Environments that ran in runs [first, last), as bits.
  [[nodiscard]] std::uint64_t runners(std::size_t first, std::size_t last) const { return runners_.of(first, last); }
  /// Index of the run that is under way at `ticks`, or -1 before the first.
  [[nodiscard]] std::ptrdiff_t run_at(model::Ticks ticks) const;
  /// How long each environment has run until `ticks`; 0: nobody did.
  [[nodiscard]] RunTimes ran_until(model::Ticks ticks) const;

  [[nodiscard]] const RequestSpans& requests() const { return requests_; }

  [[nodiscard]] const std::deque<SliceTurn>& turns() const { return turns_; }
  [[nodiscard]] const std::deque<SliceMark>& slice_marks() const { return marks_; }
  /// Number of turns that had begun by an event.
  [[nodiscard]] std::size_t turns_at(model::EventNumber number) const;

  [[nodiscard]] const std::deque<IssuedCapability>& capabilities() const { return capabilities_; }
  /// What it holds: follows from the events that the history still has.
  [[nodiscard]] std::size_t memory_bytes() const;

 private:
  void take(const model::Event& event);
  void forget(const model::History& history);
  void forget_capabilities(const model::State& oldest);
  void take_run(const model::Event& event);
  void take_slice(const model::Event& event);

  const model::History* source_ = nullptr;
  model::EventNumber forgotten_ = 0;
  SetPyramid actors_, runners_;
  EventCounts counts_;
  ProcessorRuns runs_;
  RequestSpans requests_;
  std::deque<SliceTurn> turns_;
  std::deque<SliceMark> marks_;
  std::deque<IssuedCapability> capabilities_;
};

/// The categories of events, in the order the table first names them; an unknown event has the last one, "unknown".
[[nodiscard]] std::uint8_t category_number(abi::Event id);
[[nodiscard]] const std::vector<const char*>& category_names();

}  // namespace exo::views
