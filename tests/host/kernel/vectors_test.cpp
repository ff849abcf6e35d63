// What the exception vectors compute with single bit-field instructions, against the formulas that kernel, library OSes
// and explorer use for the same things: the STLB's index and the trace ring's. The instructions are written out here as
// the MIPS32 manual defines them (volume II), the numbers are the ones that the vectors are assembled with.
#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <set>

#include "kernel/abi/machine.hpp"
#include "kernel/abi/memory_layout.hpp"
#include "kernel/abi/trace_ring.hpp"
#include "kernel/arch/mips/offsets.h"

namespace {

using namespace exo::abi;

constexpr std::uint32_t kUnmapped = 0x8000'0000;  ///< first address of kseg0, where the kernel reaches physical memory

/// ins rt, rs, position, size
constexpr std::uint32_t ins(std::uint32_t rt, std::uint32_t rs, unsigned position, unsigned size) {
  const std::uint32_t field = ((1u << size) - 1) << position;
  return (rt & ~field) | (rs << position & field);
}

/// CP0 Context when `address` misses: PTEBase in bits 31 to 23, the page pair in bits 22 to 4.
constexpr std::uint32_t context(std::uint32_t base, std::uint32_t address) {
  return (base & 0xff80'0000) | (address >> 13) << 4;
}

/// The refill vector's way to an entry.
constexpr std::uint32_t refill_entry(std::uint32_t address, std::uint32_t hash) {
  const std::uint32_t pair = context(kUnmapped + kStlbPhysical, address);
  return ins(pair, 0, 4 + STLB_INDEX_BITS, 23 - 4 - STLB_INDEX_BITS) ^ hash * std::uint32_t{sizeof(StlbEntry)};
}

std::uint32_t slot_address(std::uint32_t slot) {
  return kUnmapped + kStlbPhysical + slot * std::uint32_t{sizeof(StlbEntry)};
}

static_assert(kStlbEntries == 1u << STLB_INDEX_BITS);
static_assert(kStlbPhysical % (8u << 20) == 0, "Context reaches the STLB only if it is aligned to 8 MiB");

TEST(StlbIndex, TheRefillVectorFindsTheSlotThatTheKernelFills) {
  std::mt19937 random(1995);
  for (int i = 0; i < 200'000; ++i) {
    const std::uint32_t address = static_cast<std::uint32_t>(random()) % kUserEnd;
    const std::uint32_t who = static_cast<std::uint32_t>(random()) % kMaxEnvironments;
    ASSERT_EQ(refill_entry(address, stlb_hash(who)), slot_address(stlb_slot(address >> kPageShift, who)))
        << std::hex << address << " of " << who;
  }
  for (const std::uint32_t address : {0u, 0x1000u, 0x2000u, kUserEnd - 1, kUserEnd - kPageSize, 0x0200'0000u - 1})
    EXPECT_EQ(refill_entry(address, stlb_hash(1)), slot_address(stlb_slot(address >> kPageShift, 1)));
}

TEST(StlbIndex, AsManyConsecutivePagesAsThereIsRoomForNeverCollide) {
  for (const std::uint32_t who : {1u, 31u, kMaxEnvironments - 1})
    for (const std::uint32_t first : {0x0u, 0x400u, 0x12346u, 0x7e000u}) {
      std::set<std::uint32_t> slots;
      for (std::uint32_t pair = 0; pair < kStlbEntries; ++pair) slots.insert(stlb_slot(first + 2 * pair, who));
      EXPECT_EQ(slots.size(), kStlbEntries) << "environment " << who << " from page " << std::hex << first;
    }
}

TEST(StlbIndex, ProgramsOfAFewPagesAtOneAddressKeepApart) {
  constexpr std::uint32_t kPairs = 32;  // what lies between the hashes of two neighbours
  std::set<std::uint32_t> slots;
  for (std::uint32_t who = 1; who < kMaxEnvironments; ++who)
    for (std::uint32_t pair = 0; pair < kPairs; ++pair)
      slots.insert(stlb_slot((kProgramAddress >> kPageShift) + 2 * pair, who));
  EXPECT_EQ(slots.size(), kPairs * (kMaxEnvironments - 1));
}

TEST(StlbIndex, PageAndOwnerAreInTheTag) {
  std::mt19937 random(125);
  for (int i = 0; i < 100'000; ++i) {
    const std::uint32_t vpn = static_cast<std::uint32_t>(random()) % (kUserEnd >> kPageShift);
    const std::uint32_t identifier = static_cast<std::uint32_t>(random()) % 256;
    const std::uint32_t tag = entry_hi(vpn, identifier);
    ASSERT_EQ(entry_hi_vpn(tag), vpn & ~1u);
    ASSERT_EQ(entry_hi_asid(tag), identifier);
    ASSERT_NE(tag, kStlbFree);
  }
}

TEST(RingIndex, TheVectorsWriteWhereTheExplorerReads) {
  static_assert(kTraceCapacity == 1u << RING_INDEX_BITS);
  constexpr std::uint32_t base = std::uint32_t{RING_HIGH} << 16;
  static_assert(base == kUnmapped + kTraceRingPhysical);
  const auto record = [](std::uint32_t head) { return ins(base, head, 5, RING_INDEX_BITS); };
  const auto expected = [](std::uint32_t head) {
    return base + head % kTraceCapacity * std::uint32_t{sizeof(TraceRecord)};
  };
  for (const std::uint32_t head :
       {0u, 1u, kTraceCapacity - 1, kTraceCapacity, kTraceCapacity + 1, 0x7fff'ffffu, 0x8000'0000u, 0xffff'ffffu})
    EXPECT_EQ(record(head), expected(head)) << head;
  std::mt19937 random(32);
  for (int i = 0; i < 100'000; ++i) {
    const auto head = static_cast<std::uint32_t>(random());
    ASSERT_EQ(record(head), expected(head));
  }
  // Around the end of the ring and around 2^32 the next record is the neighbour, or the first one.
  for (const std::uint32_t head : {0u, kTraceCapacity - 1, 0xffff'ffffu})
    EXPECT_EQ(record(head + 1), record(head) + 32 == base + kTraceCapacity * 32 ? base : record(head) + 32);
}

TEST(RingIndex, LiesWhereNothingElseIs) {
  EXPECT_LE(kTraceRingPhysical + kTraceCapacity * sizeof(TraceRecord), kFramesPhysical);
  EXPECT_LE(kTraceSharedPhysical + sizeof(TraceShared), kTraceRingPhysical);
}

// Whether a moment has passed, and whether the host's stop has been reached, are signed differences: they hold around
// the clock's own end.
TEST(Clock, OrderHoldsAroundTheWrap) {
  const auto passed = [](std::uint32_t moment, std::uint32_t now) {
    return static_cast<std::int32_t>(now - moment) >= 0;
  };
  const std::uint32_t longest = ticks_of_micros(65'535);  // patience and deadline are 16 bits each
  for (const std::uint32_t now : {0u, 1u, 0x7fff'ffffu, 0x8000'0000u, 0xffff'ff00u, 0xffff'ffffu}) {
    EXPECT_TRUE(passed(now, now));
    EXPECT_FALSE(passed(now + 1, now));
    EXPECT_FALSE(passed(now + longest, now));
    EXPECT_TRUE(passed(now + longest, now + longest + ticks_of_micros(1'000'000)));
  }
}

}  // namespace
