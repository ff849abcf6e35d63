// A packet is its bytes, from the Ethernet header to the last of the payload; numbers in it are in network order.
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace exo::packets {

using Bytes = std::vector<std::uint8_t>;
using View = std::span<const std::uint8_t>;

/// Reads a field; one that lies outside reads as 0, so callers check sizes only where it matters.
[[nodiscard]] inline std::uint32_t field(View packet, std::size_t offset, std::size_t bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < bytes; ++i)
    value = value << 8 | (offset + i < packet.size() ? packet[offset + i] : std::uint8_t{0});
  return value;
}

// Ethernet (IEEE 802.3, 3.1.1), ARP (RFC 826), IPv4 (RFC 791), ICMP (RFC 792), UDP (RFC 768), TCP (RFC 9293).
inline constexpr std::size_t kEthernetBytes = 14, kArpBytes = 28, kIpBytes = 20, kIcmpBytes = 8, kUdpBytes = 8,
                             kTcpBytes = 20;
inline constexpr std::uint32_t kTypeIp = 0x0800, kTypeArp = 0x0806;
inline constexpr std::uint8_t kProtocolIcmp = 1, kProtocolTcp = 6, kProtocolUdp = 17;

/// The Internet checksum (RFC 1071) over the bytes, on top of a sum; not inverted.
[[nodiscard]] std::uint32_t internet_sum(View bytes, std::uint32_t sum = 0);

}  // namespace exo::packets
