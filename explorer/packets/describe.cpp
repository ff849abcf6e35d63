#include "explorer/packets/describe.hpp"

#include <fmt/format.h>

#include "explorer/packets/text.hpp"

namespace exo::packets {
namespace {

std::string bytes_text(std::size_t count) { return count == 1 ? "1 byte" : fmt::format("{} bytes", count); }

std::string describe_arp(View packet) {
  if (packet.size() < kEthernetBytes + kArpBytes) return "ARP, cut off";
  const std::string sender = address_text(field(packet, kEthernetBytes + 14, 4));
  const std::string target = address_text(field(packet, kEthernetBytes + 24, 4));
  switch (field(packet, kEthernetBytes + 6, 2)) {
    case 1:
      return fmt::format("ARP: who has {}? asks {}", target, sender);
    case 2:
      return fmt::format("ARP: {} tells {} that it is there", sender, target);
    default:
      return fmt::format("ARP of another kind, from {}", sender);
  }
}

std::string flags_text(std::uint32_t flags) {
  std::string text;
  for (std::size_t i = 0; i < kTcpFlags.size(); ++i)
    if ((flags >> i & 1) != 0) text += kTcpFlags[i];
  return text.empty() ? "no flags" : text;
}

std::string describe_transport(View packet, std::size_t at, std::uint32_t protocol, std::size_t bytes) {
  const std::string from = address_text(field(packet, kEthernetBytes + 12, 4));
  const std::string to = address_text(field(packet, kEthernetBytes + 16, 4));
  const auto short_of = [&](std::size_t header) { return bytes < header || packet.size() < at + header; };
  const auto ports = [&] {
    return fmt::format("{}:{} to {}:{}", from, field(packet, at, 2), to, field(packet, at + 2, 2));
  };
  switch (protocol) {
    case kProtocolUdp:
      if (short_of(kUdpBytes)) break;
      return fmt::format("UDP {}, {}", ports(), bytes_text(bytes - kUdpBytes));
    case kProtocolTcp: {
      if (short_of(kTcpBytes)) break;
      const std::size_t header = std::size_t(field(packet, at + 12, 1) >> 4) * 4;
      if (header < kTcpBytes || short_of(header)) break;
      return fmt::format("TCP {}, {}, {}", ports(), flags_text(field(packet, at + 13, 1)), bytes_text(bytes - header));
    }
    case kProtocolIcmp: {
      if (short_of(kIcmpBytes)) break;
      const std::uint32_t type = field(packet, at, 1);
      const std::string what = type == 8   ? "echo request"
                               : type == 0 ? "echo reply"
                                           : fmt::format("message of type {}", type);
      return fmt::format("ICMP {}, {} to {}, {}", what, from, to, bytes_text(bytes - kIcmpBytes));
    }
    default:
      return fmt::format("IPv4 of protocol {}, {} to {}, {}", protocol, from, to, bytes_text(bytes));
  }
  return fmt::format("IPv4 of protocol {}, {} to {}, cut off", protocol, from, to);
}

std::string describe_internet(View packet) {
  const std::size_t header = std::size_t(field(packet, kEthernetBytes, 1) & 15) * 4;
  const std::size_t total = field(packet, kEthernetBytes + 2, 2);
  const bool sound = field(packet, kEthernetBytes, 1) >> 4 == 4 && header >= kIpBytes && total >= header &&
                     packet.size() >= kEthernetBytes + header;
  if (!sound) return fmt::format("IPv4 with a header that can't be right, {}", bytes_text(packet.size()));
  if ((field(packet, kEthernetBytes + 6, 2) & 0x1fff) != 0)
    return fmt::format("IPv4, a later fragment, {} to {}", address_text(field(packet, kEthernetBytes + 12, 4)),
                       address_text(field(packet, kEthernetBytes + 16, 4)));
  return describe_transport(packet, kEthernetBytes + header, field(packet, kEthernetBytes + 9, 1), total - header);
}

}  // namespace

std::string describe(View packet) {
  if (packet.size() < kEthernetBytes) return fmt::format("{}, too few for a header", bytes_text(packet.size()));
  const std::uint32_t type = field(packet, 12, 2);
  if (type == kTypeArp) return describe_arp(packet);
  if (type == kTypeIp) return describe_internet(packet);
  return fmt::format("Ethernet of type {:#06x}, {}", type, bytes_text(packet.size()));
}

}  // namespace exo::packets
