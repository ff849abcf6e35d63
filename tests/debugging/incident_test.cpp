// What ended badly: its place in one line, its stack, and the way back to the cause.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "explorer/session/incident_stack.hpp"
#include "tests/debugging/run.hpp"

namespace exo::test {
namespace {

using Kind = model::DebugMove::Kind;
using model::Incident;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr const char* kStale = "../tests/guest/stale_entry";
constexpr std::uint32_t kFirstPage = 0x2002'c000;  // of stale_entry.cpp

/// The line of a test's program that holds some words.
std::uint32_t line_with(const std::string& file, const std::string& words) {
  std::ifstream in(std::string(EXO_SCENARIOS) + "/../tests/guest/" + file);
  std::string text;
  for (std::uint32_t line = 1; std::getline(in, text); ++line)
    if (text.find(words) != std::string::npos) return line;
  return 0;
}

class Bad : public ::testing::Test {
 protected:
  explicit Bad(const std::string& lesson) : run(lesson) { run.session().pump(std::chrono::milliseconds(5)); }

  const Incident& only() {
    const auto& all = run.session().incidents()->incidents;
    EXPECT_EQ(all.size(), 1u);
    return all.at(0);
  }
  const debugger::View& wait() {
    auto& session = run.session();
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    do session.pump(std::chrono::milliseconds(20));
    while ((session.debug_view() == nullptr || session.debug_view()->moving) &&
           std::chrono::steady_clock::now() < until);
    return *session.debug_view();
  }
  const debugger::View& go(const model::Command& command) {
    run.session().apply(command);
    return wait();
  }
  session::IncidentStack stack(const Incident& incident) {
    session::DebugPrograms programs;
    return session::incident_stack(run.rerun(), incident, programs, [] { return false; });
  }

  LessonRun run;
};

class Stale : public Bad {
 protected:
  Stale() : Bad(kStale) {}
};

TEST_F(Stale, ACrashIsToldWithItsPlaceAndItsStack) {
  const Incident& crash = only();
  EXPECT_EQ(crash.kind, Incident::Kind::Crashed);
  const std::uint32_t line = line_with("stale_entry.cpp", "void use_page");
  EXPECT_THAT(crash.text, StartsWith("forgetful crashed at tests/guest/stale_entry.cpp:" + std::to_string(line) +
                                     " in use_page(): it read 0x200"));
  const auto found = stack(crash);
  EXPECT_EQ(found.problem, "");
  const auto here = std::ranges::find_if(found.frames, [](const auto& one) { return one.here; });
  ASSERT_NE(here, found.frames.end());
  EXPECT_THAT(here->frame.function, EndsWith("use_page"));
  EXPECT_EQ(here->frame.line, line);
  EXPECT_THAT(here->frame.boundary, HasSubstr("upcall Miss"));
  ASSERT_NE(here + 1, found.frames.end());
  EXPECT_EQ((here + 1)->frame.function, "main");
  for (const auto& one : found.frames) EXPECT_NE(one.frame.env, debugger::kKernel) << "the kernel only took the note";
}

// The bug: on_repossessed should have cleared the entry of the page. Standing at the crash, the last write of that
// entry is the one that made it, before the repossession.
TEST_F(Stale, TheWriteThatShouldHaveHappenedIsMissed) {
  const Incident crash = only();
  const std::uint32_t page = (crash.address - kFirstPage) / abi::kPageSize;
  const std::string entry = "page_table[" + std::to_string(page) + "].present";
  const auto& at_crash = go(model::DebugIncident{crash.event});
  ASSERT_LT(at_crash.frame, at_crash.frames.size()) << at_crash.status;
  EXPECT_EQ(at_crash.status, crash.text);
  EXPECT_THAT(at_crash.frames[at_crash.frame].function, EndsWith("use_page"));
  EXPECT_EQ(run.session().cursor(), crash.event);
  EXPECT_THAT(at_crash.source.file, EndsWith("stale_entry.cpp"));
  const auto& watched = go(model::DebugWatch{entry});
  EXPECT_EQ(watched.watches.at(0).text, "true") << "it trusts the entry of the page that it lost";
  // Back to the repossession, which is told to on_repossessed...
  (void)go(model::DebugBreak{"on_repossessed"});
  const debugger::View told = go(model::DebugMove{Kind::Continue, true});
  ASSERT_THAT(told.frames.at(0).function, EndsWith("on_repossessed")) << told.status;
  EXPECT_EQ(told.watches.at(0).text, "true");
  (void)go(model::DebugIncident{crash.event});
  // ... and from the crash back to the last write, which lies before that: on_repossessed has not written.
  const debugger::View& written = go(model::DebugMove{Kind::LastWrite, true, entry});
  ASSERT_FALSE(written.frames.empty()) << written.status;
  EXPECT_THAT(written.frames[0].function, EndsWith("map_page")) << written.status;
  EXPECT_THAT(written.frames[0].file, EndsWith("tests/guest/stale_entry.cpp"));
  EXPECT_EQ(written.frames[0].line, line_with("stale_entry.cpp", "entry.present = true"));
  EXPECT_LT(written.instant, told.instant);
  EXPECT_LT(written.event, run.first(abi::Event::Repossessed));
  EXPECT_EQ(run.session().cursor(), written.event) << "one cursor";
}

}  // namespace
}  // namespace exo::test
