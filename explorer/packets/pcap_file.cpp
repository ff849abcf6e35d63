#include "explorer/packets/pcap_file.hpp"

#include <fmt/format.h>

#include "explorer/common/error.hpp"
#include "kernel/abi/downloads.hpp"

namespace exo::packets {
namespace {

constexpr std::uint32_t kMicros = 0xa1b2'c3d4, kNanos = 0xa1b2'3c4d, kNewFormat = 0x0a0d'0d0a;
constexpr std::size_t kHeaderBytes = 24, kRecordBytes = 16;
constexpr std::uint32_t kEthernetLink = 1;
constexpr std::size_t kMostPackets = 65'536;

class Reader {
 public:
  Reader(std::string_view bytes, bool big) : bytes_(bytes), big_(big) {}
  [[nodiscard]] std::uint32_t number(std::size_t at, std::size_t bytes = 4) const {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < bytes; ++i)
      value |= std::uint32_t(std::uint8_t(bytes_[at + i])) << 8 * (big_ ? bytes - 1 - i : i);
    return value;
  }

 private:
  std::string_view bytes_;
  bool big_;
};

[[noreturn]] void refuse(std::string_view name, const std::string& what) {
  throw InputError(fmt::format("{}: {}", name, what));
}

void put(std::string& out, std::uint32_t value, std::size_t bytes = 4) {
  for (std::size_t i = 0; i < bytes; ++i) out += char(value >> 8 * i);
}

}  // namespace

void append_pcap_head(std::string& out) {
  put(out, kMicros);
  put(out, 2, 2);
  put(out, 4, 2);
  put(out, 0);
  put(out, 0);
  put(out, 0xffff);
  put(out, kEthernetLink);
}

void append_pcap(std::string& out, const Captured& packet) {
  constexpr std::uint32_t kMicrosASecond = 1'000'000;
  put(out, std::uint32_t(packet.micros / kMicrosASecond));
  put(out, std::uint32_t(packet.micros % kMicrosASecond));
  put(out, std::uint32_t(packet.bytes.size()));
  put(out, std::uint32_t(packet.bytes.size()));
  out.append(packet.bytes.begin(), packet.bytes.end());
}

std::string write_pcap(std::span<const Captured> packets) {
  std::string out;
  append_pcap_head(out);
  for (const auto& packet : packets) append_pcap(out, packet);
  return out;
}

std::vector<Captured> read_pcap(std::string_view file, std::string_view name) {
  if (file.size() < 4) refuse(name, "this is no pcap file: it is too short; save one with tcpdump -w");
  const std::uint32_t little = Reader(file, false).number(0), big = Reader(file, true).number(0);
  if (little == kNewFormat)
    refuse(name, "this is a pcapng file; convert it: editcap -F pcap, or tcpdump -r and -w of an older version");
  const bool is_big = big == kMicros || big == kNanos;
  if (!is_big && little != kMicros && little != kNanos) refuse(name, "this is no pcap file; save one with tcpdump -w");
  if (file.size() < kHeaderBytes) refuse(name, "it is cut off in its header; save it again");
  const Reader reader(file, is_big);
  const bool nanos = reader.number(0) == kNanos;
  if (reader.number(4, 2) != 2)
    refuse(name, fmt::format("it has version {}.{} of the format, 2.4 can be read", reader.number(4, 2),
                             reader.number(6, 2)));
  if (const std::uint32_t link = reader.number(20) & 0xffff; link != kEthernetLink)
    refuse(name, fmt::format("its packets are of link type {}; only Ethernet (1) can be put on this wire", link));

  std::vector<Captured> packets;
  std::uint64_t begin = 0;
  for (std::size_t at = kHeaderBytes; at < file.size();) {
    const std::size_t number = packets.size() + 1;
    if (number > kMostPackets) refuse(name, fmt::format("it has more than {} packets; take fewer", kMostPackets));
    if (file.size() - at < kRecordBytes) refuse(name, fmt::format("packet {} is cut off; save it again", number));
    const std::uint32_t bytes = reader.number(at + 8), original = reader.number(at + 12);
    if (bytes > file.size() - at - kRecordBytes)
      refuse(name, fmt::format("packet {} is cut off; save it again", number));
    if (bytes != original)
      refuse(name,
             fmt::format("of packet {} only {} of {} bytes were saved; use tcpdump -s 0", number, bytes, original));
    if (bytes < abi::kLeastPacketBytes || bytes > abi::kMostPacketBytes)
      refuse(name, fmt::format("packet {} has {} bytes; the wire takes {} to {}", number, bytes, abi::kLeastPacketBytes,
                               abi::kMostPacketBytes));
    const std::uint64_t micros =
        reader.number(at) * std::uint64_t{1'000'000} + reader.number(at + 4) / (nanos ? 1000 : 1);
    if (packets.empty()) begin = micros;
    const auto* from = file.data() + at + kRecordBytes;
    packets.push_back({micros < begin ? 0 : micros - begin, Bytes(from, from + bytes)});
    at += kRecordBytes + bytes;
  }
  return packets;
}

}  // namespace exo::packets
