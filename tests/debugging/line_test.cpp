// Steps by source line, stops and values, on a lesson whose programs are known.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/debugging/run.hpp"

namespace exo::test {
namespace {

using Kind = model::DebugMove::Kind;
using ::testing::EndsWith;
using ::testing::HasSubstr;

constexpr debugger::Environment kStubborn = 2;

class Lines : public ::testing::Test {
 protected:
  Lines() { follow(run.history().size() / 2); }

  const debugger::View& wait() {
    while (debugging.view().moving) debugging.pump(std::chrono::milliseconds(20));
    return debugging.view();
  }
  void follow(model::EventNumber event) {
    debugging.follow(event);
    wait();
  }
  const debugger::View& go(Kind kind, bool back = false, const std::string& place = {}) {
    debugging.apply(model::DebugMove{kind, back, place});
    return wait();
  }
  const debugger::View& at_take() {
    follow(1);
    return go(Kind::To, false, "Heap::take");
  }

  LessonRun run{"abort-deadline"};
  session::Debugging debugging{run.rerun(), run.history()};
};

TEST_F(Lines, OverAndBackIsTheSameLineAndInstant) {
  ASSERT_EQ(at_take().frames.front().function, "exo::libos::Heap::take");
  std::vector<std::pair<debugger::Instant, std::uint32_t>> stops;
  for (int i = 0; i < 6; ++i) {
    stops.emplace_back(debugging.view().instant, debugging.view().frames.front().line);
    const auto& view = go(Kind::LineOver);
    EXPECT_FALSE(view.frames.front().inlined) << "over a call that was put in line";
    EXPECT_THAT(view.frames.front().file, EndsWith("heap.cpp"));
    EXPECT_NE(view.frames.front().line, stops.back().second);
  }
  for (int i = 5; i > 0; --i) {
    const auto& view = go(Kind::LineOver, true);
    EXPECT_EQ(view.frames.front().line, stops[std::size_t(i)].second) << i;
    EXPECT_LE(view.instant, stops[std::size_t(i)].first);
  }
}

// Who goes to an event did not ask for the assembly that writes it down.
TEST_F(Lines, AtAnEventIsInTheFunctionThatDidIt) {
  follow(run.first(abi::Event::RevokeAborted));
  const debugger::FrameView at = debugging.view().frames[debugging.view().frame];
  ASSERT_EQ(debugging.view().frames.front().function, "trace_emit");
  EXPECT_THAT(at.file, EndsWith(".cpp"));
  const auto instant = debugging.view().instant;
  const debugger::FrameView next = go(Kind::LineOver).frames.front();
  EXPECT_GT(debugging.view().instant, instant);
  EXPECT_THAT(next.file, EndsWith(".cpp"));
  follow(run.first(abi::Event::RevokeAborted));
  const debugger::FrameView before = go(Kind::LineOver, true).frames.front();
  EXPECT_LT(debugging.view().instant, instant);
  EXPECT_EQ(before.function, at.function);
  EXPECT_EQ(before.file, at.file);
  EXPECT_LE(before.line, at.line);
}

TEST_F(Lines, OutIsInTheCallerAndBackOutBeforeTheCall) {
  const auto depth = at_take().frames.size();
  const std::uint32_t calls = debugging.view().frames[1].line;
  EXPECT_EQ(go(Kind::Out).frames.size(), depth - 1);
  EXPECT_EQ(debugging.view().frames.front().function, "main");
  at_take();
  EXPECT_EQ(go(Kind::Out, true).frames.front().function, "main");
  EXPECT_EQ(debugging.view().frames.front().line, calls);
}

TEST_F(Lines, AConditionHoldsWhereItStops) {
  follow(1);
  debugging.apply(model::DebugBreak{"Heap::take", kStubborn, "page == 7"});
  const auto& view = go(Kind::Continue);
  ASSERT_EQ(view.frames.front().function, "exo::libos::Heap::take") << view.status;
  EXPECT_EQ(view.env, kStubborn);
  EXPECT_EQ(view.breaks.front().hits, 1u);
  const auto page = std::ranges::find(view.arguments, "page", &debugger::ValueView::name);
  ASSERT_NE(page, view.arguments.end());
  EXPECT_EQ(page->text, "7");
}

TEST_F(Lines, TheLastWriteOfAVariableIsTheStoreThatMadeItsValue) {
  at_take();
  for (int i = 0; i < 4; ++i) go(Kind::LineOver);
  debugging.apply(model::DebugWatch{"this->used_"});
  const std::string now = debugging.view().watches.front().text;
  const auto before = debugging.view().instant;
  const auto& view = go(Kind::LastWrite, true, "this->used_");
  EXPECT_LT(view.instant, before);
  const std::string old = view.watches.front().text;
  debugging.apply(model::DebugMove{Kind::Instruction});
  EXPECT_EQ(wait().watches.front().text, now);
  EXPECT_NE(old, now);
}

TEST_F(Lines, AnEventIsAStop) {
  follow(1);
  debugging.apply(model::DebugBreak{"event event = RevokeAborted"});
  const auto& view = go(Kind::Continue);
  EXPECT_EQ(view.event, run.first(abi::Event::RevokeAborted));
  EXPECT_EQ(view.frames.front().env, debugger::kKernel);
}

TEST_F(Lines, OneStackFromTheKernelIntoTheProgram) {
  follow(run.first(abi::Event::FrameAllocated, run.first(abi::Event::Bound)));
  const auto& frames = debugging.view().frames;
  ASSERT_GE(frames.size(), 4u);
  EXPECT_EQ(frames.front().env, debugger::kKernel);
  const auto crossed = std::ranges::find_if(frames, [](const auto& frame) { return !frame.boundary.empty(); });
  ASSERT_NE(crossed, frames.end()) << debugging.view().stack_end;
  EXPECT_THAT(crossed->boundary, HasSubstr("system call"));
  EXPECT_NE(crossed->env, debugger::kKernel);
}

// Where an event is complete, the kernel is in assembly: whoever looks at that frame steps by its lines.
TEST_F(Lines, InAssemblyALineIsALine) {
  debugging.apply(model::DebugLook{debugger::kKernel, 0});
  const std::uint32_t line = debugging.view().frames.front().line;
  ASSERT_THAT(debugging.view().frames.front().file, EndsWith(".S"));
  const auto& back = go(Kind::LineOver, true);
  EXPECT_THAT(back.frames.front().file, EndsWith(".S"));
  EXPECT_LT(back.frames.front().line, line);
  EXPECT_GE(back.frames.front().line + 3, line) << "the line before, not the function's first";
}

TEST_F(Lines, WhatIsNotThereIsSaid) {
  EXPECT_THROW(debugging.apply(model::DebugBreak{"nowhere.cpp:3"}), InputError);
  EXPECT_THROW(debugging.apply(model::DebugBreak{"event frame ="}), InputError);
  EXPECT_THROW(debugging.apply(model::DebugBreak{"write no_such_thing"}), InputError);
  EXPECT_THROW(debugging.apply(model::DebugMove{Kind::To, false, "no_such_function"}), InputError);
}

// The live machine stands at an event, and a debugger goes beyond it: the machine runs on as far as is needed.
TEST(LiveDebugging, GoesOnBeyondWhatHasHappened) {
  LessonRun run("abort-deadline", 60);
  auto& session = run.session();
  const auto wait = [&] {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    do session.pump(std::chrono::milliseconds(20));
    while ((session.debug_view() == nullptr || session.debug_view()->moving) &&
           std::chrono::steady_clock::now() < until);
  };
  ASSERT_LT(session.history().size(), 200u);
  session.apply(model::DebugMove{Kind::To, false, "Heap::take"});
  wait();
  const debugger::View& view = *session.debug_view();
  ASSERT_FALSE(view.frames.empty()) << view.status;
  EXPECT_EQ(view.frames.front().function, "exo::libos::Heap::take") << view.status;
  EXPECT_GT(session.history().size(), 200u) << "it happened later";
  session.pump(std::chrono::milliseconds(20));
  EXPECT_EQ(session.cursor(), view.event) << "one cursor";
  session.apply(model::Seek{10});
  wait();
  EXPECT_EQ(session.debug_view()->event, 10u) << "whoever moves it";
}

// Somebody does something to a live machine that is debugged: its moments stay what they were, and what was done
// happens in the debugger's machines when they come to it.
TEST(LiveDebugging, WhatIsDoneMeanwhileHappensHereToo) {
  LessonRun run("abort-deadline", 60);
  auto& session = run.session();
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  ASSERT_EQ(run.go_to_event(50).why, debugger::Stop::Why::Arrived);
  const Moment before = moment_of(run.rerun());
  for (int i = 0; i < 3; ++i) {
    session.apply(model::Inject{{0, std::uint16_t(abi::ControlOp::Pressure), kStubborn, 1, 0}});
    const auto size = session.history().size();
    session.apply(model::StepEvent{60});
    while (session.history().size() < size + 60 && std::chrono::steady_clock::now() < until)
      session.pump(std::chrono::milliseconds(20));
    const auto taken = run.first(abi::Event::ControlTaken, size);
    ASSERT_LE(taken, session.history().size()) << "it was not done";
    EXPECT_EQ(run.go_to_event(session.history().size()).why, debugger::Stop::Why::Arrived);
    EXPECT_EQ(run.go_to_event(taken).why, debugger::Stop::Why::Arrived);
    EXPECT_EQ(run.rerun().event(), taken);
    ASSERT_EQ(run.go_to_event(50).why, debugger::Stop::Why::Arrived);
    EXPECT_EQ(moment_of(run.rerun()).registers, before.registers);
    EXPECT_EQ(run.rerun().instant(), before.instant);
  }
}

}  // namespace
}  // namespace exo::test
