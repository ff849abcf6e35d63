// Strange guests: one that makes no events can still be paused, given commands and ended; one that makes events without
// records does not hold up the reader.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "tests/host/connection/test_machine.hpp"

namespace exo::connection {
namespace {

using namespace test;

GuestImages images_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  GuestImages images;
  images.kernel = {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  images.gates = find_gates(images.kernel, path);
  return images;
}

class QuietMachine : public testing::Test {
 protected:
  static MachineOptions options() {
    MachineOptions some;
    some.archive = make_cpio({{"first", "none"}});
    some.commands = {{5'000, 3, 0, 1, 0}};
    return some;
  }
  MachineState wait() {
    MachineState state = MachineState::Running;
    for (int i = 0; i < 1'000 && state == MachineState::Running; ++i)
      state = machine.poll(std::chrono::milliseconds{20});
    return state;
  }

  Machine machine{images_of(EXO_QUIET_KERNEL), options()};
};

TEST_F(QuietMachine, APauseComesWithoutAnEvent) {
  for (int round = 0; round < 3; ++round) {
    machine.resume();
    EXPECT_EQ(machine.poll(), MachineState::Running);
    machine.pause();
    EXPECT_EQ(wait(), MachineState::Interrupted);
    EXPECT_EQ(machine.poll(), MachineState::Interrupted);
  }
  EXPECT_EQ(machine.head(), 0u);
}

TEST_F(QuietMachine, ACommandIsPutInWithoutAnEventAndTheGuestGoesOn) {
  const abi::ControlCommand& first = machine.memory().shared().controls[0];
  EXPECT_EQ(first.due_tick, 5'000u);
  machine.resume();
  machine.inject({0, 3, 0, 77, 0});
  for (int i = 0; i < 1'000 && load_shared(first.due_tick) != 0; ++i)
    ASSERT_EQ(machine.poll(std::chrono::milliseconds{20}), MachineState::Running);
  EXPECT_EQ(first.a, 77u);
  EXPECT_EQ(machine.memory().shared().controls[1].due_tick, 5'000u);
  EXPECT_EQ(machine.memory().shared().controls[2].due_tick, abi::kNeverDue);
  EXPECT_EQ(machine.poll(), MachineState::Running);
}

TEST_F(QuietMachine, ACommandWaitsWhileTheKernelMayBeTakingOne) {
  const abi::ControlCommand& first = machine.memory().shared().controls[0];
  machine.memory().shared().tick = 4'999;  // the pending command is due at the next tick
  machine.resume();
  machine.inject({0, 3, 0, 77, 0});
  for (int i = 0; i < 20; ++i) ASSERT_EQ(machine.poll(std::chrono::milliseconds{10}), MachineState::Running);
  EXPECT_EQ(load_shared(first.due_tick), 5'000u);
  store_shared(machine.memory().shared().tick, 4'000);
  for (int i = 0; i < 1'000 && load_shared(first.due_tick) != 0; ++i)
    ASSERT_EQ(machine.poll(std::chrono::milliseconds{20}), MachineState::Running);
  EXPECT_EQ(first.a, 77u);
}

TEST(HostileMachine, EventsWithoutRecordsAreCountedAndTheRunGoesOn) {
  MachineOptions options;
  options.archive = make_cpio({{"first", "none"}});
  Machine machine(images_of((images().directory / "liar.elf").string()), options);
  machine.resume();
  std::vector<abi::TraceRecord> records;
  const auto ended = [&] { return !records.empty() && abi::Event(records.back().event) == abi::Event::ControlTaken; };
  for (int i = 0; i < 2'000 && !ended(); ++i) {
    ASSERT_EQ(machine.poll(std::chrono::milliseconds{10}), MachineState::Running);
    machine.drain(records);
  }
  EXPECT_TRUE(ended());
  EXPECT_GT(machine.lost(), std::uint64_t{abi::kTraceCapacity});
  EXPECT_FALSE(machine.take_complaints().empty());
}

}  // namespace
}  // namespace exo::connection
