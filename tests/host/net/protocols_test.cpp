// What the library OSes answer, against packets that the host builds by its own code; and what they must not fall for:
// packets cut short anywhere, with any bit turned, or with any bytes at all.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "explorer/packets/build.hpp"
#include "libos/net/arp.hpp"
#include "libos/net/icmp.hpp"
#include "libos/net/udp.hpp"

namespace exo::net {
namespace {

using packets::Bytes;

constexpr std::uint32_t kOwn = 0x0a00'0002, kPeer = 0x0a00'0009;
constexpr packets::Endpoint kHere{kOwn, 7}, kThere{kPeer, 4000};

/// As libos/echo does it. In memory of exactly the packet's size, so that the sanitizer sees every byte too far.
Bytes echo(const Bytes& packet) {
  const Bytes exact = packet;
  Bytes reply(1514);
  const auto bytes = std::uint32_t(exact.size());
  const auto answer = [&]() -> std::uint32_t {
    if (const std::uint32_t made = arp::answer(reply.data(), exact.data(), bytes, kOwn); made != 0) return made;
    ipv4::Datagram datagram;
    if (!ipv4::parse(datagram, exact.data(), bytes) || datagram.destination != kOwn) return 0;
    if (datagram.protocol == ipv4::kProtocolIcmp) return icmp::answer(reply.data(), exact.data(), datagram);
    udp::Message message;
    if (!udp::parse(message, datagram)) return 0;
    return udp::answer(reply.data(), exact.data(), datagram, message, message.data, message.bytes);
  };
  reply.resize(answer());
  return reply;
}

Bytes payload(std::size_t bytes) {
  Bytes made(bytes);
  for (std::size_t i = 0; i < bytes; ++i) made[i] = std::uint8_t(i * 7 + 1);
  return made;
}

TEST(Protocols, AnEchoIsThePacketTheOtherWayRound) {
  for (const std::size_t bytes : {0u, 1u, 2u, 5u, 18u, 600u, 1471u, 1472u})
    EXPECT_EQ(echo(build(packets::Udp{kThere, kHere, payload(bytes)})),
              build(packets::Udp{kHere, kThere, payload(bytes)}))
        << bytes;
}

TEST(Protocols, APingIsAnswered) {
  for (const std::size_t bytes : {0u, 1u, 56u, 1472u}) {
    packets::Icmp ping{kThere, kHere, false, 3, 4, payload(bytes)};
    packets::Icmp pong{kHere, kThere, true, 3, 4, payload(bytes)};
    EXPECT_EQ(echo(build(ping)), build(pong)) << bytes;
    EXPECT_THAT(echo(build(packets::Icmp{kThere, kHere, true, 3, 4, payload(bytes)})), testing::IsEmpty());
  }
}

TEST(Protocols, AQuestionForTheAddressIsAnswered) {
  EXPECT_EQ(echo(build(packets::Arp{kThere, kHere})), build(packets::Arp{kHere, kThere, true}));
  EXPECT_THAT(echo(build(packets::Arp{kThere, {kOwn + 1, 0}})), testing::IsEmpty());
  EXPECT_THAT(echo(build(packets::Arp{kThere, kHere, true})), testing::IsEmpty());
}

TEST(Protocols, AMessageWithoutChecksumIsTaken) {
  Bytes packet = build(packets::Udp{kThere, kHere, payload(5)});
  packet[40] = packet[41] = 0;
  EXPECT_EQ(echo(packet), build(packets::Udp{kHere, kThere, payload(5)}));
}

TEST(Protocols, WhatIsCutShortIsDropped) {
  const Bytes whole[] = {build(packets::Udp{kThere, kHere, payload(9)}),
                         build(packets::Icmp{kThere, kHere, false, 1, 1, payload(9)}),
                         build(packets::Arp{kThere, kHere})};
  for (const Bytes& packet : whole)
    for (std::size_t bytes = 0; bytes < packet.size(); ++bytes)
      EXPECT_THAT(echo(Bytes(packet.begin(), packet.begin() + std::ptrdiff_t(bytes))), testing::IsEmpty()) << bytes;
}

TEST(Protocols, ATurnedBitIsFound) {
  const Bytes packet = build(packets::Udp{kThere, kHere, payload(9)});
  for (std::size_t bit = 8 * ipv4::kHeader; bit < 8 * packet.size(); ++bit) {
    Bytes damaged = packet;
    damaged[bit / 8] ^= std::uint8_t(1u << bit % 8);
    EXPECT_THAT(echo(damaged), testing::IsEmpty()) << "bit " << bit;
  }
}

TEST(Protocols, FragmentsAreDropped) {
  for (const std::uint32_t field : {0x2000u, 0x0001u, 0x1fffu, 0x3fffu}) {
    Bytes packet = build(packets::Udp{kThere, kHere, payload(9)});
    packet[20] = std::uint8_t(field >> 8), packet[21] = std::uint8_t(field);
    packet[24] = packet[25] = 0;
    const std::uint32_t sum = ~packets::internet_sum(packets::View(packet).subspan(14, 20)) & 0xffff;
    packet[24] = std::uint8_t(sum >> 8), packet[25] = std::uint8_t(sum);
    EXPECT_THAT(echo(packet), testing::IsEmpty()) << field;
  }
}

TEST(Protocols, AnyBytesAreHarmless) {
  std::mt19937 random(4);
  const Bytes model = build(packets::Udp{kThere, kHere, payload(40)});
  for (int i = 0; i < 20'000; ++i) {
    Bytes packet(model.begin(), model.begin() + std::ptrdiff_t(random() % model.size()));
    for (unsigned turns = random() % 8; turns-- > 0 && !packet.empty();)
      packet[random() % packet.size()] = std::uint8_t(random());
    (void)echo(packet);
  }
}

}  // namespace
}  // namespace exo::net
