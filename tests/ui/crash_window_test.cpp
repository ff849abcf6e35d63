// A planted bug, in the real window: the run crashes, a bar says so and leads there; from there back to the last write
// of the page-table entry that should have been cleared.
#include <gmock/gmock.h>

#include "kernel/abi/memory_layout.hpp"
#include "tests/ui/window_drive.hpp"

namespace exo::test {
namespace {

class CrashWindow : public WindowTest {
 protected:
  bool stands(const char* what, std::uint64_t after) {
    return wait(what, [&](const Seen& s) { return s.debug && !s.debug->moving && s.debug->stops > after; });
  }
  [[nodiscard]] debugger::View view() { return seen().debug.value_or(debugger::View{}); }
};

TEST_F(CrashWindow, FromACrashBackToItsCause) {
  const int code = drive("tests/guest/stale_entry", [&] {
    if (!wait("the machine boots", [](const Seen& s) { return s.events >= 1 && s.frames > 3; })) return;
    desktop_->press("space");
    if (!wait("it crashes, and a bar says so", [](const Seen& s) { return s.marks.contains("incident"); })) return;
    if (!wait("the run is over", [](const Seen& s) { return s.connection == session::Connection::Finished; })) return;
    click("incident");
    if (!stands("at the crash", 0)) return;
    EXPECT_EQ(seen().layout, "Debug");
    const debugger::View crash = view();
    ASSERT_LT(crash.frame, crash.frames.size()) << crash.status;
    EXPECT_THAT(crash.status, testing::HasSubstr("forgetful crashed at tests/guest/stale_entry.cpp"));
    EXPECT_THAT(crash.frames[crash.frame].function, testing::EndsWith("use_page"));
    EXPECT_THAT(crash.source.file, testing::EndsWith("stale_entry.cpp"));
    EXPECT_EQ(crash.event, seen().cursor);

    // "it read 0x2002f000, where it has no page"
    constexpr std::uint32_t kFirstPage = 0x2002'c000;
    const auto at = crash.status.rfind("0x");
    ASSERT_NE(at, std::string::npos);
    const auto address = std::uint32_t(std::stoul(crash.status.substr(at + 2, 8), nullptr, 16));
    const std::string entry = "page_table[" + std::to_string((address - kFirstPage) / abi::kPageSize) + "].present";
    click("watch input");
    desktop_->type(entry);
    desktop_->press("Return");
    if (!wait("it is watched", [](const Seen& s) { return s.debug && s.debug->watches.size() == 1; })) return;
    EXPECT_EQ(view().watches[0].text, "true") << "of a page that it has not";
    desktop_->press("Escape");
    click("watch " + entry);
    const std::uint64_t stops = view().stops;
    desktop_->press("shift+F9");
    if (!stands("at the last write", stops)) return;
    ASSERT_FALSE(view().frames.empty()) << view().status;
    EXPECT_THAT(view().frames[0].function, testing::EndsWith("map_page")) << view().status;
    EXPECT_LT(view().instant, crash.instant);
    EXPECT_EQ(view().event, seen().cursor);
  });
  EXPECT_EQ(code, 0);
}

}  // namespace
}  // namespace exo::test
