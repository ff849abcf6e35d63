// Fields of a packet by their names, for claims, the tree and the packets.
#include <fmt/format.h>

#include <array>
#include <bit>
#include <span>

#include "explorer/packets/bytes.hpp"
#include "explorer/packets/describe.hpp"
#include "explorer/packets/text.hpp"
#include "explorer/views/downloads_parts.hpp"

namespace exo::views {
namespace {

enum class How : std::uint8_t { Number, Hex, Address, Type, Protocol };
struct KnownField {
  std::uint32_t offset, bytes;
  const char* name;
  How how;
  const char* brief = nullptr;  ///< where there is little room
};
// Of a frame with IPv4 without options: what claims nearly always are about.
constexpr std::array<KnownField, 16> kFields{{
    {12, 2, "type", How::Type},
    {14, 1, "version and header", How::Hex, "version"},
    {15, 1, "service", How::Hex},
    {16, 2, "length", How::Number},
    {18, 2, "identification", How::Hex},
    {20, 2, "fragment", How::Hex},
    {22, 1, "time to live", How::Number},
    {23, 1, "protocol", How::Protocol},
    {24, 2, "header checksum", How::Hex},
    {26, 4, "source address", How::Address, "from"},
    {30, 4, "destination address", How::Address, "to"},
    {34, 2, "source port", How::Number, "from port"},
    {36, 2, "destination port", How::Number, "to port"},
    {34, 1, "ICMP type", How::Number},
    {38, 2, "UDP length", How::Number},
    {40, 2, "UDP checksum", How::Hex},
}};

constexpr std::array<KnownField, 9> kArpFields{{
    {12, 2, "type", How::Type},
    {14, 2, "hardware", How::Number},
    {16, 2, "protocol", How::Type},
    {18, 1, "hardware bytes", How::Number},
    {19, 1, "protocol bytes", How::Number},
    {20, 2, "operation", How::Number},
    {28, 4, "sender", How::Address},
    {38, 4, "target", How::Address},
    {38, 2, "target, first half", How::Hex},
}};

std::span<const KnownField> fields(bool arp) {
  if (arp) return kArpFields;
  return kFields;
}

/// The field's mask within [offset, offset + bytes), as a number of the field's own width.
std::uint32_t part(const KnownField& field, std::uint32_t offset, std::uint32_t bytes, std::uint32_t word) {
  std::uint32_t value = 0;
  for (std::uint32_t i = 0; i < field.bytes; ++i) {
    const std::uint32_t at = field.offset + i - offset;
    value = value << 8 | (word >> 8 * (bytes - 1 - at) & 0xff);
  }
  return value;
}

constexpr std::uint32_t full(std::uint32_t bytes) { return bytes >= 4 ? ~0u : (1u << 8 * bytes) - 1; }

std::string value_text(const KnownField& field, std::uint32_t value) {
  switch (field.how) {
    case How::Number:
      return fmt::format("{}", value);
    case How::Address:
      return packets::address_text(value);
    case How::Type:
      if (value == packets::kTypeIp) return "IPv4";
      if (value == packets::kTypeArp) return "ARP";
      break;
    case How::Protocol:
      if (value == packets::kProtocolUdp) return "UDP";
      if (value == packets::kProtocolTcp) return "TCP";
      if (value == packets::kProtocolIcmp) return "ICMP";
      return fmt::format("{}", value);
    case How::Hex:
      break;
  }
  return fmt::format("{:0{}x}", value, 2 * field.bytes);
}

/// Calls `with` for the known fields that are compared as a whole; false when something else is compared, too.
template <class With>
bool split(std::uint32_t offset, std::uint32_t bytes, std::uint32_t mask, bool arp, With with) {
  if (bytes == 0 || bytes > 4) return false;
  std::uint32_t rest = mask;
  for (const KnownField& field : fields(arp)) {
    if (rest == 0) break;
    if (field.offset < offset || field.offset + field.bytes > offset + bytes) continue;
    const std::uint32_t bits = full(field.bytes) << 8 * (offset + bytes - field.offset - field.bytes);
    if ((rest & bits) != bits) continue;
    with(field);
    rest &= ~bits;
  }
  return rest == 0;
}

}  // namespace

std::string field_name(std::uint32_t offset, std::uint32_t bytes, std::uint32_t mask, bool arp, bool brief) {
  std::string text;
  const bool known = split(offset, bytes, mask, arp, [&](const KnownField& field) {
    text += (text.empty() ? "" : ", ") + std::string(brief && field.brief != nullptr ? field.brief : field.name);
  });
  if (known && !text.empty()) return text;
  text = bytes == 1 ? fmt::format("byte {}", offset) : fmt::format("bytes {} to {}", offset, offset + bytes - 1);
  return mask == full(bytes) ? text : text + fmt::format(" & {:0{}x}", mask, 2 * bytes);
}

std::string field_value(std::uint32_t offset, std::uint32_t bytes, std::uint32_t mask, std::uint32_t value, bool arp) {
  std::string text;
  const bool known = split(offset, bytes, mask, arp, [&](const KnownField& field) {
    text += (text.empty() ? "" : ", ") + value_text(field, part(field, offset, bytes, value));
  });
  return known && !text.empty() ? text : fmt::format("{:0{}x}", value, 2 * bytes);
}

std::vector<std::string> packet_lines(const std::vector<std::uint8_t>& packet) {
  std::vector<std::string> lines;
  const auto number = [&](std::size_t at, std::size_t bytes) { return packets::field(packet, at, bytes); };
  const auto hardware = [&](std::size_t at) {
    std::string text;
    for (std::size_t i = 0; i < 6; ++i) text += fmt::format("{}{:02x}", i == 0 ? "" : ":", number(at + i, 1));
    return text;
  };
  if (packet.size() < packets::kEthernetBytes) return {"shorter than an Ethernet header"};
  const std::uint32_t type = number(12, 2);
  lines.push_back(fmt::format("Ethernet: {} to {}, type {}", hardware(6), hardware(0),
                              type == packets::kTypeIp    ? std::string("IPv4")
                              : type == packets::kTypeArp ? std::string("ARP")
                                                          : fmt::format("{:04x}", type)));
  if (type != packets::kTypeIp || packet.size() < packets::kEthernetBytes + packets::kIpBytes) {
    lines.push_back(packets::describe(packet));
    return lines;
  }
  const std::uint32_t protocol = number(23, 1);
  lines.push_back(fmt::format("IPv4: {} to {}, {} bytes, time to live {}", packets::address_text(number(26, 4)),
                              packets::address_text(number(30, 4)), number(16, 2), number(22, 1)));
  const std::size_t at = packets::kEthernetBytes + 4 * (number(14, 1) & 15);
  if (protocol == packets::kProtocolUdp)
    lines.push_back(
        fmt::format("UDP: port {} to port {}, {} bytes", number(at, 2), number(at + 2, 2), number(at + 4, 2)));
  else if (protocol == packets::kProtocolTcp)
    lines.push_back(
        fmt::format("TCP: port {} to port {}, sequence {}", number(at, 2), number(at + 2, 2), number(at + 4, 4)));
  else if (protocol == packets::kProtocolIcmp)
    lines.push_back(
        fmt::format("ICMP: type {}, code {}, sequence {}", number(at, 1), number(at + 1, 1), number(at + 6, 2)));
  else
    lines.push_back(fmt::format("protocol {}", protocol));
  return lines;
}

}  // namespace exo::views
