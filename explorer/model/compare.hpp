// Two runs on one clock: their totals, the first thing that differs, and which moment of one belongs to a moment of the
// other. Environments are matched by name, so the same scenario with another library OS, or edited, can be compared.
//
// Invariant: a comparison depends on the events of the two runs alone; it is taken in a little at a time.
#pragma once
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "explorer/model/tally.hpp"

namespace exo::model {

/// An environment of either run; -1: that run has none of this name. Indices into the participants.
struct NamedPair {
  std::string name;
  std::array<int, 2> index{-1, -1};
};
[[nodiscard]] std::vector<NamedPair> pair_by_name(const std::vector<Participant>& first,
                                                  const std::vector<Participant>& second);

/// Where the two clocks are laid over each other: these two events are one moment. {0, 0}: both booted together.
struct Anchor {
  EventNumber first = 0, second = 0;
};

class Comparison {
 public:
  /// Takes in up to `budget` more events of each. A run that has shrunk (it was started again) begins anew.
  void update(const History& first, const History& second, std::size_t budget);
  /// Whether all events that there are have been looked at.
  [[nodiscard]] bool complete() const { return complete_; }
  [[nodiscard]] const Tally& tally(int run) const { return tallies_[std::size_t(run)]; }

  /// The first events in which something else happens in the two runs: another kind of event, another environment,
  /// another object. Left out are where code lies, how long something took, and what the TLB does, which follows from
  /// both. {0, 0}: none was found; where one run has no more events, that is only a difference when both are `over`.
  [[nodiscard]] Anchor first_difference(bool over) const;
  /// The first event that is not the same bit for bit: it may only be later or earlier.
  [[nodiscard]] EventNumber first_shift(bool over) const;

 private:
  std::array<Tally, 2> tallies_;
  std::array<Tally, 2> walk_;  ///< up to the first difference: who has which name there
  std::array<const History*, 2> sources_{};
  std::array<EventNumber, 2> sizes_{};
  Anchor differs_;
  EventNumber shifted_ = 0;
  bool walked_ = false;  ///< to the end of one of them, or to the first difference
  bool complete_ = false;

  void walk(std::size_t budget);
  [[nodiscard]] EventNumber next_of(std::size_t run, std::size_t& budget);
};

enum class Align { Time, Events, Step, Difference };

/// The moment of `second` that belongs to event `at` of `first`: by number, or the last event at that time.
[[nodiscard]] EventNumber counterpart(const History& first, const History& second, EventNumber at, Anchor anchor,
                                      bool by_number);

}  // namespace exo::model
