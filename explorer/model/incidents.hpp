// What ended badly in a run: programs that gave up, conditions of theirs that did not hold, environments that were
// destroyed while they ran, a kernel that found itself wrong.
//
// Not among them: a program that exits, one that was never started, and one that was killed by a command from outside,
// which somebody asked for.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "explorer/model/history.hpp"

namespace exo::model {

struct Incident {
  enum class Kind : std::uint8_t {
    Crashed,    ///< its library OS gave up: an exception, or a miss that nobody could answer
    Failed,     ///< a condition that it checks itself did not hold
    Destroyed,  ///< by the kernel, or by another environment
    Panicked,   ///< the kernel
  } kind = Kind::Crashed;
  EventNumber event = 0;
  Ticks at = 0;
  std::uint32_t env = 0;              ///< whose; 0: the kernel's
  std::uint32_t actor = 0;            ///< Destroyed: who had the processor
  std::uint32_t pc = 0;               ///< of the instruction; 0: nobody says
  std::uint32_t code = 0;             ///< Crashed: of the exception; Destroyed: why (reasons.def); Panicked: its own
  std::uint32_t address = 0;          ///< Crashed: that was touched
  std::uint32_t line = 0;             ///< Failed: in its source
  std::uint32_t got = 0, wanted = 0;  ///< Failed, when `compares`
  bool compares = false;
  std::string text = {};  ///< in one line, with the place in the source; whoever knows the programs writes it
};

/// The first ones, and how many there were.
struct IncidentReport {
  std::vector<Incident> incidents;
  std::uint64_t count = 0;
};

/// Found as events arrive. Only the first ones are kept: a hostile guest could make millions.
class Incidents {
 public:
  /// Looks at what has come since. Another history, or one that has begun again, is looked at from its first event.
  void update(const History& history);
  [[nodiscard]] const std::vector<Incident>& all() const { return all_; }
  [[nodiscard]] std::uint64_t count() const { return count_; }
  static constexpr std::size_t kMost = 256;

 private:
  const History* source_ = nullptr;
  EventNumber scanned_ = 0;
  std::vector<Incident> all_;
  std::uint64_t count_ = 0;
  abi::TraceRecord before_{};
  std::uint64_t building_ = 0;  ///< environments that were made and have not been started, as bits

  void take(const Event& event);
};

}  // namespace exo::model
