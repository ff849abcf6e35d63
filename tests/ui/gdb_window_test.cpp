// The window and a real gdb on one run: whoever moves it, both stand at the same instruction; whose stop it is, it
// stops both; and who dies takes nothing with him.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <signal.h>

#include "tests/golden/process.hpp"
#include "tests/ui/meeting.hpp"
#include "tests/ui/window_drive.hpp"

namespace exo::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class GdbWindow : public WindowTest {
 protected:
  [[nodiscard]] debugger::View view() { return seen().debug.value_or(debugger::View{}); }

  /// Boots the lesson, lets gdb connect, and returns where; empty when that was in vain.
  std::string open_door() {
    if (!wait("the machine boots", [](const Seen& s) { return s.events >= 1 && s.frames > 3; })) return "";
    desktop_->move(900, 400);
    desktop_->press("ctrl+F9");
    if (!wait("gdb may connect", [](const Seen& s) { return s.debug && s.debug->gdb.open && stands(s); })) return "";
    EXPECT_EQ(seen().layout, "Debug");
    const std::string command = view().gdb.command;
    EXPECT_THAT(command, HasSubstr("exo connect "));
    const std::size_t at = command.rfind(' ');
    return command.substr(at + 1, command.find('\'', at) - at - 1);
  }
  static bool stands(const Seen& s) { return s.debug && !s.debug->moving && s.debug->stops != 0; }
  bool stands_at(const char* what, const std::string& instant) {
    return wait(what, [&](const Seen& s) { return stands(s) && std::to_string(s.debug->instant) == instant; });
  }
  /// Presses a key that moves; whether it stands again.
  bool step(const char* key) {
    const std::uint64_t stops = view().stops;
    desktop_->press(key);
    return wait(key, [&](const Seen& s) { return stands(s) && s.debug->stops > stops; });
  }
  std::string moves_beside(const std::string& interpreter);
  [[nodiscard]] std::size_t gdb_stops() {
    const auto breaks = view().breaks;
    return std::size_t(std::ranges::count_if(breaks, [](const auto& one) { return one.gdb; }));
  }
};

TEST_F(GdbWindow, OneCursorForBoth) {
  std::string said;
  const int code = drive("abort-deadline", [&] {
    const std::string address = open_door();
    if (address.empty()) return;
    const Meeting meet;
    std::string commands = meet.helpers() + R"(
break on_revoke
continue
python
tell("reached", instant())
wait_for("stepped")
print("== behind")
try:
    quietly("maintenance flush register-cache")
    print(quietly("info registers sp"))
    print(quietly("x/x $sp"))
except gdb.error as error:
    print(error)
print(quietly("thread apply all bt"))
quietly("exo here")
tell("here", instant())
wait_for("look")
quietly("stepi")
quietly("stepi")
tell("stepi", instant())
wait_for("stop set")
quietly("delete")
quietly("exo here")
print("== stop")
end
reverse-continue
python tell("stopped", instant())
python wait_for("end")
)";
    std::thread gdb([&] { said = GdbRun(address, commands, {.most = std::chrono::seconds(120)}).all(); });
    const auto script = [&] {
      // gdb moves: the window follows, and shows whose stop it is.
      const auto reached = meet.hear("reached");
      if (!reached || !stands_at("the window follows gdb", *reached)) return;
      EXPECT_EQ(view().event, seen().cursor);
      EXPECT_TRUE(view().gdb.connected);
      EXPECT_THAT(view().status, HasSubstr("gdb"));
      ASSERT_FALSE(view().frames.empty());
      const auto frames = view().frames;
      EXPECT_TRUE(std::ranges::any_of(
          frames, [](const auto& one) { return one.function.find("on_revoke") != std::string::npos; }));
      EXPECT_GE(gdb_stops(), 2u) << "one for each environment that has such a function";
      const std::uint32_t line = view().frames[0].line;
      // The window moves while gdb has its prompt: gdb says so, and looks again when it is asked to.
      if (!step("shift+F10")) return;
      if (!wait("gdb is behind", [](const Seen& s) { return s.debug && s.debug->gdb.behind; })) return;
      meet.tell("stepped");
      const auto here = meet.hear("here");
      ASSERT_TRUE(here);
      EXPECT_EQ(*here, std::to_string(view().instant));
      wait("gdb is here, too", [](const Seen& s) { return s.debug && !s.debug->gdb.behind; });
      meet.tell("look");
      const auto after = meet.hear("stepi");
      if (!after || !stands_at("the window follows steps", *after)) return;
      // A stop of the window's stops gdb.
      if (!step("F8")) return;
      EXPECT_EQ(view().frames[0].line, line) << view().status;
      EXPECT_THAT(view().status, HasSubstr("gdb"));
      click("stop " + std::to_string(line));
      const auto ours = [](const auto& one) { return !one.gdb; };
      if (!wait("the stop is set",
                [&](const Seen& s) { return s.debug && std::ranges::any_of(s.debug->breaks, ours); }))
        return;
      if (!step("F10") || !step("F10")) return;
      meet.tell("stop set");
      const auto stopped = meet.hear("stopped");
      if (!stopped || !stands_at("the window's stop stops gdb", *stopped)) return;
      EXPECT_EQ(view().frames[0].line, line) << view().status;
    };
    script();
    for (const char* name : {"stepped", "look", "stop set", "end"}) meet.tell(name);
    gdb.join();
    wait("gdb is gone", [](const Seen& s) { return s.debug && !s.debug->gdb.connected; });
    EXPECT_EQ(gdb_stops(), 0u);
  });
  EXPECT_EQ(code, 0);
  EXPECT_THAT(said, HasSubstr("sp: 0x4038c0")) << "of the moment that gdb shows\n" << said;
  EXPECT_THAT(said, HasSubstr("Cannot access memory")) << "of another moment than gdb shows\n" << said;
  EXPECT_THAT(said, HasSubstr("In the window: stop 1")) << said;
  EXPECT_THAT(said, Not(HasSubstr("in vain"))) << said;
  EXPECT_THAT(said, Not(HasSubstr("Python Exception"))) << said;
}

// A gdb that reads its commands from somebody who has said nothing since it was connected. Returns what it said.
std::string GdbWindow::moves_beside(const std::string& interpreter) {
  std::string said;
  const int code = drive("abort-deadline", [&] {
    const std::string address = open_door();
    if (address.empty()) return;
    const Meeting meet;
    std::ofstream(meet.path("commands")) << "source " << std::getenv("EXOSCOPE_SOURCE_DIR")
                                         << "/assets/gdb/exoscope.py\nexo connect " << address << "\n"
                                         << meet.helpers() << "python tell('ready', instant())\n"
                                         << "python\n"
                                         << R"(
def look_often():
    if os.path.exists(FOLDER + '/end'):
        return
    try:
        tell('shown', instant())
    except gdb.error:
        pass
    again = threading.Timer(0.1, post, [look_often])
    again.daemon = True
    again.start()
look_often()
end
)";
    Process gdb({"sh", "-c",
                 fmt::format("ulimit -c 0; (cat {0}/commands; for i in $(seq 300); do [ -e {0}/end ] && break; sleep "
                             "0.1; done; sleep 1) |"
                             "  gdb-multiarch -nx -q --interpreter={1} 2>&1",
                             meet.path(""), interpreter)});
    const auto script = [&] {
      const auto ready = meet.hear("ready");
      if (!ready || !stands_at("both are here", *ready)) return;
      for (int i = 0; i < 3; ++i)
        if (!step("shift+F10")) return;
      EXPECT_NE(std::to_string(view().instant), *ready);
      const auto looked = [&](const Seen& s) {
        std::ifstream file(meet.path("shown"));
        std::string where;
        return stands(s) && std::getline(file, where) && where == std::to_string(s.debug->instant);
      };
      EXPECT_TRUE(wait("gdb looks again by itself", looked)) << view().instant;
      wait("which the window knows", [](const Seen& s) { return s.debug && !s.debug->gdb.behind; });
    };
    script();
    meet.tell("end");
    said = gdb.wait(std::chrono::seconds(30)).out;
  });
  EXPECT_EQ(code, 0);
  EXPECT_THAT(said, Not(HasSubstr("internal-error")));
  EXPECT_THAT(said, Not(HasSubstr("Python Exception")));
  EXPECT_FALSE(HasFailure()) << "gdb said:\n" << said;
  return said;
}

TEST_F(GdbWindow, ThePromptFollowsTheWindow) {
  EXPECT_THAT(moves_beside("console"), HasSubstr("The run was moved in the window. It stands here now:\n#0"));
}

TEST_F(GdbWindow, AnIdeHearsOfAStop) { EXPECT_THAT(moves_beside("mi"), HasSubstr("*stopped")); }

TEST_F(GdbWindow, WhoIsKilledTakesNothingWithHim) {
  std::string first, second;
  const int code = drive("abort-deadline", [&] {
    const std::string address = open_door();
    if (address.empty()) return;
    const Meeting meet;
    first = GdbRun(address, "break on_revoke\ncontinue\nshell kill -KILL $PPID\n").all();
    if (!wait("gdb is gone", [](const Seen& s) { return stands(s) && !s.debug->gdb.connected; })) return;
    EXPECT_EQ(gdb_stops(), 0u);
    const debugger::Instant before = view().instant;
    if (!step("shift+F10") || !step("F10")) return;

    // Its machines killed: both say so, and go on from there.
    std::thread gdb([&] {
      second = GdbRun(address, meet.helpers() + R"(
python
tell("again", instant())
wait_for("killed")
end
stepi
python
tell("stepped", instant())
wait_for("killed again")
end
== end
)",
                      {.most = std::chrono::seconds(120)})
                   .all();
    });
    const auto script = [&] {
      const auto again = meet.hear("again");
      ASSERT_TRUE(again);
      EXPECT_EQ(*again, std::to_string(view().instant)) << "where the window stands";
      EXPECT_EQ(::kill(seen().machine, SIGKILL), 0);
      meet.tell("killed");
      const auto stepped = meet.hear("stepped");
      if (!stepped || !stands_at("the window follows", *stepped)) return;
      EXPECT_GT(*stepped, *again);
      EXPECT_EQ(::kill(seen().machine, SIGKILL), 0);
      if (!step("F10")) return;
      EXPECT_TRUE(view().failed) << view().status;
      EXPECT_EQ(std::ranges::count(view().status, '\n'), 0) << "one line";
      if (!step("F10")) return;
      EXPECT_FALSE(view().failed) << view().status;
      EXPECT_GT(view().instant, std::stoull(*stepped));
    };
    script();
    for (const char* name : {"killed", "killed again"}) meet.tell(name);
    gdb.join();
    EXPECT_LT(before, view().instant + 1'000'000);
    desktop_->press("shift+F7");
    wait("nobody debugs", [](const Seen& s) { return !s.debug; });
    EXPECT_FALSE(std::filesystem::exists(address));
  });
  EXPECT_EQ(code, 0);
  EXPECT_THAT(first, HasSubstr("hit Breakpoint 1")) << first;
  EXPECT_THAT(second, HasSubstr("The machine is started again")) << second;
  EXPECT_THAT(second, Not(HasSubstr("in vain"))) << second;
}

}  // namespace
}  // namespace exo::test
