// Packets and filters in a session: they are stored before the command that points to them, come out of a history as
// a capture, and out of a recording into a store again.
#include <gtest/gtest.h>

#include <cstring>

#include "explorer/packets/build.hpp"
#include "explorer/scenario/parse.hpp"
#include "explorer/session/captured.hpp"
#include "explorer/session/player.hpp"
#include "tests/host/scenario/fake_guest.hpp"
#include "tests/host/scenario/records.hpp"

namespace exo::session {
namespace {

using abi::ControlOp;
using abi::Event;
using packets::Bytes;

constexpr const char* kLesson =
    "title = \"t\"\ngoal = \"g\"\nend_us = 1000\n[[env]]\nprogram = \"echo\"\n[[step]]\nat_us = 500\n"
    "inject = { packet = { hex = \"000000000000000000000000ffff\" } }\nsay = \"s\"\n"
    "[[expect]]\ntext = \"e\"\nholds = \"frames(echo) >= 0\"\n";

const Bytes kPacket = packets::build(packets::Udp{{0x0a00'0009, 1}, {0x0a00'0002, 7}, {1, 2, 3}});

void add_bytes(test::Records& records, Event event, const Bytes& bytes) {
  for (std::size_t at = 0; at < bytes.size(); at += 16) {
    std::uint32_t words[4]{};
    std::memcpy(words, bytes.data() + at, std::min<std::size_t>(16, bytes.size() - at));
    records.add(event, 0, words[0], words[1], words[2], words[3]);
  }
}

class SessionPacketsTest : public testing::Test {
 protected:
  test::FakeScript script_;
  std::unique_ptr<Player> player_;

  void SetUp() override {
    test::Records records;
    records.boot().environment(1, "arbiter").environment(2, "echo");
    script_.records = records.all();
    LiveOptions options;
    options.start_paused = true;
    BootPlan plan;
    plan.scenario = std::make_shared<const scenario::Scenario>(scenario::parse(kLesson, "lesson.toml", {}));
    player_ = std::make_unique<Player>(
        options, plan, [this](const BootPlan& boot) { return std::make_unique<test::FakeGuest>(script_, boot.stop); });
    for (int i = 0; i < 20; ++i) player_->pump(std::chrono::microseconds(200));
  }
};

TEST_F(SessionPacketsTest, APacketIsStoredBehindTheScenariosAndPointedTo) {
  player_->apply(model::SendPacket{kPacket});
  ASSERT_EQ(script_.injected.size(), 1u);
  const auto& command = script_.injected[0].command;
  EXPECT_EQ(ControlOp(command.op), ControlOp::Packet);
  EXPECT_EQ(command.b, kPacket.size());
  EXPECT_EQ(command.a % 4, 2u);
  EXPECT_GE(command.a, 2u + 14u) << "the scenario's own packet lies before it";
  EXPECT_EQ(script_.stored[command.a], kPacket);
}

TEST_F(SessionPacketsTest, AFilterIsCompiledAndStored) {
  player_->apply(model::DownloadFilter{2, "udp port 7", 3});
  ASSERT_EQ(script_.injected.size(), 1u);
  const auto& command = script_.injected[0].command;
  EXPECT_EQ(ControlOp(command.op), ControlOp::Download);
  EXPECT_EQ(command.environment, 2u);
  EXPECT_EQ(command.b >> 16, 3u);
  EXPECT_EQ(script_.stored[command.a].size(), (command.b & 0xffff) * 8);
}

TEST_F(SessionPacketsTest, WhatCanNotBeDoneIsSaid) {
  player_->apply(model::DownloadFilter{2, "udp port", 3});
  EXPECT_NE(player_->status_text().find("not understood"), std::string::npos) << player_->status_text();
  player_->apply(model::DownloadFilter{0, "udp", 3});
  EXPECT_NE(player_->status_text().find("choose an environment"), std::string::npos);
  player_->apply(model::SendPacket{Bytes(3)});
  EXPECT_NE(player_->status_text().find("3 bytes"), std::string::npos);
  player_->apply(model::SavePackets{"/nowhere/at/all.pcap"});
  EXPECT_NE(player_->status_text().find("can't be written"), std::string::npos);
  EXPECT_TRUE(script_.injected.empty());
}

TEST_F(SessionPacketsTest, ASessionThatHasUsedUpItsRoomSaysSo) {
  Bytes packet(1500);
  for (std::uint32_t i = 0; i < 700; ++i) {
    packet[20] = std::uint8_t(i);
    packet[21] = std::uint8_t(i >> 8);
    player_->apply(model::SendPacket{packet});
  }
  EXPECT_NE(player_->status_text().find("no more room"), std::string::npos) << player_->status_text();
  EXPECT_LT(script_.injected.size(), 700u);
  player_->apply(model::SendPacket{script_.stored.begin()->second});  // what lies there already can be sent for ever
  EXPECT_EQ(player_->status_text().find("no more room"), std::string::npos);
}

TEST(Captured, PacketsInAndOutWithTheirTimes) {
  test::Records records;
  records.boot().add(Event::PacketArrived, 0, 1, std::uint32_t(kPacket.size()));
  add_bytes(records, Event::PacketBytes, kPacket);
  const std::size_t sent = records.size();
  records.add(Event::PacketSent, 2, 1, 20);
  add_bytes(records, Event::PacketBytes, Bytes(20, 9));
  model::History history;
  history.append(records.all());
  const auto all = captured(history);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].bytes, kPacket);
  EXPECT_EQ(all[1].bytes, Bytes(20, 9));
  EXPECT_EQ(all[1].micros, std::uint64_t(model::micros(history.ticks(sent + 1))));
}

TEST(Captured, ARecordingGivesItsStoreBack) {
  packets::Store store;
  const auto at = *store.add_packet(kPacket);
  const abi::bpf::Instruction program[] = {{0xb7, 0, 0, 1}, {0xb7, 1, 0, 2}, {0x95, 0, 0, 0}};
  const auto program_at = *store.add_program(program);
  test::Records records;
  records.boot().control(ControlOp::Packet, 0, at, std::uint32_t(kPacket.size()), 5);
  records.add(Event::PacketArrived, 0, 1, std::uint32_t(kPacket.size()));
  add_bytes(records, Event::PacketBytes, kPacket);
  records.control(ControlOp::Download, 2, program_at, 3, 6);
  records.add(Event::CodeOffered, 2, 1, std::uint32_t(abi::DownloadKind::Filter), 3, 2);
  add_bytes(records, Event::CodeText, packets::bytes_of(program));
  packets::Store again;
  restore_packets(records.all(), again);
  EXPECT_EQ(again.bytes(), store.bytes());
  // Commands that point to nowhere, and bytes that nobody asked for.
  test::Records wrong;
  wrong.boot().control(ControlOp::Packet, 0, 0xffff'fff0, 20, 5).add(Event::PacketArrived, 0, 1, 20);
  add_bytes(wrong, Event::PacketBytes, Bytes(20, 1));
  wrong.add(Event::CodeOffered, 2, 1, 2, 0xffff'ffff, 2);
  add_bytes(wrong, Event::CodeText, Bytes(64, 1));
  packets::Store empty;
  restore_packets(wrong.all(), empty);
  EXPECT_TRUE(empty.bytes().empty());
}

}  // namespace
}  // namespace exo::session
