// The real machine: stops are exact and leave no trace, commands arrive, a full ring loses nothing.
#include "explorer/connection/machine.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/host/connection/test_machine.hpp"

namespace exo::connection {
namespace {

using namespace test;

constexpr std::size_t kEvents = 3'000;

std::size_t index_of(abi::Event event) { return std::size_t(event); }

TEST(Machine, StoppingAtEveryEventChangesNothing) {
  const MachineOptions options = options_with({"polite", "stubborn"});
  Machine left_alone(images(), options), stopped(images(), options), paused(images(), options);
  const auto expected = run(left_alone, kEvents);
  ASSERT_EQ(expected.size(), kEvents);
  EXPECT_EQ(abi::Event(expected.front().event), abi::Event::Boot);
  EXPECT_TRUE(same(expected, run(stopped, kEvents, Treatment::StopAtEveryEvent)));
  EXPECT_TRUE(same(expected, run(paused, kEvents, Treatment::PauseOften)));
  EXPECT_EQ(left_alone.lost(), 0u);
}

TEST(Machine, StopsExactlyAtTheEventAsked) {
  MachineOptions options = options_with({"polite"});
  options.stop.at = 123;
  Machine machine(images(), options);
  machine.resume();
  while (machine.poll(std::chrono::milliseconds{100}) == MachineState::Running) {
  }
  EXPECT_EQ(machine.state(), MachineState::Stopped);
  EXPECT_EQ(machine.head(), 123u);
  StopConditions stop;
  stop.on[index_of(abi::Event::Switched)] = true;
  machine.set_stop(stop);
  std::vector<abi::TraceRecord> records;
  for (int round = 0; round < 20; ++round) {
    machine.resume();
    while (machine.poll(std::chrono::milliseconds{100}) == MachineState::Running) {
    }
    ASSERT_EQ(machine.state(), MachineState::Stopped);
    machine.drain(records);
    EXPECT_EQ(abi::Event(records.back().event), abi::Event::Switched);
  }
  EXPECT_EQ(std::ranges::count(records, std::uint16_t(abi::Event::Switched), &abi::TraceRecord::event),
            20 + std::ranges::count(std::span(records).first(123), std::uint16_t(abi::Event::Switched),
                                    &abi::TraceRecord::event));
}

TEST(Machine, AnInjectedCommandIsTakenAtOnce) {
  MachineOptions options = options_with({"polite"});
  options.commands = {{2, std::uint16_t(abi::ControlOp::Stop), 0, 1, 0},
                      {5'000'000, std::uint16_t(abi::ControlOp::Stop), 0, 2, 0}};
  options.stop.on[index_of(abi::Event::ControlTaken)] = true;
  Machine machine(images(), options);
  std::vector<abi::TraceRecord> records;
  const auto next_command = [&] {
    machine.resume();
    while (machine.poll(std::chrono::milliseconds{1}) == MachineState::Running) machine.drain(records);
    machine.drain(records);
    return records.empty() ? abi::TraceRecord{} : records.back();
  };
  EXPECT_EQ(next_command().arguments[1], 1u);
  machine.inject({0, std::uint16_t(abi::ControlOp::Stop), 0, 77, 0});
  machine.inject({0, std::uint16_t(abi::ControlOp::Stop), 0, 78, 0});
  // The kernel is at a tick, between two commands: it finds these in the same one.
  const std::uint32_t tick = machine.tick();
  EXPECT_EQ(next_command().arguments[1], 77u);
  EXPECT_EQ(records.back().arguments[3], tick);
  EXPECT_EQ(next_command().arguments[1], 78u);
  EXPECT_EQ(records.back().arguments[3], tick);
  // While it runs, too: the machine stops for a moment by itself.
  machine.resume();
  machine.inject({0, std::uint16_t(abi::ControlOp::Stop), 0, 79, 0});
  EXPECT_EQ(next_command().arguments[1], 79u);
}

TEST(Machine, AFullRingWaitsForItsReader) {
  MachineOptions options = options_with({"polite", "saver", "slow", "stubborn"});
  Machine machine(images(), options);
  machine.resume();
  std::uint64_t before = 0;
  int still = 0;
  while (still < 20) {  // nobody reads, so the machine comes to rest
    ASSERT_EQ(machine.poll(std::chrono::milliseconds{10}), MachineState::Running);
    still = machine.head() == before && before > abi::kTraceCapacity / 2 ? still + 1 : 0;
    before = machine.head();
  }
  EXPECT_LT(before, std::uint64_t{abi::kTraceCapacity});
  std::vector<abi::TraceRecord> records;
  while (records.size() < before + 1'000) {
    ASSERT_EQ(machine.poll(std::chrono::milliseconds{10}), MachineState::Running);
    machine.drain(records);
  }
  EXPECT_EQ(machine.lost(), 0u);
  for (std::size_t i = 0; i < records.size(); ++i) ASSERT_EQ(records[i].sequence, i);
  EXPECT_TRUE(machine.take_complaints().empty());
}

TEST(Machine, AFlightRecorderLosesTheOldestAndCountsThem) {
  MachineOptions options = options_with({"polite", "saver", "slow", "stubborn"});
  options.flight_recorder = true;
  Machine machine(images(), options);
  machine.resume();
  while (machine.head() < abi::kTraceCapacity + 5'000u)
    ASSERT_EQ(machine.poll(std::chrono::milliseconds{10}), MachineState::Running);
  std::vector<abi::TraceRecord> records;
  machine.drain(records);
  EXPECT_GE(machine.lost(), 5'000u);
  EXPECT_EQ(records.front().sequence, machine.lost());
}

TEST(Machine, TwoAtOnceDoNotMeet) {
  const MachineOptions options = options_with({"polite"});
  Machine first(images(), options), second(images(), options);
  const auto from_first = run(first, 500);
  EXPECT_TRUE(same(from_first, run(second, 500)));
}

}  // namespace
}  // namespace exo::connection
