// A run executed again: the same at every instruction, in both directions.
#include <gtest/gtest.h>
#include <signal.h>

#include "explorer/connection/guest_images.hpp"
#include "explorer/connection/replica.hpp"
#include "explorer/session/rerun_plan.hpp"
#include "tests/debugging/run.hpp"

namespace exo::test {
namespace {

using debugger::Direction;
using debugger::Motion;
using debugger::Place;
using debugger::Stop;

constexpr std::uint32_t kKernelStart = 0x8010'0000;

TEST(Rerun, ThousandStepsForwardsAreTheSameBackwards) {
  LessonRun run("abort-deadline");
  auto& rerun = run.rerun();
  ASSERT_EQ(run.go_to_event(run.first(abi::Event::RevokeAborted)).why, Stop::Why::Arrived);
  constexpr int kSteps = 1'000, kEvery = 50;
  Motion motion;
  motion.kind = Motion::Kind::Instruction;
  (void)run.go(motion);  // out of the delay slot behind the event, where no step ends
  // Of every moment what the processor holds; of every fiftieth all of it.
  struct Step {
    debugger::Instant instant;
    model::EventNumber event;
    std::optional<debugger::Registers> registers;
    bool operator==(const Step&) const = default;
  };
  const auto step = [&] { return Step{rerun.instant(), rerun.event(), rerun.registers(rerun.running())}; };
  std::vector<Step> steps;
  std::vector<Moment> moments;
  for (int i = 0; i < kSteps; ++i) {
    if (i % kEvery == 0) moments.push_back(moment_of(rerun));
    steps.push_back(step());
    ASSERT_EQ(run.go(motion).why, Stop::Why::Arrived) << i;
  }
  EXPECT_GT(rerun.event(), steps.front().event) << "and something happens on the way";
  motion.direction = Direction::Back;
  for (int i = kSteps - 1; i >= 0; --i) {
    ASSERT_EQ(run.go(motion).why, Stop::Why::Arrived) << i;
    ASSERT_EQ(step(), steps[std::size_t(i)]) << i;
    if (i % kEvery == 0) {
      EXPECT_EQ(moment_of(rerun), moments[std::size_t(i / kEvery)]) << i;
    }
  }
}

TEST(Rerun, EveryEventLiesBehindTheInstantThatItWasCompleteAt) {
  LessonRun run("polite-and-stubborn");
  for (const model::EventNumber event : {run.history().size(), model::EventNumber{1}, run.history().size() / 2}) {
    ASSERT_EQ(run.go_to_event(event).why, Stop::Why::Arrived);
    EXPECT_EQ(run.rerun().event(), event);
    EXPECT_EQ(run.rerun().instant_of(event), run.rerun().instant());
    EXPECT_GE(run.rerun().registers(debugger::kKernel)->pc, kKernelStart) << "an event is written by the kernel";
  }
}

TEST(Rerun, OneAddressInTwoEnvironmentsIsTwoPlaces) {
  LessonRun run("abort-deadline");
  auto& rerun = run.rerun();
  constexpr std::uint32_t kEntry = abi::kProgramAddress;  // where every program begins
  for (const debugger::Environment env : {2u, 3u}) {
    ASSERT_EQ(run.go_to_event(1).why, Stop::Why::Arrived);
    rerun.set_places({{Place::Kind::Execute, env, kEntry, 4}});
    const Stop stop = run.go({});
    ASSERT_EQ(stop.why, Stop::Why::Place);
    EXPECT_EQ(rerun.running(), env);
    EXPECT_EQ(rerun.registers(env)->pc, kEntry);
    EXPECT_EQ(run.go({}).why, Stop::Why::End) << "a program begins once";
  }
}

TEST(Rerun, AWriteIsFoundInBothDirections) {
  LessonRun run("abort-deadline");
  auto& rerun = run.rerun();
  ASSERT_EQ(run.go_to_event(run.history().size()).why, Stop::Why::Arrived);
  constexpr debugger::Environment kEnv = 2;
  // Below the stack pointer lies what calls have left behind.
  constexpr std::uint32_t kBytes = 64;
  const std::uint32_t below = rerun.registers(kEnv)->general[debugger::kStackPointer] - kBytes;
  std::uint32_t word = 0;
  const auto value = [&] {
    std::uint32_t now = 0;
    EXPECT_EQ(rerun.read(kEnv, word, std::as_writable_bytes(std::span(&now, 1))), sizeof now);
    return now;
  };
  std::array<std::uint32_t, kBytes / 4> left{};
  ASSERT_EQ(rerun.read(kEnv, below, std::as_writable_bytes(std::span(left))), kBytes);
  rerun.set_places({{Place::Kind::Write, kEnv, below, kBytes}});
  Motion back;
  back.direction = Direction::Back;
  const Stop before = run.go(back);
  ASSERT_EQ(before.why, Stop::Why::Place);
  word = before.data & ~3u;
  ASSERT_GE(word, below);
  ASSERT_LT(word, below + kBytes);
  const std::uint32_t last = left[(word - below) / 4];
  const Stop after = run.go({});
  ASSERT_EQ(after.why, Stop::Why::Place);
  EXPECT_EQ(after.instant, before.instant + 1) << "just behind the instruction that writes";
  EXPECT_EQ(value(), last);
}

// tests/guest/moved_page.cpp writes 1 to 4, and 100 to what is the variable no longer.
TEST(Rerun, AVariableIsFollowedFromFrameToFrame) {
  LessonRun run("../tests/guest/moved_page");
  auto& rerun = run.rerun();
  ASSERT_EQ(run.go_to_event(run.history().size()).why, Stop::Why::Arrived);
  constexpr debugger::Environment kMover = 2;
  constexpr std::uint32_t kVariable = 0x2002'c000, kElsewhere = 0x2002'e000;
  rerun.set_places({{Place::Kind::Write, kMover, kVariable, 4}});
  Motion back;
  back.direction = Direction::Back;
  std::vector<std::uint32_t> written;
  for (Stop stop = run.go(back); stop.why == Stop::Why::Place; stop = run.go(back)) {
    written.push_back(stop.data);
    if (rerun.running() != kMover) written.back() = 0;
  }
  EXPECT_EQ(written, (std::vector{kVariable, kElsewhere, kElsewhere, kVariable}));
}

TEST(Rerun, AKilledMachineIsSaidAndAnotherTakesItsPlace) {
  LessonRun run("polite-and-stubborn");
  auto& rerun = run.rerun();
  ASSERT_EQ(run.go_to_event(40).why, Stop::Why::Arrived);
  const Moment here = moment_of(rerun);
  ASSERT_EQ(::kill(rerun.machine_pid(), SIGKILL), 0);
  Motion motion;
  motion.kind = Motion::Kind::Instruction;
  EXPECT_EQ(run.go(motion).why, Stop::Why::Lost);
  ASSERT_EQ(run.go_to_event(40).why, Stop::Why::Arrived);
  EXPECT_EQ(moment_of(rerun), here);
}

// As with a QEMU that does not offer what splitting needs: slower, and the same.
TEST(Rerun, WithoutCopiesItGoesBackFromBoot) {
  ASSERT_EQ(::setenv("EXOSCOPE_SPLIT", "0", 1), 0);
  std::vector<Moment> there, back;
  for (const bool split : {false, true}) {
    if (split) ::unsetenv("EXOSCOPE_SPLIT");
    LessonRun run("polite-and-stubborn");
    for (const model::EventNumber event : {400u, 40u, 200u}) {
      ASSERT_EQ(run.go_to_event(event).why, Stop::Why::Arrived);
      Motion motion;
      motion.kind = Motion::Kind::Instruction;
      motion.direction = Direction::Back;
      ASSERT_EQ(run.go(motion).why, Stop::Why::Arrived);
      (split ? there : back).push_back(moment_of(run.rerun()));
    }
  }
  EXPECT_EQ(there, back);
}

// Forty million instructions: more than one stretch to search, and several kept moments to go on from.
TEST(Rerun, ALongRunIsTheSameFromWhereverOneComes) {
  LessonRun run("../tests/guest/endless", 160'000);
  auto& rerun = run.rerun();
  const model::EventNumber last = run.history().size();
  std::vector<std::pair<model::EventNumber, Moment>> seen;
  for (const model::EventNumber event : {last - 1, last / 3, last - 7, last / 2, last / 2 - 400}) {
    ASSERT_EQ(run.go_to_event(event).why, Stop::Why::Arrived);
    seen.emplace_back(event, moment_of(rerun));
  }
  EXPECT_GT(rerun.instant_of(last).value_or(0), 25'000'000u) << "it is not long enough to try anything";
  for (const auto& [event, moment] : seen) {
    ASSERT_EQ(run.go_to_event(event).why, Stop::Why::Arrived);
    EXPECT_EQ(moment_of(rerun), moment) << "event " << event;
  }
  // Each event ends at a gate: the next stop at one is the next event's, and the one before is this one's.
  std::vector<Place> gates;
  for (const std::uint32_t gate : connection::load_guest_images().gates)
    gates.push_back({Place::Kind::Execute, debugger::kAnyone, gate, 4});
  Motion back;
  back.direction = Direction::Back;
  for (const model::EventNumber event : {last / 4, last / 5 * 4, last / 2}) {
    rerun.set_places({});
    ASSERT_EQ(run.go_to_event(event).why, Stop::Why::Arrived);
    rerun.set_places(gates);
    EXPECT_EQ(run.go({}).instant + 1, rerun.instant_of(event + 1));
    EXPECT_EQ(run.go(back).instant + 1, rerun.instant_of(event));
    EXPECT_EQ(run.go(back).instant + 1, rerun.instant_of(event - 1));
  }
  // All the way back, to what happened once.
  rerun.set_places({{Place::Kind::Execute, 3, abi::kProgramAddress, 4}});
  ASSERT_EQ(run.go_to_event(last).why, Stop::Why::Arrived);
  EXPECT_EQ(run.go({}).why, Stop::Why::End);
  ASSERT_EQ(run.go(back).why, Stop::Why::Place);
  EXPECT_EQ(rerun.registers(3)->pc, abi::kProgramAddress);
  EXPECT_EQ(run.go(back).why, Stop::Why::Beginning);
  EXPECT_EQ(run.go({}).why, Stop::Why::Place);
  EXPECT_EQ(run.go({}).why, Stop::Why::End);
}

// The guest is told the name of its kernel's file: what else the explorer has open must not change that.
TEST(Rerun, WhatElseIsOpenChangesNothing) {
  LessonRun run("polite-and-stubborn");
  std::vector<connection::FileDescriptor> others;
  for (int i = 0; i < 150; ++i) others.push_back(connection::anonymous_file("other", {}));
  EXPECT_EQ(run.go_to_event(run.history().size()).why, Stop::Why::Arrived);
}

}  // namespace
}  // namespace exo::test
