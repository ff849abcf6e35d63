// The kept moments of a run: machines that wait there, to be split and gone on from. So going back costs what lies
// between the goal and the nearest of them, and not the run from its beginning.
//
// Two kinds: coarse ones, in a grid over the whole run that becomes wider as it grows; and fine ones, in which
// instructions are executed one by one, near the places where somebody looked last.
#pragma once
#include <functional>
#include <memory>
#include <vector>

#include "explorer/connection/replica.hpp"
#include "explorer/debugger/target.hpp"

namespace exo::session {

class Moments {
 public:
  using Machine = std::unique_ptr<connection::Replica>;

  /// Where the grid's next moment is wanted.
  [[nodiscard]] debugger::Instant next() const { return next_; }
  /// Takes a held machine into the grid. Nothing is no machine, and is passed over.
  void keep(Machine machine);
  /// Takes one that executes one by one; the one that was used the longest ago goes.
  void keep_near(Machine machine);
  /// Whether a goal has none of the fine ones shortly before it.
  [[nodiscard]] bool wants_near(debugger::Instant goal) const;

  /// The newest moment from which a machine can be at `goal` exactly, having executed `behind` instructions before it;
  /// nullptr: none. Fine ones need not have `behind` between them and the goal if `brief`.
  [[nodiscard]] connection::Replica* before(debugger::Instant goal, debugger::Instant behind, bool brief);

  /// For each of them.
  void each(const std::function<void(connection::Replica&)>& take) const;
  void clear();

 private:
  struct Near {
    Machine machine;
    unsigned used;
  };
  std::vector<Machine> grid_;
  std::vector<Near> near_;
  debugger::Instant next_ = 0, spacing_ = kFirstSpacing;
  unsigned uses_ = 0;

  static constexpr debugger::Instant kFirstSpacing = 4'000'000;
};

}  // namespace exo::session
