#include "explorer/packets/collector.hpp"

#include "kernel/abi/downloads.hpp"

namespace exo::packets {

std::optional<Collector::Packet> Collector::take(const abi::TraceRecord& record) {
  const auto event = abi::Event(record.event);
  if (event == abi::Event::PacketArrived || event == abi::Event::PacketSent) {
    packet_ = {event, record.arguments[0], {}};
    wanted_ = record.arguments[1] <= abi::kMostPacketBytes ? record.arguments[1] : 0;
    return {};
  }
  if (event != abi::Event::PacketBytes || wanted_ == 0) return {};
  for (const std::uint32_t word : record.arguments)
    for (unsigned shift = 0; shift < 32 && packet_.bytes.size() < wanted_; shift += 8)
      packet_.bytes.push_back(std::uint8_t(word >> shift));
  if (packet_.bytes.size() < wanted_) return {};
  wanted_ = 0;
  return std::move(packet_);
}

}  // namespace exo::packets
