// What a run comes to: counts and times, for each environment and in all. One pass over the events, a little at a time;
// counts do not depend on what the kernel still holds at the end, so an environment that was destroyed keeps its own.
#pragma once
#include <array>
#include <span>
#include <string>
#include <vector>

#include "explorer/model/history.hpp"

namespace exo::model {

enum class Measure : std::uint8_t {
  Events,
  Ran,  ///< ticks
  Refills,
  Misses,
  Bindings,
  Checks,
  Refused,
  Upcalls,
  Transfers,
  Asked,
  Returned,
  Aborted,
  Ended,
  WorstAbort,  ///< ticks; the largest, not a sum
  Taken,
  Frames,
  Downloads,
  Claimed,
  Sent
};
inline constexpr std::size_t kMeasures = std::size_t(Measure::Sent) + 1;

struct MeasureRow {
  const char* key;    ///< in data
  const char* title;  ///< in words
  const char* tip;
  bool time = false;     ///< ticks
  bool largest = false;  ///< in all: the largest, not the sum
};
[[nodiscard]] const MeasureRow& row_of(Measure measure);

/// An environment of a run: an environment's number may be given anew, and names may come again; "polite (2)" is the
/// second that was called polite.
struct Participant {
  std::string name;
  std::uint8_t env = 0;  ///< its number
  bool alive = true;
  std::array<std::uint64_t, kMeasures> totals{};
  std::array<std::uint32_t, abi::kEventNumbers> kinds{};  ///< events by kind that it caused
  [[nodiscard]] std::uint64_t operator[](Measure measure) const { return totals[std::size_t(measure)]; }
};

class Tally {
 public:
  Tally() { restart(); }
  /// From the first event that is still there.
  void begin(const History& history);
  /// The next event.
  void take(const Event& event);

  /// Who ran from when on, in order of time.
  struct Run {
    Ticks from = 0;
    std::uint8_t env = 0;
  };
  [[nodiscard]] const std::vector<Run>& runs() const { return runs_; }
  /// Lets go of runs that ended before `ticks`. Totals stay.
  void forget(Ticks ticks);
  [[nodiscard]] EventNumber number() const { return number_; }  ///< the last event taken
  [[nodiscard]] Ticks now() const { return now_; }
  /// [0] is the kernel. `state` is the one after the last event taken: who runs has its time up to now, and frames are
  /// counted there.
  [[nodiscard]] std::vector<Participant> participants(const State& state) const;
  [[nodiscard]] static Participant sum(std::span<const Participant> participants);
  /// Name of who has an environment's number now.
  [[nodiscard]] const std::string& name_of(std::uint32_t env) const { return people_[slots_[env]].name; }

 private:
  static constexpr std::size_t kMost = 256;  ///< a hostile guest makes any number; later ones count as one, "others"

  void restart();
  [[nodiscard]] Participant& of(std::uint32_t env) { return people_[slots_[env]]; }
  void count(std::uint32_t env, Measure measure, std::uint64_t by = 1) { of(env).totals[std::size_t(measure)] += by; }
  void created(std::uint32_t env);
  void named(std::uint32_t env, std::string name);
  void give_processor(std::uint32_t to);
  void take_special(const Event& event);

  std::vector<Participant> people_;
  std::vector<Run> runs_;
  std::array<std::uint16_t, abi::kMaxEnvironments> slots_{};  ///< environment's number: index into people_
  EventNumber number_ = 0;
  Ticks now_ = 0, since_ = 0;
  std::uint32_t running_ = 0;
  std::array<std::uint8_t, abi::kMaxDownloads> owners_{};  ///< of downloads
};

}  // namespace exo::model
