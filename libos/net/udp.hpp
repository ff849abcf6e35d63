// UDP (RFC 768): ports, a length and a checksum that also covers the addresses.
#pragma once
#include "libos/net/ipv4.hpp"

namespace exo::net::udp {

// Offsets in the datagram.
inline constexpr uint32_t kSourcePort = 0, kDestinationPort = 2, kLength = 4, kChecksum = 6, kHeaderBytes = 8;

struct Message {
  uint32_t source_port, destination_port;
  const uint8_t* data;
  uint32_t bytes;
};

/// False: too short, a length that can't be, or a wrong checksum (0: the sender made none).
[[nodiscard]] bool parse(Message& message, const ipv4::Datagram& datagram);

/// Writes an answer to a message, data and all headers. Returns the bytes of the whole packet.
uint32_t answer(uint8_t* reply, const uint8_t* packet, const ipv4::Datagram& datagram, const Message& message,
                const uint8_t* data, uint32_t bytes);

}  // namespace exo::net::udp
