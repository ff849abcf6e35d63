// Packets from templates: what a lesson wants to say of a packet, and every other field as a well-behaved sender sets
// it, checksums included. Hardware addresses follow from IPv4 addresses by rule, so that nobody has to ask for them:
// 02:00 and then the four bytes of the address.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "explorer/packets/bytes.hpp"

namespace exo::packets {

using HardwareAddress = std::array<std::uint8_t, 6>;
[[nodiscard]] HardwareAddress hardware_address(std::uint32_t address);

struct Endpoint {
  std::uint32_t address = 0;
  std::uint16_t port = 0;  ///< UDP and TCP
};

struct Udp {
  Endpoint from, to;
  Bytes payload;
};
struct Icmp {  ///< echo request, or the reply
  Endpoint from, to;
  bool reply = false;
  std::uint16_t identifier = 1, sequence = 1;
  Bytes payload;
};
struct Arp {  ///< `from` asks who has `to`; or tells `to` that it is there
  Endpoint from, to;
  bool reply = false;
};
struct Tcp {
  Endpoint from, to;
  std::uint8_t flags = 0;  ///< kTcpFlags
  std::uint32_t sequence = 0, acknowledgement = 0;
  Bytes payload;
};
/// Letters of TCP flags from bit 0 up, as tools write them.
inline constexpr std::string_view kTcpFlags = "FSRPAU";

[[nodiscard]] Bytes build(const Udp& udp);
[[nodiscard]] Bytes build(const Icmp& icmp);
[[nodiscard]] Bytes build(const Arp& arp);
[[nodiscard]] Bytes build(const Tcp& tcp);

}  // namespace exo::packets
