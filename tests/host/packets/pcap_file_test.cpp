// pcap files: what is written is read again, both byte orders and both units of time are understood, and whatever is
// wrong with a file is refused in one line.
#include "explorer/packets/pcap_file.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "explorer/common/error.hpp"

namespace exo::packets {
namespace {

std::vector<Captured> three_packets() {
  return {{0, Bytes(60, 1)}, {1'500'000, Bytes(14, 2)}, {1'500'001, Bytes(1514, 3)}};
}

std::string refusal(const std::string& file) {
  try {
    (void)read_pcap(file, "x.pcap");
  } catch (const InputError& error) {
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
    EXPECT_TRUE(std::string(error.what()).starts_with("x.pcap: ")) << error.what();
    return error.what();
  }
  return "";
}

/// Turns the numbers of a file around: header fields and record headers.
std::string turned(std::string file) {
  const auto turn = [&](std::size_t at, std::size_t bytes) {
    std::reverse(file.begin() + std::ptrdiff_t(at), file.begin() + std::ptrdiff_t(at + bytes));
  };
  for (std::size_t at = 24; at < file.size();) {
    const std::size_t bytes = std::uint8_t(file[at + 8]) | std::size_t(std::uint8_t(file[at + 9])) << 8;
    for (std::size_t i = 0; i < 16; i += 4) turn(at + i, 4);
    at += 16 + bytes;
  }
  turn(0, 4);
  turn(4, 2);
  turn(6, 2);
  for (std::size_t i = 8; i < 24; i += 4) turn(i, 4);
  return file;
}

TEST(PcapFile, IsReadAsItWasWrittenInEitherByteOrder) {
  const auto packets = three_packets();
  const std::string file = write_pcap(packets);
  for (const auto& way : {file, turned(file)}) {
    const auto read = read_pcap(way, "x.pcap");
    ASSERT_EQ(read.size(), packets.size());
    for (std::size_t i = 0; i < read.size(); ++i) {
      EXPECT_EQ(read[i].micros, packets[i].micros);
      EXPECT_EQ(read[i].bytes, packets[i].bytes);
    }
  }
}

TEST(PcapFile, NanosecondsAreRoundedDownAndTimesBeginAtTheFirstPacket) {
  std::string file = write_pcap(std::vector<Captured>{{7'000'000, Bytes(20)}, {7'000'003, Bytes(20)}});
  file[0] = '\x4d';
  file[1] = '\x3c';
  file[24 + 16 + 20 + 4] = '\xd0';  // 2000 ns
  file[24 + 16 + 20 + 5] = '\x07';
  const auto read = read_pcap(file, "x.pcap");
  ASSERT_EQ(read.size(), 2u);
  EXPECT_EQ(read[0].micros, 0u);
  EXPECT_EQ(read[1].micros, 2u);
}

TEST(PcapFile, HostileFilesAreRefused) {
  const std::string file = write_pcap(three_packets());
  EXPECT_NE(refusal(""), "");
  EXPECT_NE(refusal("hello, world"), "");
  EXPECT_NE(refusal(std::string("\x0a\x0d\x0d\x0a") + std::string(100, '\0')).find("pcapng"), std::string::npos);
  for (std::size_t bytes = 1; bytes < 24; ++bytes) EXPECT_NE(refusal(file.substr(0, bytes)), "") << bytes;
  EXPECT_EQ(refusal(file.substr(0, 24)), "");  // no packet at all
  for (std::size_t bytes = 25; bytes < 24 + 16 + 60; ++bytes) EXPECT_NE(refusal(file.substr(0, bytes)), "") << bytes;
  const auto with = [&](std::size_t at, char value) {
    std::string changed = file;
    changed[at] = value;
    return changed;
  };
  EXPECT_NE(refusal(with(4, 9)).find("version"), std::string::npos);
  EXPECT_NE(refusal(with(20, 101)).find("link type"), std::string::npos);
  EXPECT_NE(refusal(with(24 + 12, 61)).find("were saved"), std::string::npos);
  EXPECT_NE(refusal(with(24 + 11, '\x7f')).find("cut off"), std::string::npos);
  std::string tiny = write_pcap(std::vector<Captured>{{0, Bytes(13)}});
  EXPECT_NE(refusal(tiny).find("13 bytes"), std::string::npos);
}

TEST(PcapFile, ChangedBytesAreReadOrRefusedButNeverBelieved) {
  const std::string file = write_pcap(three_packets());
  std::uint32_t state = 7;
  for (int round = 0; round < 50'000; ++round) {
    std::string changed = file;
    for (int i = 0; i < 2; ++i) {
      state = state * 1'664'525 + 1'013'904'223;
      changed[(state >> 8) % 140] = char(state >> 24);
    }
    try {
      for (const auto& packet : read_pcap(changed, "x")) EXPECT_LE(packet.bytes.size(), 1514u);
    } catch (const InputError&) {
    }
  }
}

}  // namespace
}  // namespace exo::packets
