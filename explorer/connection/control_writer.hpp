// The control ring: the host's commands to the kernel, in the order in which the kernel takes them. A scenario's
// commands are there before boot, each with the timer tick at which it is due; a click goes in front of those and is
// due at once.
//
// Invariant: after the pending commands there is always at least one slot that is never due, so the kernel never takes
// a command twice. What does not fit waits here and follows as slots become free.
#pragma once
#include <cstdint>
#include <deque>
#include <span>
#include <string>

#include "kernel/abi/trace_ring.hpp"

namespace exo::connection {

class ControlWriter {
 public:
  explicit ControlWriter(abi::TraceShared& shared) : shared_(shared) {}

  /// Before boot: empties every slot and loads the commands, earliest first (equal ones in the given order).
  void prepare(std::span<const abi::ControlCommand> commands);

  /// Notices what the kernel took, empties those slots and fills them with waiting commands. At any time. Returns a
  /// complaint when the kernel's count is impossible, else nothing.
  std::string refresh();

  /// Puts a command before all that are not due yet; it is taken at the next timer tick. Only while the guest is
  /// stopped and may_insert() is true.
  void insert(abi::ControlCommand command);

  /// Whether slots may be moved now: always at the gate, where the kernel is between two commands. A guest stopped
  /// anywhere may be copying its first due command; it is not when that one is due later than the next tick.
  [[nodiscard]] bool may_insert(bool at_gate) const;

  /// Commands that wait for a free slot: the guest must stop at each command taken, so that the next is there in time.
  [[nodiscard]] bool has_waiting() const { return !waiting_.empty(); }
  [[nodiscard]] std::size_t pending() const { return pending_.size(); }

 private:
  static constexpr std::size_t kMostPending = abi::kControlSlots - 1;
  void write(std::uint32_t index, const abi::ControlCommand& command);
  void write_pending_from(std::size_t first);

  abi::TraceShared& shared_;
  std::uint32_t first_ = 0;                  ///< index of the first pending command; the kernel's count when last seen
  std::deque<abi::ControlCommand> pending_;  ///< as in the slots from first_ on
  std::deque<abi::ControlCommand> waiting_;
};

}  // namespace exo::connection
