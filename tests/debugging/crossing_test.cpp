// What a step goes over: upcalls, the ends of slices and an abort happen to an environment between two of its lines,
// and no step of its own stops in them, forwards or backwards. And what two environments have at one address is two
// places.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/debugging/run.hpp"

namespace exo::test {
namespace {

using Kind = model::DebugMove::Kind;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr debugger::Environment kStubborn = 2;

class Crossings : public ::testing::Test {
 protected:
  const debugger::View& wait() {
    while (debugging.view().moving) debugging.pump(std::chrono::milliseconds(20));
    return debugging.view();
  }
  const debugger::View& go(Kind kind, bool back = false, const std::string& place = {}) {
    debugging.apply(model::DebugMove{kind, back, place});
    return wait();
  }
  /// To just behind an event, and there the program is looked at.
  void look_at(debugger::Environment env, model::EventNumber event) {
    debugging.follow(event);
    wait();
    debugging.apply(model::DebugLook{env, 0});
  }
  /// Whether the stop is one of the program's own, in its own lines.
  void is_in_program(const char* way) {
    const debugger::View& view = debugging.view();
    ASSERT_FALSE(view.frames.empty()) << view.status;
    EXPECT_EQ(view.env, kStubborn) << way << view.status;
    EXPECT_THAT(view.frames.front().function, Not(HasSubstr("on_revoke"))) << way;
    EXPECT_THAT(view.frames.front().file, Not(EndsWith(".S"))) << way;
  }

  LessonRun run{"abort-deadline"};
  session::Debugging debugging{run.rerun(), run.history()};
};

TEST_F(Crossings, AStepGoesOverUpcallsSlicesAndAnAbortInBothDirections) {
  const model::EventNumber told = run.first(abi::Event::RevokeRequested);
  const model::EventNumber aborted = run.first(abi::Event::RevokeAborted);
  ASSERT_LT(told, aborted);
  look_at(kStubborn, told - 1);
  std::vector<debugger::Instant> stops;
  // So far that the upcall, the abort and the end of a slice lie behind it.
  model::EventNumber end = aborted + 1;
  while (end < run.history().size() && run.history().event(end).id != abi::Event::Switched) ++end;
  for (int i = 0; i < 400 && debugging.view().event <= end; ++i) {
    go(Kind::LineOver);
    is_in_program("on");
    ASSERT_GT(debugging.view().instant, stops.empty() ? 0 : stops.back());
    stops.push_back(debugging.view().instant);
  }
  ASSERT_GT(debugging.view().event, end) << "after " << stops.size() << " steps";
  const auto over = std::ranges::lower_bound(stops, *run.rerun().instant_of(aborted));
  ASSERT_NE(over, stops.end());
  // The same way back, over the end of the slice and the abort.
  for (auto at = stops.rbegin() + 1; at != stops.rend() && debugging.view().event >= aborted; ++at) {
    const auto before = debugging.view().instant;
    go(Kind::LineOver, true);
    is_in_program("back");
    ASSERT_LT(debugging.view().instant, before);
  }
  EXPECT_LT(debugging.view().event, aborted);
}

TEST_F(Crossings, OneFunctionOfTwoProgramsIsTwoPlaces) {
  const std::uint32_t here = model::DebugBreak::kEverywhere;
  look_at(kStubborn, 1);
  debugging.apply(model::DebugBreak{fmt::format("0x{:x}", abi::kProgramAddress), here});
  std::set<debugger::Environment> seen;
  for (int i = 0; i < 8 && go(Kind::Continue).registers->pc == abi::kProgramAddress; ++i)
    seen.insert(debugging.view().running);
  EXPECT_GE(seen.size(), 2u) << "everywhere";
  EXPECT_EQ(debugging.view().breaks.front().hits, seen.size()) << "each begins once";
  debugging.apply(model::DebugBreakEdit{model::DebugBreakEdit::What::Remove, 1});
  debugging.follow(1);
  wait();
  debugging.apply(model::DebugBreak{fmt::format("0x{:x}", abi::kProgramAddress), kStubborn});
  EXPECT_EQ(go(Kind::Continue).running, kStubborn);
  EXPECT_EQ(go(Kind::Continue).registers->pc == abi::kProgramAddress, false) << "only there";
}

TEST_F(Crossings, AStopIsPassedAsOftenAsItIsToldTo) {
  debugging.follow(1);
  wait();
  debugging.apply(model::DebugBreak{"Heap::take", kStubborn, {}, 3});
  const auto page = [&] {
    const auto& arguments = debugging.view().arguments;
    const auto found = std::ranges::find(arguments, "page", &debugger::ValueView::name);
    return found == arguments.end() ? std::string() : found->text;
  };
  go(Kind::Continue);
  EXPECT_EQ(page(), "3") << "the fourth";
  EXPECT_EQ(debugging.view().breaks.front().hits, 1u);
  EXPECT_EQ(debugging.view().breaks.front().passed, 3u);
  debugging.apply(model::DebugBreakEdit{model::DebugBreakEdit::What::Ignore, 1, 2});
  go(Kind::Continue);
  EXPECT_EQ(page(), "6");
  go(Kind::Continue);
  EXPECT_EQ(page(), "7") << "it was passed often enough";
}

TEST_F(Crossings, AnInstructionOfAnyoneGoesIntoTheKernelAndOutOfIt) {
  look_at(kStubborn, run.first(abi::Event::RevokeRequested));
  debugging.apply(model::DebugBreak{"Heap::take", kStubborn});
  look_at(kStubborn, 1);
  go(Kind::Continue);
  ASSERT_EQ(debugging.view().running, kStubborn) << debugging.view().status;
  int steps = 0;
  while (debugging.view().running == kStubborn && ++steps < 4'000) go(Kind::Anyone);
  EXPECT_EQ(debugging.view().running, debugger::kKernel) << "a system call or a fault";
  EXPECT_EQ(debugging.view().env, debugger::kKernel) << "and it is looked at";
  EXPECT_EQ(debugging.view().acting, kStubborn);
  go(Kind::Anyone, true);
  EXPECT_EQ(debugging.view().running, kStubborn);
}

// The unit belongs to one environment at a time, and can be read while that one may use it.
TEST(FloatingPoint, IsShownOfTheOneThatHasIt) {
  LessonRun run("lazy-fpu");
  auto& rerun = run.rerun();
  const model::EventNumber given = run.first(abi::Event::FpuGiven);
  ASSERT_LE(given, run.history().size());
  const auto to = debugger::Environment(run.history().event(given).args[1]);
  ASSERT_EQ(run.go_to_event(given).why, debugger::Stop::Why::Arrived);
  debugger::Motion motion;
  motion.kind = debugger::Motion::Kind::Instruction;
  motion.env = to;
  std::set<std::uint32_t> seen;
  for (int i = 0; i < 40; ++i) {
    ASSERT_EQ(run.go(motion).why, debugger::Stop::Why::Arrived);
    const auto registers = rerun.registers(to);
    ASSERT_TRUE(registers && registers->has_floating) << i;
    seen.insert(registers->floating.begin(), registers->floating.end());
  }
  EXPECT_GT(seen.size(), 1u) << "it calculates";
  // Before that nobody had it.
  ASSERT_EQ(run.go_to_event(1).why, debugger::Stop::Why::Arrived);
  EXPECT_FALSE(rerun.registers(debugger::kKernel)->has_floating);
}

}  // namespace
}  // namespace exo::test
