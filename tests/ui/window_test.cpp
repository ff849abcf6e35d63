// The real window on a screen of its own, with a real machine behind it, driven by mouse and keys: what the session and
// the panels hold afterwards is asserted, not pixels.
#include <gmock/gmock.h>
#include <signal.h>
#include <unistd.h>

#include <fstream>

#include "tests/ui/window_drive.hpp"

namespace exo::test {
namespace {

/// Processes that this one has started and that run `program`.
std::vector<pid_t> children(const std::string& program) {
  std::vector<pid_t> found;
  std::ifstream list("/proc/self/task/" + std::to_string(getpid()) + "/children");
  for (pid_t pid = 0; list >> pid;) {
    std::string name;
    std::getline(std::ifstream("/proc/" + std::to_string(pid) + "/comm"), name);
    if (program.starts_with(name)) found.push_back(pid);
  }
  return found;
}

TEST_F(WindowTest, ALessonFromTheFirstKeyToTheAbort) {
  const int code = drive("abort-deadline", [&] {
    if (!wait("the machine boots", [](const Seen& s) { return s.events >= 1 && s.frames > 3; })) return;
    desktop_->move(900, 400);
    // Step and back.
    desktop_->press("Right");
    wait("one event on", [](const Seen& s) { return s.cursor == 2; });
    desktop_->press("Left");
    wait("and back", [](const Seen& s) { return s.cursor == 1; });
    // Step by step to the question, which is answered with the mouse.
    for (int step = 0; step < 4; ++step) {
      if (step % 2 == 0)
        desktop_->press("Next");  // Page Down, as clickers send
      else
        click("next step");
      if (!wait("the next step", [&](const Seen& s) { return s.step >= step; })) return;
    }
    EXPECT_EQ(seen().step, 3);
    click("choice 2");
    wait("the answer is taken", [](const Seen& s) { return s.given == "All its pages but frame 5"; });
    const model::EventNumber asked = seen().cursor;
    // Scrub: back to an earlier moment with the mouse, then on again.
    click("time ruler");
    wait("another moment", [&](const Seen& s) { return s.cursor != asked; });
    desktop_->press("End");
    wait("the newest", [&](const Seen& s) { return s.cursor == s.events; });
    // Inject.
    const std::uint64_t before = seen().commands;
    click("audit");
    wait("the command is on its way", [](const Seen& s) { return s.status.find("timer tick") != std::string::npos; });
    click("next step");
    if (!wait("the next step", [&](const Seen& s) { return s.step >= 4; })) return;
    // Past the abort: the kernel takes commands at its ticks, every 250 us, and an audit only when no deadline could be
    // missed meanwhile.
    for (int step = 5; step < 8; ++step) {
      desktop_->press("n");
      if (!wait("the next step", [&](const Seen& s) { return s.step >= step; })) return;
    }
    desktop_->press("space");
    wait("the kernel takes the command", [&](const Seen& s) { return s.commands > before; });
    // Themes and sizes.
    const views::Palette palette = seen().palette;
    desktop_->press("t");
    wait("the other theme", [&](const Seen& s) { return s.palette != palette; });
    for (const auto& [width, height] : {std::pair{1024, 768}, {3840, 2160}}) {
      desktop_->resize(width, height);
      if (!wait("the new size", [&](const Seen& s) { return s.width == width && s.height == height; })) continue;
      const int frame = seen().frames;
      desktop_->move(200, 200);
      desktop_->move(210, 210);
      wait("a frame", [&](const Seen& s) { return s.frames > frame + 2; });
      const auto marks = seen().marks;
      for (const char* name : {"next step", "audit"}) {
        const auto found = marks.find(name);
        ASSERT_NE(found, marks.end()) << name << " is not there at " << width;
        EXPECT_LE(found->second.max.x, float(width)) << name;
        EXPECT_LE(found->second.max.y, float(height)) << name;
      }
    }
  });
  EXPECT_EQ(code, 0);
  EXPECT_TRUE(children("qemu-system-mipsel").empty());
}

/// As `./exoscope` without a name begins: Enter opens the lesson, Space lets it run.
TEST_F(WindowTest, AnAbortIsTwoKeysAway) {
  window::WindowOptions options;
  options.choose_lesson = true;
  options.lessons = [] {
    return std::vector<views::LessonCard>{{"abort-deadline", "Page 5 in 50 microseconds", "the abort", 6},
                                          {"visible-revocation", "Please return a page", "asking", 5}};
  };
  const int code = drive(
      "abort-deadline",
      [&] {
        if (!wait("the choice of lessons", [](const Seen& s) { return s.choosing && s.frames > 3; })) return;
        desktop_->press("Return");
        if (!wait("the lesson opens", [](const Seen& s) { return !s.choosing && s.events >= 1; })) return;
        desktop_->press("space");
        wait("the abort", [](const Seen& s) { return s.aborts == 1; });
      },
      options);
  EXPECT_EQ(code, 0);
}

/// A machine that never rests, at its own speed, with room for few events: what is held does not grow, and the window
/// answers.
TEST_F(WindowTest, AtFullSpeedItForgetsAndAnswers) {
  keep_ = 4 * model::History::kCheckpointEvents;
  const int code = drive("tests/guest/endless", [&] {
    if (!wait("the machine boots", [](const Seen& s) { return s.events >= 1 && s.marks.contains("pace"); })) return;
    const views::Box rail = seen().marks.find("pace")->second;
    desktop_->click(int(rail.max.x) - 2, int(rail.centre().y));
    desktop_->move(800, 400);
    desktop_->press("space");
    if (!wait("it runs, and forgets", [&](const Seen& s) { return s.forgotten >= 1; })) return;
    for (int round = 0; round < 4; ++round) {
      const Seen before = seen();
      desktop_->press("t");
      wait("the other theme", [&](const Seen& s) { return s.palette != before.palette; });
      desktop_->press(std::to_string(round + 1));  // another panel
      click("audit");
      wait("the kernel takes the command", [&](const Seen& s) { return s.commands > before.commands; });
      wait("it goes on", [&](const Seen& s) { return s.forgotten > before.forgotten; });
      const Seen after = seen();
      EXPECT_LT(after.held, double(keep_) * 1.3 * 40 + (8 << 20));
      EXPECT_LT(after.shell_held, double(keep_) * 1.6 * 12 + (2 << 20));
      EXPECT_EQ(after.connection, session::Connection::Running) << after.status;
    }
    desktop_->press("space");
    wait("it stops", [](const Seen& s) { return s.connection == session::Connection::Paused; });
    desktop_->press("Home");
    wait("the oldest moment that is left", [](const Seen& s) { return s.cursor <= s.forgotten; });
  });
  EXPECT_EQ(code, 0);
  EXPECT_TRUE(children("qemu-system-mipsel").empty());
}

TEST_F(WindowTest, TheMachineIsPulledAwayAndComesBack) {
  const int code = drive("visible-revocation", [&] {
    if (!wait("the machine boots", [](const Seen& s) { return s.events >= 1 && s.frames > 3; })) return;
    desktop_->press("n");
    if (!wait("a step", [](const Seen& s) { return s.step >= 0; })) return;
    const model::EventNumber events = seen().events;
    for (const pid_t pid : children("qemu-system-mipsel")) kill(pid, SIGKILL);
    if (!wait("the loss is noticed", [](const Seen& s) { return s.connection == session::Connection::Lost; })) return;
    EXPECT_GE(seen().events, events) << "what was recorded is still there";
    desktop_->press("Home");
    wait("the past is still there", [](const Seen& s) { return s.cursor == 0; });
    click("restart");
    wait("it boots again", [](const Seen& s) {
      return s.connection == session::Connection::Paused || s.connection == session::Connection::Running;
    });
  });
  EXPECT_EQ(code, 0);
  EXPECT_TRUE(children("qemu-system-mipsel").empty());
}

}  // namespace
}  // namespace exo::test
