// The stacks that the probe keeps, fed with blocks and events as a machine would bring them: every instruction lies
// where it belongs, and whatever comes, none is lost.
#include "explorer/connection/probe_calls.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <random>
#include <string>

namespace exo::connection {
namespace {

using abi::Event;

constexpr std::uint32_t kVectors = 0x8010'0000, kKernel = 0x8011'0000;

class ProbeCallsTest : public testing::Test {
 protected:
  ProbeCallsTest() { calls->begin(tree.get(), ram.get(), &from, &to); }

  /// A block of `count` instructions, of which so many are executed.
  void block(std::uint32_t pc, std::uint16_t count, BlockEnd end = BlockEnd::Other, int executed = -1) {
    calls->block({pc, count, end, false}, now);
    now += executed < 0 ? count : std::uint64_t(executed);
  }
  void event(Event id, std::uint32_t env, std::uint32_t a = 0, std::uint32_t pc = 0, std::uint32_t d = 0) {
    if (id == Event::Switched) running = d;
    if (id == Event::Transferred) running = a;
    calls->event({0, 0, std::uint16_t(id), std::uint16_t(env), pc, {a, d, 0, d}}, running, now);
  }
  void switch_to(std::uint32_t env) { event(Event::Switched, running, running, 0, env); }
  void finish() { calls->block({0x4000'0000, 1, BlockEnd::Other, false}, now); }

  /// "2>400008>500010: 12": the sites of the stack and the instructions there.
  [[nodiscard]] std::string stack(std::uint32_t node) const {
    const ProbeNode& one = tree->node[node];
    constexpr const char* kSigns = " EC^>sreit";
    std::string out = one.parent == kNoNode ? "" : stack(one.parent) + " ";
    char text[16];
    (void)std::snprintf(text, sizeof text, "%c%x", kSigns[std::size_t(one.grown)], one.site);
    return out + text;
  }
  [[nodiscard]] std::uint64_t at(const std::string& wanted) const {
    std::uint64_t out = 0;
    for (std::uint64_t i = 0; i < tree->pieces; ++i)
      if (stack(tree->piece[i].node) == wanted) out += tree->piece[i].count * tree->piece[i].times;
    return out;
  }
  [[nodiscard]] std::uint64_t sum() const {
    std::uint64_t out = tree->unaccounted;
    for (std::uint64_t i = 0; i < tree->pieces; ++i) out += tree->piece[i].count * tree->piece[i].times;
    return out;
  }
  /// From boot into environment 2.
  void start() {
    block(kKernel, 10);
    event(Event::EnvCreated, 0, 2, 0, 7);
    event(Event::EnvStarted, 0, 2);
    switch_to(2);
    block(kKernel + 0x100, 3, BlockEnd::ExceptionReturn);
  }
  std::uint32_t& page_word(std::uint32_t offset) {
    return *reinterpret_cast<std::uint32_t*>(
        &ram.get()[(std::size_t(abi::pfn_of_frame(7)) << abi::kPageShift) + offset]);
  }

  // Large, and most of it never touched.
  template <typename T>
  static std::shared_ptr<T> zeroes(std::size_t count) {
    return {static_cast<T*>(std::calloc(count, sizeof(T))), [](T* all) { std::free(all); }};
  }
  std::shared_ptr<ProbeTree> tree = zeroes<ProbeTree>(1);
  std::shared_ptr<char> ram = zeroes<char>(abi::kRamBytes);
  std::unique_ptr<ProbeCalls> calls = std::make_unique<ProbeCalls>();
  std::uint64_t now = 0, from = 0, to = ~std::uint64_t{0};
  std::uint32_t running = 0;
};

TEST_F(ProbeCallsTest, ACallsInstructionsLieOnItsCaller) {
  start();
  block(0x1000, 4, BlockEnd::Call);    // call at 1008
  block(0x2000, 6, BlockEnd::Call);    // call at 2010
  block(0x2000, 6, BlockEnd::Call);    // itself again
  block(0x3000, 5, BlockEnd::Return);  // back behind the inner call
  block(0x2018, 3, BlockEnd::Return);
  block(0x2018, 3, BlockEnd::Return);
  block(0x1010, 7);
  finish();
  EXPECT_EQ(at("E2"), 4u + 7);
  EXPECT_EQ(at("E2 C1008"), 6u + 3);
  EXPECT_EQ(at("E2 C1008 C2010"), 6u + 3);
  EXPECT_EQ(at("E2 C1008 C2010 C2010"), 5u);
  EXPECT_EQ(sum(), now);
}

TEST_F(ProbeCallsTest, ACallWhoseSlotFailsIsMadeOnce) {
  start();
  block(0x1000, 4, BlockEnd::Call);  // its delay slot misses
  block(kVectors, 10, BlockEnd::ExceptionReturn);
  block(0x1008, 2, BlockEnd::Call);  // both again
  block(0x2000, 3, BlockEnd::Return);
  block(0x1010, 1);
  finish();
  EXPECT_EQ(at("E2"), 4u + 2 + 1);
  EXPECT_EQ(at("E2 r100c"), 10u);
  EXPECT_EQ(at("E2 C1008"), 3u);
}

TEST_F(ProbeCallsTest, ACallToWhatIsBehindItAndABranchNotTakenAreNone) {
  start();
  block(0x1000, 2, BlockEnd::Call);
  block(0x1008, 5);
  finish();
  EXPECT_EQ(at("E2"), 7u);
}

TEST_F(ProbeCallsTest, AnUpcallInTheMiddleOfACallEndsWhereItBegan) {
  start();
  block(0x1000, 4, BlockEnd::Call);
  block(0x2000, 8, BlockEnd::Other, 3);  // the third misses
  block(kVectors, 12);
  event(Event::ExceptionRaised, 2, 0, 0x2008);
  block(kVectors + 0x40, 4, BlockEnd::ExceptionReturn);
  block(0x7000, 6, BlockEnd::Call);
  block(0x7100, 9, BlockEnd::Return);
  block(0x7018, 5, BlockEnd::ReturnFromUpcall);
  block(0x2008, 6, BlockEnd::Return);
  block(0x1010, 1);
  finish();
  EXPECT_EQ(at("E2 C1008"), 3u + 6);
  EXPECT_EQ(at("E2 C1008 ^2008"), 6u + 5);
  EXPECT_EQ(at("E2 C1008 ^2008 C7010"), 9u);
  EXPECT_EQ(at("E2 C1008 r2008"), 12u + 4);
  EXPECT_EQ(at("E2"), 5u);
}

TEST_F(ProbeCallsTest, AnUpcallMayGoOnElsewhere) {
  start();
  block(0x1000, 4, BlockEnd::Call);
  block(0x2000, 8, BlockEnd::Other, 3);
  block(kVectors, 12);
  event(Event::ExceptionRaised, 2, 0, 0x2008);
  block(kVectors + 0x40, 4, BlockEnd::ExceptionReturn);
  block(0x7000, 6, BlockEnd::ReturnFromUpcall);
  block(0x2100, 2, BlockEnd::Return);  // not where it was, but in the same call
  block(0x1010, 1);
  finish();
  EXPECT_EQ(at("E2 C1008"), 3u + 2);
  EXPECT_EQ(at("E2"), 5u);
}

TEST_F(ProbeCallsTest, AnUpcallOnTheWayOutOfOneEndsWithIt) {
  for (const std::uint32_t goes_on : {0x2020u, 0x2100u}) {  // where it was, and elsewhere
    SCOPED_TRACE(goes_on);
    start();
    block(0x1000, 4, BlockEnd::Call);
    block(0x2000, 8);
    block(kVectors + 0x200, 2);
    page_word(0x20) = 0x2020;
    event(Event::UpcallDelivered, 2, 2);
    block(kVectors + 0x210, 2, BlockEnd::ExceptionReturn);
    block(0x7000, 6);
    block(kVectors + 0x200, 2);
    page_word(0x20) = 0x7018;
    event(Event::UpcallDelivered, 2, 2);
    block(kVectors + 0x210, 2, BlockEnd::ExceptionReturn);
    block(0x6f00, 4);
    block(0x7018, 8, BlockEnd::ReturnFromUpcall);
    const std::uint64_t before = at("E2 C1008");
    block(goes_on, 3, BlockEnd::Return);
    block(0x1010, 1);
    finish();
    EXPECT_EQ(at("E2 C1008"), before + 3);
  }
}

TEST_F(ProbeCallsTest, ASliceEndsInTheMiddleAndBothGoOnWhereTheyWere) {
  start();
  block(0x1000, 4, BlockEnd::Call);
  block(0x2000, 8);
  block(kVectors + 0x200, 2, BlockEnd::Call);
  block(kKernel, 5);
  event(Event::EnvStarted, 0, 3);
  switch_to(3);
  block(kKernel + 0x20, 6, BlockEnd::Return);  // the kernel's stack is on the other one now
  block(kVectors + 0x208, 3, BlockEnd::ExceptionReturn);
  block(0x1000, 4, BlockEnd::Call);
  block(0x6000, 2);
  block(kVectors + 0x200, 2);
  switch_to(2);
  block(kKernel + 0x40, 1, BlockEnd::ExceptionReturn);
  block(0x2020, 2, BlockEnd::Return);
  block(0x1010, 1);
  finish();
  EXPECT_EQ(at("E2 C1008"), 8u + 2);
  EXPECT_EQ(at("E2 C1008 i201c"), 2u);
  EXPECT_EQ(at("E2 C1008 i201c C80100200"), 5u);
  EXPECT_EQ(at("E3 t0 C80100200"), 6u);
  EXPECT_EQ(at("E3 t0"), 3u);
  EXPECT_EQ(at("E3 C1008"), 2u);
  EXPECT_EQ(at("E3 C1008 i6004"), 2u);
  EXPECT_EQ(at("E2 C1008 t201c"), 1u);
  EXPECT_EQ(sum(), now);
}

TEST_F(ProbeCallsTest, AJumpToAnotherFunctionWorksForTheSameCaller) {
  start();
  block(0x1000, 4, BlockEnd::Call);
  block(0x2000, 3, BlockEnd::Jump);
  block(0x3000, 5, BlockEnd::Return);
  block(0x1010, 1);
  finish();
  EXPECT_EQ(at("E2 C1008"), 8u);
  EXPECT_EQ(at("E2"), 5u);
}

TEST_F(ProbeCallsTest, AReturnOverSeveralCallsLeavesThemAll) {
  start();
  block(0x1000, 4, BlockEnd::Call);
  block(0x2000, 4, BlockEnd::Call);
  block(0x3000, 4, BlockEnd::Call);
  block(0x4000, 4, BlockEnd::Return);
  block(0x1010, 2);
  finish();
  EXPECT_EQ(at("E2"), 6u);
}

TEST_F(ProbeCallsTest, AServerStandsOnNothingAtEachEntry) {
  start();
  block(0x1000, 4, BlockEnd::Call);
  block(0x2000, 4, BlockEnd::SystemCall);  // it waits to be entered
  block(kVectors + 0x180, 4);
  event(Event::EnvParked, 2, 2);
  switch_to(3);
  block(kKernel, 1, BlockEnd::ExceptionReturn);
  for (int i = 0; i < 3; ++i) {
    block(0x1000, 4, BlockEnd::SystemCall);  // 3 calls 2
    block(kVectors + 0x180, 4);
    event(Event::Transferred, 3, 2);
    block(kVectors + 0x190, 4, BlockEnd::ExceptionReturn);
    block(0x8000, 4, BlockEnd::Call);
    block(0x8100, 4, BlockEnd::Return);
    block(0x8010, 4, BlockEnd::SystemCall);  // the answer
    block(kVectors + 0x180, 4);
    event(Event::Transferred, 2, 3);
    block(kVectors + 0x190, 4, BlockEnd::ExceptionReturn);
  }
  finish();
  EXPECT_EQ(at("E2 >0"), 3u * 8);
  EXPECT_EQ(at("E2 >0 C8008"), 3u * 4);
  EXPECT_EQ(sum(), now);
}

TEST_F(ProbeCallsTest, WhoWaitsForAnAnswerGoesOnWhereItCalled) {
  start();
  block(0x1000, 4, BlockEnd::Call);
  block(0x2000, 4, BlockEnd::SystemCall);  // at 200c, it calls 3
  page_word(0xf00) = 3;
  page_word(0xf04) = 0x2014;
  block(kVectors + 0x180, 4);
  event(Event::Transferred, 2, 3);
  block(kVectors + 0x190, 4, BlockEnd::ExceptionReturn);
  block(0x9000, 5, BlockEnd::SystemCall);
  block(kVectors + 0x180, 4);
  event(Event::Transferred, 3, 2);
  block(kVectors + 0x190, 4, BlockEnd::ExceptionReturn);
  block(0x5000, 6, BlockEnd::Jump);  // its entry sees that it is the answer
  block(0x2014, 3, BlockEnd::Return);
  block(0x1010, 1);
  finish();
  EXPECT_EQ(at("E2 C1008"), 4u + 3);
  EXPECT_EQ(at("E2 C1008 >2014"), 6u);
  EXPECT_EQ(at("E2"), 5u);
  EXPECT_EQ(at("E3 >0"), 5u);
}

TEST_F(ProbeCallsTest, OnlyTheStretchIsCountedButTheStackIsKnown) {
  from = to;
  start();
  block(0x1000, 4, BlockEnd::Call);
  from = now + 2;
  to = now + 7;
  block(0x2000, 4, BlockEnd::Call);
  block(0x3000, 9, BlockEnd::Return);
  block(0x2010, 4);
  finish();
  EXPECT_EQ(at("E2 C1008"), 2u);
  EXPECT_EQ(at("E2 C1008 C2008"), 3u);
  EXPECT_EQ(sum(), 5u);
}

TEST_F(ProbeCallsTest, AFullTreeSaysSoAndLosesNothing) {
  start();
  for (std::uint32_t i = 0; i < kProbeNodes + 1000; ++i) {
    block(0x10'0000 + 16 * i, 2, BlockEnd::Call);
    block(0x2000, 3, BlockEnd::Return);
    block(0x10'0008 + 16 * i, 2);
  }
  finish();
  EXPECT_EQ(tree->nodes, kProbeNodes);
  EXPECT_GT(tree->shortened, 0u);
  EXPECT_EQ(sum(), now);
}

TEST_F(ProbeCallsTest, AStackWithoutEndIsCutAndFoundAgain) {
  start();
  block(0x1000, 4, BlockEnd::Call);
  constexpr std::uint32_t kDeep = ProbeCalls::kMostFrames + 100;
  for (std::uint32_t i = 0; i < kDeep; ++i) block(0x2000, 4, BlockEnd::Call);
  block(0x3000, 4, BlockEnd::Return);
  for (std::uint32_t i = 0; i < kDeep; ++i) block(0x2010, 3, BlockEnd::Return);
  block(0x1010, 7);
  finish();
  EXPECT_EQ(at("E2"), 11u);
  EXPECT_GT(tree->shortened, 0u);
  EXPECT_EQ(sum(), now);
}

TEST_F(ProbeCallsTest, WhateverComesEachInstructionIsCountedOnce) {
  std::mt19937 random(1);
  const auto pick = [&](std::uint32_t below) { return std::uint32_t(random() % below); };
  for (int i = 0; i < 200'000; ++i) {
    if (pick(8) == 0) {
      const Event ids[] = {Event::EnvCreated, Event::EnvStarted,       Event::EnvGone,     Event::ExceptionRaised,
                           Event::TlbMissed,  Event::UpcallDelivered,  Event::Transferred, Event::Switched,
                           Event::EnvParked,  Event::TransferredAsync, Event::CalleeGone};
      event(ids[pick(std::size(ids))], pick(64), pick(64), pick(1 << 16) * 4, pick(64));
    }
    const std::uint32_t pc = (pick(3) == 0 ? kVectors : 0x1000) + 4 * pick(256);
    const auto count = std::uint16_t(1 + pick(6));
    block(pc, count, BlockEnd(pick(7)), int(1 + pick(count)));
  }
  finish();
  EXPECT_EQ(sum(), now);
  for (std::uint64_t i = 0; i < tree->nodes; ++i)
    EXPECT_TRUE(tree->node[i].parent == kNoNode || tree->node[i].parent < i);
}

}  // namespace
}  // namespace exo::connection
