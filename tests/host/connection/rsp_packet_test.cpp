// Framing of gdb's protocol: whatever portions bytes come in, packets come out once, whole and checked.
#include "explorer/connection/rsp_packet.hpp"

#include <gtest/gtest.h>

#include <random>

namespace {

using exo::connection::frame_packet;
using exo::connection::PacketParser;
using Kind = PacketParser::Kind;

std::vector<PacketParser::Item> parse(std::string_view bytes) {
  PacketParser parser;
  parser.feed(bytes);
  std::vector<PacketParser::Item> items;
  while (auto item = parser.next()) items.push_back(*item);
  return items;
}

TEST(RspPacket, FramesAsTheManualSays) {
  EXPECT_EQ(frame_packet("g"), "$g#67");
  EXPECT_EQ(frame_packet(""), "$#00");
  EXPECT_EQ(frame_packet("a#b"),
            "$a}\x03"
            "b#43");
}

TEST(RspPacket, AcknowledgementsAndPacketsKeepTheirOrder) {
  const auto items = parse("+$T05thread:01;#07-$OK#9a");
  ASSERT_EQ(items.size(), 4u);
  EXPECT_EQ(items[0].kind, Kind::Acknowledged);
  EXPECT_EQ(items[1].payload, "T05thread:01;");
  EXPECT_EQ(items[2].kind, Kind::Refused);
  EXPECT_EQ(items[3].payload, "OK");
}

TEST(RspPacket, EveryByteSurvivesInPortionsOfAnySize) {
  std::string payload;
  for (int i = 0; i < 256; ++i) payload += char(i);
  const std::string bytes = frame_packet(payload);
  for (std::size_t portion = 1; portion <= bytes.size(); ++portion) {
    PacketParser parser;
    for (std::size_t at = 0; at < bytes.size(); at += portion) parser.feed(std::string_view(bytes).substr(at, portion));
    const auto item = parser.next();
    ASSERT_TRUE(item) << portion;
    EXPECT_EQ(item->kind, Kind::Packet);
    EXPECT_EQ(item->payload, payload);
    EXPECT_FALSE(parser.next());
  }
}

TEST(RspPacket, RunLengthsAreUndone) {
  // '*' and a count of 29 + 3: three more of the same.
  const auto items = parse("$0* #7a");
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(items[0].payload, "0000");
}

TEST(RspPacket, WrongChecksumAndNonsenseAreDamaged) {
  for (const char* bytes : {"$g#68", "$g#zz", "$*!#4b", "$a}#de"}) {
    const auto items = parse(bytes);
    ASSERT_EQ(items.size(), 1u) << bytes;
    EXPECT_EQ(items[0].kind, Kind::Damaged) << bytes;
  }
}

TEST(RspPacket, NotificationsAreSkippedAndAnInterruptedPacketBeginsAgain) {
  EXPECT_TRUE(parse("%Stop:T05#00").empty());
  const auto items = parse("$gar$OK#9a");
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(items[0].payload, "OK");
}

TEST(RspPacket, AnEndlessPacketIsCutAndTheNextOneIsRead) {
  const auto items = parse("$" + std::string(PacketParser::kLargestPayload + 10, 'x') + "$OK#9a");
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(items[0].kind, Kind::Damaged);
  EXPECT_EQ(items[1].payload, "OK");
}

TEST(RspPacket, RandomBytesNeverMakeMoreThanTheyAre) {
  std::mt19937 random(1);
  for (int round = 0; round < 2000; ++round) {
    std::string bytes;
    for (int i = 0; i < 64; ++i) bytes += "$#%+-}*ab0123\x03"[random() % 14];
    std::size_t total = 0;
    for (const auto& item : parse(bytes)) total += item.payload.size();
    EXPECT_LE(total, bytes.size() * 100);
  }
}

}  // namespace
