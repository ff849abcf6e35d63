// The control ring against a small model of the kernel that takes what is due, in order.
#include "explorer/connection/control_writer.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "explorer/connection/guest_memory.hpp"

namespace exo::connection {
namespace {

class Control : public testing::Test {
 protected:
  abi::TraceShared& shared() { return memory.shared(); }
  static abi::ControlCommand command(std::uint32_t due, std::uint32_t a) { return {due, 3, 1, a, 0}; }

  // What the kernel does at a tick: takes what is due, counting. It does not empty slots, so that the writer must.
  std::vector<std::uint32_t> tick(std::uint32_t now, std::size_t most = 100'000) {
    shared().tick = now;
    std::vector<std::uint32_t> taken;
    while (taken.size() < most) {
      const abi::ControlCommand slot = shared().controls[shared().controls_taken % abi::kControlSlots];
      if (slot.due_tick > now) break;
      taken.push_back(slot.a);
      ++shared().controls_taken;
    }
    return taken;
  }
  using Taken = std::vector<std::uint32_t>;

  GuestMemory memory;
  ControlWriter writer{memory.shared()};
};

TEST_F(Control, EmptySlotsAreNeverDue) {
  writer.prepare({});
  for (const abi::ControlCommand& slot : shared().controls) ASSERT_EQ(slot.due_tick, abi::kNeverDue);
  EXPECT_TRUE(tick(0xffff'fffe).empty());
}

TEST_F(Control, CommandsComeInOrderOfTimeAndOnce) {
  writer.prepare(std::vector{command(20, 1), command(10, 2), command(20, 3), command(5, 4)});
  EXPECT_EQ(tick(4), Taken{});
  EXPECT_EQ(tick(10), (Taken{4, 2}));
  EXPECT_EQ(tick(30), (Taken{1, 3}));
  EXPECT_EQ(tick(1000), Taken{});
}

TEST_F(Control, AnInsertedCommandIsNextAndNothingIsLost) {
  writer.prepare(std::vector{command(10, 1), command(20, 2)});
  EXPECT_EQ(tick(10), Taken{1});
  writer.insert(command(999, 50));
  writer.insert(command(999, 51));
  EXPECT_EQ(tick(11), (Taken{50, 51}));
  EXPECT_EQ(tick(20), Taken{2});
}

TEST_F(Control, ManyMoreCommandsThanSlots) {
  std::vector<abi::ControlCommand> commands;
  for (std::uint32_t i = 0; i < 5000; ++i) commands.push_back(command(i, i));
  writer.prepare(commands);
  EXPECT_TRUE(writer.has_waiting());
  std::uint32_t expected = 0, inserted = 0;
  // The guest stops at each command taken while some wait for a slot, which is when refresh is called.
  for (std::uint32_t now = 0; now < 5000; ++now) {
    if (now % 100 == 50) writer.insert(command(0, 100'000 + inserted));
    for (;;) {
      const Taken one = tick(now, 1);
      if (one.empty()) break;
      if (one[0] >= 100'000)
        EXPECT_EQ(one[0], 100'000 + inserted++);
      else
        EXPECT_EQ(one[0], expected++);
      EXPECT_EQ(writer.refresh(), "");
    }
  }
  EXPECT_EQ(expected, 5000u);
  EXPECT_EQ(inserted, 50u);
  EXPECT_EQ(tick(1'000'000), Taken{});
}

TEST_F(Control, TheCountWrapsAt32Bits) {
  shared().controls_taken = 0xffff'fffe;
  writer.prepare(std::vector{command(1, 1), command(2, 2), command(3, 3), command(4, 4)});
  EXPECT_EQ(tick(2), (Taken{1, 2}));
  writer.insert(command(0, 9));
  EXPECT_EQ(tick(3), (Taken{9, 3}));
  EXPECT_EQ(writer.refresh(), "");
  EXPECT_EQ(tick(4), Taken{4});
}

TEST_F(Control, AnImpossibleCountIsSaidAndPendingCommandsStay) {
  writer.prepare(std::vector{command(10, 1)});
  shared().controls_taken = 500;
  EXPECT_NE(writer.refresh(), "");
  EXPECT_EQ(tick(10), Taken{1});
}

TEST_F(Control, InsertingWaitsWhileTheFirstCommandMayBeBeingTaken) {
  writer.prepare(std::vector{command(10, 1), command(90, 2)});
  shared().tick = 8;
  EXPECT_TRUE(writer.may_insert(false));
  shared().tick = 9;
  EXPECT_FALSE(writer.may_insert(false));
  EXPECT_TRUE(writer.may_insert(true));
  EXPECT_EQ(tick(10), Taken{1});
  EXPECT_TRUE(writer.may_insert(false));
  shared().controls_taken = 77;
  EXPECT_FALSE(writer.may_insert(false));
}

}  // namespace
}  // namespace exo::connection
