// What the panels need of the whole trace without walking it on every frame of the window: who acted when, who ran
// when, which capabilities were issued. Built once per event as events arrive, two bytes an event; questions cost a
// logarithm, so that the cost of drawing follows the pixels and not the trace.
#pragma once
#include <cstdint>
#include <vector>

#include "explorer/model/history.hpp"

namespace exo::views {

/// How an environment came to the processor.
enum class Handover : std::uint8_t { Slice, Call, CallAsync, Yield };

/// One stretch of processor time: from `from` until the next run begins.
struct ProcessorRun {
  model::Ticks from = 0;
  model::EventNumber event = 0;
  std::uint8_t env = 0;
  std::uint8_t before = 0;  ///< who ran before
  Handover how = Handover::Slice;
};

/// One turn of a position of the slice vector: someone begins to run in it, or its owner forfeits it. It lasts until
/// the next turn, and others may be handed the processor in it.
struct SliceTurn {
  model::Ticks from = 0;
  model::EventNumber event = 0;
  std::size_t run = 0;  ///< index of the run that begins with it; of a forfeited one: of the run after it
  std::uint8_t position = 0;
  std::uint8_t env = 0;  ///< who runs, or who forfeits
  bool forfeited = false;
};

/// What else happens to slices, for marks in time.
struct SliceMark {
  enum class Kind : std::uint8_t { Owed, Forfeited, AskedBack, TakenByForce } kind = Kind::Owed;
  model::Ticks at = 0;
  model::EventNumber event = 0;
  std::uint8_t env = 0;
};

/// A capability as the kernel issued it. The kernel keeps none: whether it is alive follows from its resource's
/// generation.
struct IssuedCapability {
  model::EventNumber event = 0;
  std::uint32_t resource = 0, rights = 0, generation = 0;
  std::uint8_t holder = 0;
  bool derived = false;
};

/// Sets of up to 64 members over a growing sequence, with the union over any range in logarithmic time.
class SetPyramid {
 public:
  void append(std::uint8_t member);
  void clear();
  [[nodiscard]] std::size_t size() const { return members_.size(); }
  [[nodiscard]] std::uint8_t member(std::size_t index) const { return members_[index]; }
  /// Union of the members in [first, last).
  [[nodiscard]] std::uint64_t of(std::size_t first, std::size_t last) const;

 private:
  static constexpr std::size_t kFan = 64;
  std::vector<std::uint8_t> members_;
  std::vector<std::vector<std::uint64_t>> levels_;  ///< levels_[k][i]: union of kFan^(k+1) members from i * kFan^(k+1)
};

class TraceIndex {
 public:
  /// Takes up to `budget` new events in. A history that has shrunk (the scenario was started again) begins anew.
  void update(const model::History& history, std::size_t budget);
  [[nodiscard]] model::EventNumber scanned() const { return actors_.size(); }

  /// Environments that acted in events [first, last], as bits.
  [[nodiscard]] std::uint64_t actors(model::EventNumber first, model::EventNumber last) const;
  /// Categories of events (bit = category_number) in [first, last].
  [[nodiscard]] std::uint64_t categories(model::EventNumber first, model::EventNumber last) const;
  [[nodiscard]] std::uint8_t actor(model::EventNumber number) const { return actors_.member(number - 1); }
  [[nodiscard]] std::uint8_t category(model::EventNumber number) const { return categories_.member(number - 1); }

  [[nodiscard]] const std::vector<ProcessorRun>& runs() const { return runs_; }
  /// Environments that ran in runs [first, last), as bits.
  [[nodiscard]] std::uint64_t runners(std::size_t first, std::size_t last) const { return runners_.of(first, last); }
  /// Index of the run that is under way at `ticks`, or -1 before the first.
  [[nodiscard]] std::ptrdiff_t run_at(model::Ticks ticks) const;

  [[nodiscard]] const std::vector<SliceTurn>& turns() const { return turns_; }
  [[nodiscard]] const std::vector<SliceMark>& slice_marks() const { return marks_; }
  /// Number of turns that had begun by an event.
  [[nodiscard]] std::size_t turns_at(model::EventNumber number) const;

  [[nodiscard]] const std::vector<IssuedCapability>& capabilities() const { return capabilities_; }

 private:
  const model::History* source_ = nullptr;
  SetPyramid actors_, categories_, runners_;
  void take_run(const model::Event& event);
  void take_slice(const model::Event& event);

  std::vector<ProcessorRun> runs_;
  std::vector<SliceTurn> turns_;
  std::vector<SliceMark> marks_;
  std::vector<IssuedCapability> capabilities_;
};

/// The categories of events, in the order the table first names them; an unknown event has the last one, "unknown".
[[nodiscard]] std::uint8_t category_number(abi::Event id);
[[nodiscard]] const std::vector<const char*>& category_names();

}  // namespace exo::views
