// The library OS writer's loop in the real window: a line is changed in an editor, one key, and the debugger stands at
// the same line in the new program; a complaint of the compiler is clicked, mended, and the run was there all the time.
#include <gmock/gmock.h>

#include "tests/rebuild/workshop.hpp"
#include "tests/ui/window_drive.hpp"

namespace exo::test {
namespace {

using Stage = model::Rebuilding::Stage;

class RebuildWindow : public WindowTest {
 protected:
  /// Presses the key, and waits until that try is over.
  bool rebuild() {
    const std::uint64_t number = seen().rebuilding ? seen().rebuilding->number : 0;
    desktop_->press("F6");
    return wait("the rebuild is over",
                [&](const Seen& s) { return s.rebuilding && s.rebuilding->number > number && !s.rebuilding->busy(); });
  }
  [[nodiscard]] std::uint32_t line() {
    const auto debug = seen().debug;
    return debug && !debug->frames.empty() ? debug->frames.front().line : 0;
  }
};

TEST_F(RebuildWindow, OneKeyFromAChangedLineToTheSameMoment) {
  Workshop workshop;
  const int code = drive("libos/template/workshop", [&] {
    if (!wait("the machine boots", [](const Seen& s) { return s.events >= 1 && s.frames > 3; })) return;
    desktop_->move(900, 400);
    for (int i = 0; i < 4; ++i) {
      desktop_->press("n");
      if (!wait("a step of the story", [&](const Seen& s) { return s.step >= i; })) return;
    }
    desktop_->press("F7");
    if (!wait("it debugs", [](const Seen& s) { return s.debug && !s.debug->moving && s.debug->stops > 0; })) return;
    // Some lines back, to one that a person wrote; a stop at it, with the mouse.
    for (int i = 0; i < 5; ++i) {
      const std::uint64_t stops = seen().debug->stops;
      desktop_->press("shift+F10");
      if (!wait("a line back", [&](const Seen& s) { return s.debug && !s.debug->moving && s.debug->stops > stops; }))
        return;
    }
    const debugger::View before = seen().debug.value();
    ASSERT_FALSE(before.frames.empty()) << before.status;
    const debugger::FrameView at = before.frames[0];
    ASSERT_NE(at.line, 0u) << before.status;
    click("stop " + std::to_string(at.line));
    if (!wait("the stop is set", [](const Seen& s) { return s.debug && s.debug->breaks.size() == 1; })) return;
    const auto connection = seen().connection;
    const std::uint32_t more = at.file == Workshop::source() ? 1 : 0;

    workshop.edit("// 2. Somebody", "// A line more.\n// 2. Somebody");
    if (!rebuild()) return;
    EXPECT_EQ(seen().rebuilding->stage, Stage::Back) << seen().rebuilding->words;
    EXPECT_THAT(seen().status, testing::HasSubstr(" time that mine is at "));
    EXPECT_THAT(seen().status, testing::HasSubstr("the events are the same"));
    EXPECT_EQ(line(), at.line + more) << seen().rebuilding->words;
    EXPECT_EQ(seen().debug->instant, before.instant);
    EXPECT_EQ(seen().cursor, seen().debug->event);
    ASSERT_EQ(seen().debug->breaks.size(), 1u);
    EXPECT_EQ(seen().debug->breaks[0].line, at.line + more);
    EXPECT_EQ(seen().connection, connection);  // there is a machine, and it stands as the old one did
    EXPECT_EQ(seen().layout, "Debug");

    workshop.edit("heap.choose(frame)", "heap.chose(frame)");
    if (!rebuild()) return;
    EXPECT_EQ(seen().rebuilding->stage, Stage::Failed);
    EXPECT_EQ(seen().debug->instant, before.instant);
    click("complaint 1");
    if (!wait("the line is shown", [](const Seen& s) { return s.opened && s.marks.contains("opened text"); })) return;
    EXPECT_EQ(seen().opened->line, workshop.line_of("heap.chose"));

    workshop.edit("heap.chose(frame)", "heap.choose(frame)");
    if (!rebuild()) return;
    EXPECT_EQ(seen().rebuilding->stage, Stage::Back) << seen().rebuilding->words;
    EXPECT_FALSE(seen().opened);
    EXPECT_EQ(seen().debug->instant, before.instant);
    // The run goes on from here.
    const int step = seen().step;
    desktop_->press("n");
    wait("the story goes on", [&](const Seen& s) { return s.step > step; });
  });
  EXPECT_EQ(code, 0);
}

}  // namespace
}  // namespace exo::test
