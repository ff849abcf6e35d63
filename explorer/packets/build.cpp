#include "explorer/packets/build.hpp"

#include <algorithm>

namespace exo::packets {
namespace {

constexpr std::uint8_t kTimeToLive = 64;
constexpr HardwareAddress kEverybody = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

void put(Bytes& out, std::uint32_t value, std::size_t bytes) {
  for (std::size_t i = bytes; i-- > 0;) out.push_back(std::uint8_t(value >> 8 * i));
}

void put(Bytes& out, View bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

void put_checksum(Bytes& out, std::size_t at, std::uint32_t sum) {
  const std::uint32_t checksum = ~sum & 0xffff;
  out[at] = std::uint8_t(checksum >> 8);
  out[at + 1] = std::uint8_t(checksum);
}

Bytes ethernet(const HardwareAddress& to, const HardwareAddress& from, std::uint32_t type) {
  Bytes out;
  put(out, to);
  put(out, from);
  put(out, type, 2);
  return out;
}

/// Ethernet and IPv4 headers for `bytes` that follow.
Bytes internet(const Endpoint& from, const Endpoint& to, std::uint8_t protocol, std::size_t bytes) {
  const bool broadcast = to.address == 0xffff'ffff;
  Bytes out = ethernet(broadcast ? kEverybody : hardware_address(to.address), hardware_address(from.address), kTypeIp);
  put(out, 0x4500, 2);
  put(out, std::uint32_t(kIpBytes + bytes), 2);
  put(out, 0, 2);       // identification: nothing here is ever cut into fragments,
  put(out, 0x4000, 2);  // and says so
  put(out, kTimeToLive, 1);
  put(out, protocol, 1);
  put(out, 0, 2);
  put(out, from.address, 4);
  put(out, to.address, 4);
  put_checksum(out, kEthernetBytes + 10, internet_sum(View(out).subspan(kEthernetBytes)));
  return out;
}

/// Sum over the pseudo header and what follows the IPv4 header.
std::uint32_t transport_sum(View packet, std::uint8_t protocol) {
  const View transport = packet.subspan(kEthernetBytes + kIpBytes);
  const std::uint32_t start = protocol + std::uint32_t(transport.size());
  const std::uint32_t addresses = internet_sum(packet.subspan(kEthernetBytes + 12, 8), start);
  return internet_sum(transport, addresses);
}

}  // namespace

std::uint32_t internet_sum(View bytes, std::uint32_t sum) {
  for (std::size_t i = 0; i < bytes.size(); i += 2) sum += field(bytes, i, 2);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return sum;
}

HardwareAddress hardware_address(std::uint32_t address) {
  return {0x02,
          0x00,
          std::uint8_t(address >> 24),
          std::uint8_t(address >> 16),
          std::uint8_t(address >> 8),
          std::uint8_t(address)};
}

Bytes build(const Udp& udp) {
  Bytes out = internet(udp.from, udp.to, kProtocolUdp, kUdpBytes + udp.payload.size());
  const std::size_t at = out.size();
  put(out, udp.from.port, 2);
  put(out, udp.to.port, 2);
  put(out, std::uint32_t(kUdpBytes + udp.payload.size()), 2);
  put(out, 0, 2);
  put(out, udp.payload);
  const std::uint32_t sum = transport_sum(out, kProtocolUdp);
  put_checksum(out, at + 6, sum == 0xffff ? 0 : sum);  // 0 would mean that there is none
  return out;
}

Bytes build(const Icmp& icmp) {
  Bytes out = internet(icmp.from, icmp.to, kProtocolIcmp, kIcmpBytes + icmp.payload.size());
  const std::size_t at = out.size();
  put(out, icmp.reply ? 0 : 0x0800, 2);
  put(out, 0, 2);
  put(out, icmp.identifier, 2);
  put(out, icmp.sequence, 2);
  put(out, icmp.payload);
  put_checksum(out, at + 2, internet_sum(View(out).subspan(at)));
  return out;
}

Bytes build(const Arp& arp) {
  const HardwareAddress from = hardware_address(arp.from.address);
  const HardwareAddress to = hardware_address(arp.to.address);
  Bytes out = ethernet(arp.reply ? to : kEverybody, from, kTypeArp);
  put(out, 1, 2);
  put(out, kTypeIp, 2);
  put(out, 0x0604, 2);
  put(out, arp.reply ? 2 : 1, 2);
  put(out, from);
  put(out, arp.from.address, 4);
  put(out, arp.reply ? to : HardwareAddress{});
  put(out, arp.to.address, 4);
  return out;
}

Bytes build(const Tcp& tcp) {
  constexpr std::uint32_t kWindow = 0xffff;
  Bytes out = internet(tcp.from, tcp.to, kProtocolTcp, kTcpBytes + tcp.payload.size());
  const std::size_t at = out.size();
  put(out, tcp.from.port, 2);
  put(out, tcp.to.port, 2);
  put(out, tcp.sequence, 4);
  put(out, tcp.acknowledgement, 4);
  put(out, 0x5000u | tcp.flags, 2);
  put(out, kWindow, 2);
  put(out, 0, 4);
  put(out, tcp.payload);
  put_checksum(out, at + 16, transport_sum(out, kProtocolTcp));
  return out;
}

}  // namespace exo::packets
