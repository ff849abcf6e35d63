// Arithmetic that kernel and explorer share: translations between frames, pages, TLB words and STLB slots.
#include <gtest/gtest.h>

#include <set>

#include "kernel/abi/machine.hpp"
#include "kernel/abi/memory_layout.hpp"

namespace {

using namespace exo::abi;

TEST(Frames, NumbersAndPhysicalPagesAreInverse) {
  for (const std::uint32_t frame : {0u, 1u, 4095u}) {
    EXPECT_TRUE(is_exported(pfn_of_frame(frame)));
    EXPECT_EQ(frame_of_pfn(pfn_of_frame(frame)), frame);
  }
  EXPECT_FALSE(is_exported(pfn_of_frame(0) - 1));
  EXPECT_FALSE(is_exported(pfn_of_frame(kFrameCount)));
}

TEST(Tlb, WordsHoldWhatWasPutIn) {
  const std::uint32_t hi = entry_hi(0x10011, 7);
  EXPECT_EQ(entry_hi_vpn(hi), 0x10010u);  // of the pair's even page
  EXPECT_EQ(entry_hi_asid(hi), 7u);
  const std::uint32_t lo = entry_lo(0x2005, true);
  EXPECT_EQ(entry_lo_pfn(lo), 0x2005u);
  EXPECT_TRUE(lo & kLoDirty);
  EXPECT_TRUE(lo & kLoValid);
  EXPECT_FALSE(lo & kLoGlobal);
  EXPECT_FALSE(entry_lo(0x2005, false) & kLoDirty);
}

TEST(Stlb, SlotIsInTheTableAndTheSameForBothHalves) {
  std::set<std::uint32_t> seen;
  for (std::uint32_t asid = 1; asid < kMaxEnvironments; ++asid) {
    for (const std::uint32_t vpn : {0x1u, 0x400u, 0x10010u, 0x7fffeu}) {
      EXPECT_LT(stlb_slot(vpn, asid), kStlbEntries);
      EXPECT_EQ(stlb_slot(vpn & ~1u, asid), stlb_slot(vpn | 1u, asid));
    }
    seen.insert(stlb_slot(0x400, asid));
  }
  EXPECT_EQ(seen.size(), kMaxEnvironments - 1) << "programs linked at one address must not share a slot";
}

TEST(Clock, TicksOfMicroseconds) {
  EXPECT_EQ(ticks_of_micros(0), 0u);
  EXPECT_EQ(ticks_of_micros(3), 500u);
  EXPECT_EQ(ticks_of_micros(50), 8333u);            // 49.998 us: a deadline is never longer than promised
  EXPECT_EQ(ticks_of_micros(65'535), 10'922'500u);  // the longest deadline does not overflow
}

}  // namespace
