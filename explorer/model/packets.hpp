// Packets of the whole run: their bytes, read from the trace, and how long the answers took.
#pragma once
#include <cstdint>
#include <vector>

#include "explorer/model/history.hpp"

namespace exo::model {

/// The bytes of the packet whose PacketArrived or PacketSent is event `at`; fewer than it has when they are not (yet)
/// in the trace.
[[nodiscard]] std::vector<std::uint8_t> packet_bytes(const History& history, EventNumber at, EventNumber upto);

/// A packet that was answered.
struct RoundTrip {
  EventNumber arrived = 0, answered = 0;  ///< events
  Ticks at = 0, took = 0;
  std::uint32_t packet = 0;
  std::uint8_t handler = 0;  ///< the download that sent the answer; 0: its owner did, in its own time
  std::uint8_t env = 0;      ///< who answered
  std::uint8_t busy = 0;     ///< environments with slices that did not sleep when the packet came
};

class Traffic {
 public:
  static constexpr std::size_t kKept = 65'536;
  /// Takes a packet event and the state after it.
  void take(const Event& event, const State& state);
  /// Lets go of packets that were answered by event `upto`.
  void forget(EventNumber upto);
  [[nodiscard]] const std::vector<RoundTrip>& round_trips() const { return trips_; }

 private:
  struct Open {
    EventNumber arrived = 0;
    Ticks at = 0;
    std::uint32_t packet = 0;
    std::uint8_t busy = 0;
  };
  static constexpr std::size_t kOpen = 1024;
  std::vector<Open> open_;  ///< by number, modulo kOpen
  std::vector<RoundTrip> trips_;
};

}  // namespace exo::model
