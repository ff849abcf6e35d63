// Packets as the trace has them: PacketArrived or PacketSent says how many bytes, the PacketBytes behind it are they.
#pragma once
#include <optional>

#include "explorer/packets/bytes.hpp"
#include "kernel/abi/tables.hpp"
#include "kernel/abi/trace_ring.hpp"

namespace exo::packets {

class Collector {
 public:
  struct Packet {
    abi::Event event{};  ///< PacketArrived or PacketSent
    std::uint32_t number = 0;
    Bytes bytes;
  };
  /// Takes the next record; a packet when this was the last of its bytes. What another packet breaks off is lost.
  std::optional<Packet> take(const abi::TraceRecord& record);

 private:
  Packet packet_;
  std::size_t wanted_ = 0;  ///< 0: none is under way
};

}  // namespace exo::packets
