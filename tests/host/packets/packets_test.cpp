// Packets from templates have right checksums and lengths, are described in words, and find their place in the store.
#include <gtest/gtest.h>

#include "explorer/packets/collector.hpp"
#include "explorer/packets/describe.hpp"
#include "explorer/packets/store.hpp"
#include "explorer/packets/text.hpp"
#include "kernel/abi/downloads.hpp"

namespace exo::packets {
namespace {

constexpr std::uint32_t kHere = 0x0a00'0002, kThere = 0x0a00'0009;
const Endpoint kFrom{kThere, 4000}, kTo{kHere, 7};

Bytes text_bytes(std::string_view text) { return {text.begin(), text.end()}; }

/// A sum over everything, its checksum included, is all ones.
bool checks_out(const Bytes& packet, std::uint8_t protocol) {
  const View all(packet);
  if (internet_sum(all.subspan(kEthernetBytes, kIpBytes)) != 0xffff) return false;
  const View rest = all.subspan(kEthernetBytes + kIpBytes);
  if (protocol == kProtocolIcmp) return internet_sum(rest) == 0xffff;
  const std::uint32_t pseudo = internet_sum(all.subspan(kEthernetBytes + 12, 8), protocol + std::uint32_t(rest.size()));
  return internet_sum(rest, pseudo) == 0xffff;
}

TEST(Packets, ChecksumsAreRightForEveryLength) {
  for (std::size_t length = 0; length < 70; ++length) {
    Bytes payload(length);
    for (std::size_t i = 0; i < length; ++i) payload[i] = std::uint8_t(i * 37 + length);
    EXPECT_TRUE(checks_out(build(Udp{kFrom, kTo, payload}), kProtocolUdp)) << length;
    EXPECT_TRUE(checks_out(build(Icmp{kFrom, kTo, false, 3, 4, payload}), kProtocolIcmp)) << length;
    EXPECT_TRUE(checks_out(build(Tcp{kFrom, kTo, 2, 1, 0, payload}), kProtocolTcp)) << length;
  }
}

TEST(Packets, AChecksumOfZeroIsSentAsOnes) {
  // A payload of two bytes takes every value, so one of them makes the sum all ones.
  bool seen = false;
  for (std::uint32_t value = 0; value < 0x1'0000; ++value) {
    const Bytes packet = build(Udp{kFrom, kTo, {std::uint8_t(value >> 8), std::uint8_t(value)}});
    const std::uint32_t checksum = field(packet, kEthernetBytes + kIpBytes + 6, 2);
    ASSERT_NE(checksum, 0u);
    seen = seen || checksum == 0xffff;
  }
  EXPECT_TRUE(seen);
}

TEST(Packets, AnUdpPacketIsWhatItShouldBe) {
  EXPECT_EQ(hex_text(build(Udp{kFrom, kTo, text_bytes("hello")})),
            "02000a000002"
            "02000a000009"
            "0800"
            "450000210000400040112"
            "6c20a0000090a000002"
            "0fa00007000d9850"
            "68656c6c6f");
}

TEST(Packets, AnArpRequestGoesToEverybody) {
  const Bytes packet = build(Arp{{kThere, 0}, {kHere, 0}, false});
  EXPECT_EQ(hex_text(packet),
            "ffffffffffff02000a00000908060001080006040001"
            "02000a0000090a000009"
            "0000000000000a000002");
  EXPECT_EQ(packet.size(), kEthernetBytes + kArpBytes);
}

TEST(Packets, AreDescribedInALine) {
  EXPECT_EQ(describe(build(Udp{kFrom, kTo, text_bytes("hello")})), "UDP 10.0.0.9:4000 to 10.0.0.2:7, 5 bytes");
  EXPECT_EQ(describe(build(Icmp{kFrom, kTo, true, 1, 1, {1}})), "ICMP echo reply, 10.0.0.9 to 10.0.0.2, 1 byte");
  EXPECT_EQ(describe(build(Arp{kFrom, kTo, false})), "ARP: who has 10.0.0.2? asks 10.0.0.9");
  EXPECT_EQ(describe(build(Tcp{kFrom, kTo, 0x12, 0, 0, {}})), "TCP 10.0.0.9:4000 to 10.0.0.2:7, SA, 0 bytes");
  EXPECT_EQ(describe(Bytes(3)), "3 bytes, too few for a header");
  EXPECT_EQ(describe(Bytes(14)), "Ethernet of type 0x0000, 14 bytes");
}

TEST(Packets, NothingThatIsCutOffOrWrongBreaksTheWords) {
  const Bytes whole = build(Tcp{kFrom, kTo, 0x12, 0, 0, text_bytes("hello")});
  for (std::size_t length = 0; length <= whole.size(); ++length)
    EXPECT_FALSE(describe(View(whole).first(length)).empty());
  std::uint32_t state = 1;
  for (int round = 0; round < 20'000; ++round) {
    Bytes packet = whole;
    for (int i = 0; i < 3; ++i) {
      state = state * 1'664'525 + 1'013'904'223;
      packet[(state >> 8) % packet.size()] = std::uint8_t(state >> 24);
    }
    packet.resize(packet.size() - (state >> 16) % 20);
    EXPECT_FALSE(describe(packet).empty());
  }
}

TEST(Packets, AddressesAndHexAreReadStrictly) {
  EXPECT_EQ(parse_address("10.0.0.2"), kHere);
  for (const char* bad : {"", "10.0.0", "10.0.0.256", "10.0.0.2 ", "10.0.0.2.3", "a.0.0.1", "-1.0.0.1", "10..0.1"})
    EXPECT_FALSE(parse_address(bad)) << bad;
  EXPECT_EQ(parse_endpoint("10.0.0.9:4000")->port, 4000);
  for (const char* bad : {"10.0.0.9", "10.0.0.9:", "10.0.0.9:65536", "10.0.0.9:7x"})
    EXPECT_FALSE(parse_endpoint(bad)) << bad;
  EXPECT_EQ(parse_hex(" 01 aB\nff "), (Bytes{1, 0xab, 0xff}));
  for (const char* bad : {"1", "0x01", "0 1", "012", "gg"}) EXPECT_FALSE(parse_hex(bad)) << bad;
}

TEST(Store, PacketsLieSoThatTheirHeadersAreAlignedAndTheSameLieOnce) {
  Store store;
  const Bytes first = build(Udp{kFrom, kTo, text_bytes("a")}), second = build(Udp{kFrom, kTo, text_bytes("bc")});
  const auto a = store.add_packet(first), b = store.add_packet(second);
  ASSERT_TRUE(a && b);
  EXPECT_EQ(*a % 4, 2u);
  EXPECT_EQ(*b % 4, 2u);
  EXPECT_GE(*b, *a + first.size());
  EXPECT_EQ(store.add_packet(first), a);
  const abi::bpf::Instruction program[] = {{0xb7, 0, 0, 1}, {0x95, 0, 0, 0}};
  const auto c = store.add_program(program);
  EXPECT_EQ(*c % 4, 0u);
  EXPECT_EQ(store.bytes().substr(*b, second.size()), std::string(second.begin(), second.end()));
  EXPECT_EQ(instructions_of(bytes_of(program)).size(), 2u);
}

TEST(Store, ItNeverGrowsBeyondTheMachines) {
  Store store;
  EXPECT_FALSE(store.add_packet(Bytes(abi::kLeastPacketBytes - 1)));
  EXPECT_FALSE(store.add_packet(Bytes(abi::kMostPacketBytes + 1)));
  std::size_t count = 0;
  for (;; ++count) {
    Bytes packet(1500);
    packet[0] = std::uint8_t(count);
    packet[1] = std::uint8_t(count >> 8);
    if (!store.add_packet(packet)) break;
  }
  EXPECT_LE(store.bytes().size(), abi::kPacketStoreBytes);
  EXPECT_GT(count, abi::kPacketStoreBytes / 1504 - 2);
  EXPECT_FALSE(store.place(abi::kPacketStoreBytes - 3, Bytes(4)));
  EXPECT_FALSE(store.place(0xffff'ffff, Bytes(4)));
  EXPECT_TRUE(store.place(abi::kPacketStoreBytes - 4, Bytes(4)));
}

TEST(Collector, PutsPacketsTogetherAndForgetsWhatIsBrokenOff) {
  Collector collector;
  const auto record = [](abi::Event event, std::uint32_t a, std::uint32_t b) {
    abi::TraceRecord r{};
    r.event = std::uint16_t(event);
    r.arguments[0] = a;
    r.arguments[1] = b;
    return r;
  };
  EXPECT_FALSE(collector.take(record(abi::Event::PacketArrived, 1, 20)));
  EXPECT_FALSE(collector.take(record(abi::Event::PacketBytes, 0x0403'0201, 0)));
  EXPECT_FALSE(collector.take(record(abi::Event::PacketSent, 2, 18)));
  EXPECT_FALSE(collector.take(record(abi::Event::PacketBytes, 0x0403'0201, 0)));
  const auto packet = collector.take(record(abi::Event::PacketBytes, 0x0605, 0));
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->event, abi::Event::PacketSent);
  EXPECT_EQ(packet->number, 2u);
  EXPECT_EQ(packet->bytes.size(), 18u);
  EXPECT_EQ(packet->bytes[1], 2);
  EXPECT_EQ(packet->bytes[16], 5);
  EXPECT_FALSE(collector.take(record(abi::Event::PacketBytes, 1, 2)));
  EXPECT_FALSE(collector.take(record(abi::Event::PacketArrived, 3, 0xffff'ffff)));
  EXPECT_FALSE(collector.take(record(abi::Event::PacketBytes, 1, 2)));
}

}  // namespace
}  // namespace exo::packets
