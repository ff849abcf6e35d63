// The ring's reader against a ring that is written by this test: honest, overwritten, and hostile.
#include "explorer/connection/trace_reader.hpp"

#include <gtest/gtest.h>

#include <random>

#include "explorer/connection/guest_memory.hpp"
#include "kernel/abi/memory_layout.hpp"

namespace exo::connection {
namespace {

class Ring : public testing::Test {
 protected:
  Ring() {
    shared().version = abi::kTraceVersion;
    shared().capacity = abi::kTraceCapacity;
    shared().record_bytes = sizeof(abi::TraceRecord);
    shared().ring_physical = abi::kTraceRingPhysical;
    shared().magic = abi::kTraceMagic;
  }
  abi::TraceShared& shared() { return memory.shared(); }
  void emit(std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) {
      abi::TraceRecord& record = memory.ring()[shared().head % abi::kTraceCapacity];
      record = {shared().head * 10, shared().head, std::uint16_t(shared().head % 90), 1, 0, {shared().head, 0, 0, 0}};
      ++shared().head;
    }
  }
  // Moves the reader far on, over records that it leaves out.
  void skip_to(std::uint64_t to) {
    while (reader.position() < to) {
      const std::uint64_t step = std::min<std::uint64_t>(to - reader.position(), 0x7000'0000);
      const std::uint32_t head = std::uint32_t(reader.position() + step);
      memory.ring()[(head - 1) % abi::kTraceCapacity].sequence = head - 1;
      shared().head = head;
      reader.read(out);
    }
    static_cast<void>(reader.take_complaints());
    out.clear();
  }

  GuestMemory memory;
  TraceReader reader{memory.shared(), memory.ring()};
  std::vector<abi::TraceRecord> out;
};

TEST_F(Ring, NothingBeforeBoot) {
  shared().magic = 0;
  shared().head = 77;
  EXPECT_EQ(reader.read(out), 0u);
  EXPECT_FALSE(reader.ready());
  EXPECT_TRUE(reader.take_complaints().empty());
}

TEST_F(Ring, EveryRecordOnceAndInOrderAcrossTheWrap) {
  std::uint32_t expected = 0;
  for (int round = 0; round < 30; ++round) {
    emit(20'001);
    while (reader.read(out, 7'000) != 0) {
    }
    for (const abi::TraceRecord& record : out) ASSERT_EQ(record.sequence, expected++);
    out.clear();
  }
  EXPECT_EQ(expected, 30u * 20'001u);
  EXPECT_EQ(reader.position(), expected);
  EXPECT_EQ(reader.head(), expected);
  EXPECT_EQ(reader.lost(), 0u);
  EXPECT_TRUE(reader.take_complaints().empty());
}

TEST_F(Ring, TheCounterWrapsAt32Bits) {
  skip_to((std::uint64_t{1} << 32) - 5);
  emit(10);
  EXPECT_EQ(reader.read(out), 10u);
  EXPECT_EQ(out.front().sequence, 0xffff'fffbu);
  EXPECT_EQ(out.back().sequence, 4u);
  EXPECT_EQ(reader.position(), (std::uint64_t{1} << 32) + 5);
  EXPECT_TRUE(reader.take_complaints().empty());
}

TEST_F(Ring, WhatWasOverwrittenIsCountedAndShowsAsAGap) {
  emit(10);
  reader.read(out);
  emit(abi::kTraceCapacity + 100);
  out.clear();
  // The oldest slot may be half overwritten, so one less than the capacity is read.
  EXPECT_EQ(reader.read(out), abi::kTraceCapacity - 1u);
  EXPECT_EQ(reader.lost(), 101u);
  EXPECT_EQ(out.front().sequence, 111u);
}

TEST_F(Ring, AHeadThatGoesBackIsSaidOnceAndReadingGoesOn) {
  emit(100);
  reader.read(out);
  shared().head = 50;
  out.clear();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(reader.read(out), 0u);
  EXPECT_EQ(reader.take_complaints().size(), 1u);
  EXPECT_EQ(reader.position(), 100u);
  emit(60);
  EXPECT_EQ(reader.read(out), 10u);
  EXPECT_EQ(out.front().sequence, 100u);
}

TEST_F(Ring, AHeadThatLeapsReadsNothingFalse) {
  emit(100);
  reader.read(out);
  out.clear();
  shared().head += 1'000'000'000;
  // The newest record is not the one that this head names: nothing is read, and nothing is counted as lost.
  for (int i = 0; i < 5; ++i) EXPECT_EQ(reader.read(out), 0u);
  EXPECT_EQ(reader.take_complaints().size(), 1u);
  EXPECT_EQ(reader.lost(), 0u);
  // Once records stand behind it, it is a gap.
  emit(5);
  EXPECT_EQ(reader.read(out), 5u);
  EXPECT_EQ(reader.lost(), 1'000'000'000u);
}

TEST_F(Ring, WhatHasNoRecordIsGivenUpOnDemand) {
  emit(100);
  reader.read(out);
  out.clear();
  shared().head += 50;
  EXPECT_EQ(reader.read(out), 0u);
  static_cast<void>(reader.take_complaints());
  reader.skip_unreadable();
  EXPECT_EQ(reader.position(), 150u);
  EXPECT_EQ(reader.lost(), 50u);
  EXPECT_EQ(reader.take_complaints().size(), 1u);
  reader.skip_unreadable();
  EXPECT_TRUE(reader.take_complaints().empty());
  emit(5);
  EXPECT_EQ(reader.read(out), 5u);
}

TEST_F(Ring, AHeadThatLeapsAndComesBackIsReadOnFromWhereItWas) {
  emit(100);
  reader.read(out);
  out.clear();
  shared().head += 1'000'000'000;
  EXPECT_EQ(reader.read(out), 0u);
  shared().head -= 1'000'000'000;
  emit(5);
  EXPECT_EQ(reader.read(out), 5u);
  EXPECT_EQ(reader.lost(), 0u);
}

TEST_F(Ring, RecordsWithAWrongNumberAreLeftOut) {
  emit(10);
  memory.ring()[3].sequence = 9999;
  EXPECT_EQ(reader.read(out), 9u);
  const auto complaints = reader.take_complaints();
  ASSERT_EQ(complaints.size(), 1u);
  EXPECT_NE(complaints[0].find("9999"), std::string::npos);
}

TEST_F(Ring, AnotherFormatIsSaidOnceAndNotRead) {
  shared().version = 7;
  emit(10);
  EXPECT_EQ(reader.read(out), 0u);
  EXPECT_EQ(reader.read(out), 0u);
  EXPECT_EQ(reader.take_complaints().size(), 1u);
}

TEST_F(Ring, RandomHeadsNeverCrashNorFloodWithComplaints) {
  std::mt19937 random(7);
  emit(abi::kTraceCapacity);
  std::uint64_t before = 0;
  std::size_t complaints = 0;
  for (int round = 0; round < 600; ++round) {
    shared().head = std::uint32_t(random());
    if (round % 3 == 0) shared().capacity = std::uint32_t(random());
    if (round % 3 == 1) shared().capacity = abi::kTraceCapacity;
    out.clear();
    EXPECT_LT(reader.read(out), abi::kTraceCapacity);
    EXPECT_GE(reader.position(), before);
    before = reader.position();
    static_cast<void>(reader.newest_event());
    complaints += reader.take_complaints().size();
  }
  EXPECT_GE(complaints, 1u);
  EXPECT_LE(complaints, 200u);
}

}  // namespace
}  // namespace exo::connection
