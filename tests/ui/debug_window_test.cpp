// Debugging in the real window, on a real machine: begun with a key, stepped over and back, a stop set with the mouse
// and reached backwards. One cursor: the model's moment follows each stop.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "explorer/views/views.hpp"
#include "kernel/abi/memory_layout.hpp"
#include "tests/ui/window_drive.hpp"

namespace exo::test {
namespace {

class DebugWindow : public WindowTest {
 protected:
  bool stands(const char* what, std::uint64_t after) {
    return wait(what, [&](const Seen& s) { return s.debug && !s.debug->moving && s.debug->stops > after; });
  }
  /// Presses a key that moves; whether it stands again.
  bool step(const char* key) {
    const std::uint64_t stops = seen().debug ? seen().debug->stops : 0;
    desktop_->press(key);
    return stands(key, stops);
  }
  [[nodiscard]] debugger::View view() { return seen().debug.value_or(debugger::View{}); }
  /// Types a stop into the Stops panel; its number, 0 when that was in vain.
  int add_stop(const std::string& where) {
    const std::size_t there = view().breaks.size();
    click("stop where");
    desktop_->type(where);
    desktop_->press("Return");
    if (!wait(where.c_str(), [&](const Seen& s) { return s.debug && s.debug->breaks.size() > there; })) return 0;
    desktop_->move(900, 400);
    desktop_->press("Escape");
    return view().breaks.back().number;
  }
  bool remove_stop(int number) {
    const std::size_t there = view().breaks.size();
    click("remove " + std::to_string(number));
    return wait("the stop is taken away", [&](const Seen& s) { return s.debug && s.debug->breaks.size() < there; });
  }
  bool begin() {
    if (!wait("the machine boots", [](const Seen& s) { return s.events >= 1 && s.frames > 3; })) return false;
    desktop_->move(900, 400);
    return step("F7");
  }
};

TEST_F(DebugWindow, StepsStopsAndWaysBack) {
  const int code = drive("abort-deadline", [&] {
    if (!wait("the machine boots", [](const Seen& s) { return s.events >= 1 && s.frames > 3; })) return;
    desktop_->move(900, 400);
    for (int i = 0; i < 2; ++i) {
      desktop_->press("n");
      if (!wait("a step of the story", [&](const Seen& s) { return s.step >= i; })) return;
    }
    if (!step("F7")) return;
    EXPECT_EQ(seen().layout, "Debug");
    EXPECT_EQ(view().event, seen().cursor);
    // It stands at the end of what has happened: some lines back, so that there is something to step over.
    for (int i = 0; i < 5; ++i)
      if (!step("shift+F10")) return;
    ASSERT_FALSE(view().frames.empty()) << view().status;
    ASSERT_NE(view().frames[0].line, 0u) << view().status;

    const debugger::View first = view();
    if (!step("F10")) return;
    const debugger::View second = view();
    EXPECT_GT(second.instant, first.instant);
    if (!step("shift+F10")) return;
    EXPECT_LT(view().instant, second.instant);

    // A stop at the line where it stands, with the mouse; two lines on, and back to it.
    const std::uint32_t line = view().frames[0].line;
    click("stop " + std::to_string(line));
    if (!wait("the stop is set", [](const Seen& s) { return s.debug && s.debug->breaks.size() == 1; })) return;
    EXPECT_EQ(view().breaks[0].line, line);
    if (!step("F10") || !step("F10")) return;
    EXPECT_NE(view().frames[0].line, line);
    if (!step("shift+F8")) return;
    EXPECT_EQ(view().frames[0].line, line) << view().status;
    EXPECT_THAT(view().status, testing::HasSubstr("stop 1"));
    EXPECT_GE(view().breaks[0].hits, 1u);
    EXPECT_EQ(view().event, seen().cursor);

    // The cursor moved by something else moves the debugger.
    const debugger::Instant before = view().instant;
    desktop_->press("Home");
    wait("the debugger follows",
         [&](const Seen& s) { return s.debug && !s.debug->moving && s.debug->instant < before; });
    desktop_->press("shift+F7");
    wait("nobody debugs", [](const Seen& s) { return !s.debug; });
  });
  EXPECT_EQ(code, 0);
}

TEST_F(DebugWindow, OneAddressInThreeEnvironmentsAndAWriteBackwards) {
  const int code = drive("abort-deadline", [&] {
    if (!begin()) return;
    const int entry = add_stop(fmt::format("0x{:x}", abi::kProgramAddress));
    if (entry == 0) return;
    std::set<debugger::Environment> seen_there;
    for (int i = 0; i < 3; ++i) {
      if (!step("F8")) return;
      EXPECT_EQ(view().registers.value_or(debugger::Registers{}).pc, abi::kProgramAddress) << view().status;
      seen_there.insert(view().running);
    }
    EXPECT_EQ(seen_there.size(), 3u) << "each environment begins there once";
    EXPECT_EQ(view().breaks[0].hits, 3u);
    if (!remove_stop(entry)) return;

    // The write that made a value is found by going back.
    const int take = add_stop("Heap::take");
    if (take == 0 || !step("F8") || !step("F8")) return;
    EXPECT_THAT(view().frames.at(0).function, testing::HasSubstr("Heap::take")) << view().status;
    const debugger::Instant here = view().instant;
    const int write = add_stop("write this->used_");
    if (write == 0 || !remove_stop(take) || !step("shift+F8")) return;
    EXPECT_LT(view().instant, here);
    EXPECT_THAT(view().status, testing::HasSubstr("write this->used_"));
    EXPECT_EQ(view().event, seen().cursor);
    if (!step("alt+F11")) return;
    EXPECT_GT(view().instant, 0u);
    EXPECT_EQ(view().env, view().running) << "whoever's is next is looked at";
  });
  EXPECT_EQ(code, 0);
}

TEST_F(DebugWindow, AStepGoesOverAnUpcallTheEndOfASliceAndAnAbort) {
  const int code = drive("abort-deadline", [&] {
    if (!begin()) return;
    const int aborted = add_stop("event event = RevokeAborted");
    if (aborted == 0 || !step("F8")) return;
    const std::uint64_t abort = view().event;
    EXPECT_EQ(view().env, debugger::kKernel) << view().status;
    const int handler = add_stop("on_revoke");
    if (handler == 0 || !step("shift+F8")) return;
    const auto is_in_handler = [&] {
      return std::ranges::any_of(view().frames, [](const debugger::FrameView& frame) {
        return frame.function.find("on_revoke") != std::string::npos;
      });
    };
    EXPECT_TRUE(is_in_handler()) << view().status;
    EXPECT_LT(view().event, abort);
    const debugger::Environment env = view().env;
    if (!remove_stop(handler) || !remove_stop(aborted)) return;

    // Out of the handler, to the line that was interrupted; then on, until the page was taken by force.
    const auto is_in_program = [&] {
      return !view().frames.empty() && view().frames[0].file.find("/apps/") != std::string::npos;
    };
    for (int i = 0; i < 8 && !is_in_program(); ++i)
      if (!step("shift+F12")) return;
    EXPECT_TRUE(is_in_program()) << view().status;
    int steps = 0;
    for (; steps < 300 && view().event < abort; ++steps) {
      if (!step("F10")) return;
      ASSERT_FALSE(view().frames.empty()) << view().status;
      EXPECT_EQ(view().env, env) << steps;
      EXPECT_FALSE(is_in_handler()) << steps;
    }
    EXPECT_GE(view().event, abort) << "after " << steps << " steps";
    // And back over it.
    for (int i = 0; i < 20 && view().event >= abort; ++i) {
      if (!step("shift+F10")) return;
      EXPECT_EQ(view().env, env);
      EXPECT_THAT(view().frames.at(0).function, testing::Not(testing::HasSubstr("on_revoke")));
    }
    EXPECT_LT(view().event, abort);
  });
  EXPECT_EQ(code, 0);
}

TEST_F(DebugWindow, TheLayoutForItIsWhatItSays) {
  const int code = drive("abort-deadline", [&] {
    if (!begin()) return;
    const int source = views::panel_named("source");
    desktop_->press("alt+1");
    if (!wait("another layout", [](const Seen& s) { return s.layout == "Lecture"; })) return;
    desktop_->press("alt+3");
    if (!wait("the layout", [](const Seen& s) { return s.layout == "Debug"; })) return;
    const int frames = seen().frames;
    wait("some pictures", [&](const Seen& s) { return s.frames > frames + 5; });
    EXPECT_EQ(seen().panel, source) << "the sign of a chord is no key of its own";
  });
  EXPECT_EQ(code, 0);
}

}  // namespace
}  // namespace exo::test
