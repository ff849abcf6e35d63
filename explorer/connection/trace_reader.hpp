// Copies new records out of the guest's ring. The guest is hostile: head is read once and checked, records are copied
// and then checked, what was overwritten meanwhile is thrown away, and whatever is impossible becomes a complaint in
// words.
//
// Invariant: position() only grows, and at most one ring's worth of records is touched by a read, whatever the guest
// writes.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "kernel/abi/trace_ring.hpp"

namespace exo::connection {

class TraceReader {
 public:
  TraceReader(const abi::TraceShared& shared, const abi::TraceRecord* ring) : shared_(shared), ring_(ring) {}

  /// Appends at most `most` new records. Returns how many; 0 when there are none yet. Records that were lost leave a
  /// gap in the sequence numbers and count in lost().
  std::size_t read(std::vector<abi::TraceRecord>& out, std::size_t most = abi::kTraceCapacity);

  /// Gives up whatever is there and can't be read: for a guest that is held, whose ring will not become any better.
  void skip_unreadable();

  /// The kernel has set the ring up, in the format that this explorer reads.
  [[nodiscard]] bool ready();
  /// Records the kernel has written since boot, as far as its head can be believed.
  [[nodiscard]] std::uint64_t head() const;
  /// Records read or given up so far.
  [[nodiscard]] std::uint64_t position() const { return position_; }
  [[nodiscard]] std::uint64_t lost() const { return lost_; }
  /// Number of the newest event (abi::Event), 0 when there is none.
  [[nodiscard]] std::uint16_t newest_event() const;

  /// What was found wrong since the last call, in words.
  [[nodiscard]] std::vector<std::string> take_complaints();
  /// Adds one, from whoever reads the shared memory too.
  void complain(std::string text);

 private:
  void copy(std::uint64_t from, std::size_t count, abi::TraceRecord* to) const;

  const abi::TraceShared& shared_;
  const abi::TraceRecord* ring_;
  std::uint64_t position_ = 0;
  std::uint64_t lost_ = 0;
  std::uint32_t refused_head_ = 0;  ///< an impossible head is complained of once, not at every look
  bool head_refused_ = false, format_refused_ = false;
  std::size_t complaints_made_ = 0;
  std::vector<std::string> complaints_;
};

}  // namespace exo::connection
