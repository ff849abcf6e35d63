// The real window on a screen of its own with a real machine behind it, and a hand that moves the mouse and types: what
// a test sees of it is taken after every frame that was drawn.
#pragma once
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "explorer/session/rerun.hpp"
#include "explorer/session/session.hpp"
#include "explorer/window/window.hpp"
#include "tests/ui/desktop.hpp"

namespace exo::test {

/// What the test knows of the window: taken after a frame was drawn.
struct Seen {
  int frames = 0, width = 0, height = 0, step = -1;
  model::EventNumber events = 0, cursor = 0;
  session::Connection connection{};
  views::Palette palette{};
  views::Selection selection;
  std::map<std::string, views::Box, std::less<>> marks;
  std::uint64_t commands = 0;  ///< that the kernel took from the host
  std::optional<std::string> given;
  std::string status;
  model::Ticks now = 0;
  std::uint64_t aborts = 0;
  bool choosing = false;  ///< the choice of lessons lies over everything
  model::EventNumber forgotten = 0;
  std::size_t held = 0, shell_held = 0, requests = 0;  ///< by the model, and by the panels
  int panel = 0;
  std::optional<debugger::View> debug;  ///< what a debugger shows
  std::string layout;
  std::shared_ptr<const debugger::Profile> profile;  ///< the last one that was counted
  std::optional<model::Rebuilding> rebuilding;
  std::optional<model::OpenedSource> opened;
  std::string searched;  ///< what is typed above the events
  pid_t machine = -1;    ///< in which the debugger stands
};

class WindowTest : public ::testing::Test {
 protected:
  void SetUp() override {
    try {
      desktop_ = std::make_unique<Desktop>(3840, 2160);
    } catch (const std::runtime_error& error) {
      FAIL() << error.what();
    }
  }

  /// Runs the window in this thread and the script in another one; the window is closed when the script is over.
  int drive(const std::string& lesson, const std::function<void()>& script, window::WindowOptions options = {}) {
    options.width = 1600;
    options.height = 1000;
    options.settings = false;
    options.observe = [this](const views::Shell& shell, const session::Session& session, int width, int height) {
      return look(shell, session, width, height);
    };
    std::thread hand([&] {
      script();
      over_ = true;
    });
    options.open = [](const std::string& name) { return open(name); };
    const int code = window::run_window(open(lesson, keep_), options);
    hand.join();
    return code;
  }

  /// A lesson by its name, or a scenario by its path in the source tree.
  static std::unique_ptr<session::Session> open(const std::string& lesson, model::EventNumber keep = 0) {
    const char* source = std::getenv("EXOSCOPE_SOURCE_DIR");
    session::LiveOptions live;
    const std::string place = lesson.find('/') != std::string::npos ? lesson : "scenarios/" + lesson;
    live.scenario_path = std::string(source == nullptr ? "." : source) + "/" + place + ".toml";
    live.start_paused = true;
    live.keep = keep;
    return session::Session::live(live);
  }

  [[nodiscard]] Seen seen() {
    const std::lock_guard lock(mutex_);
    return seen_;
  }

  /// Waits until it holds; half a minute at most, for a machine that is busy with other things.
  template <typename Holds>
  bool wait(const char* what, const Holds& holds) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (std::chrono::steady_clock::now() < end) {
      if (holds(seen())) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    const Seen s = seen();
    ADD_FAILURE() << "in vain: " << what << ". Step " << s.step << ", event " << s.cursor << " of " << s.events
                  << ", connection " << int(s.connection) << ", " << s.width << "x" << s.height << ", frame "
                  << s.frames << ", " << s.status << ", " << s.commands << " commands, " << model::micros(s.now)
                  << " us";
    return false;
  }

  void click(const std::string& mark) {
    if (!wait(mark.c_str(), [&](const Seen& s) { return s.marks.contains(mark); })) return;
    const auto at = seen().marks.find(mark)->second.centre();
    desktop_->click(int(at.x), int(at.y));
  }

  std::unique_ptr<Desktop> desktop_;
  model::EventNumber keep_ = 0;  ///< events that the run keeps; 0: all

 private:
  std::mutex mutex_;
  Seen seen_;
  std::atomic<bool> over_ = false;

  bool look(const views::Shell& shell, const session::Session& session, int width, int height) {
    const std::lock_guard lock(mutex_);
    ++seen_.frames;
    seen_.width = width;
    seen_.height = height;
    seen_.step = session.story().current(session.cursor());
    seen_.events = session.history().size();
    seen_.cursor = session.cursor();
    seen_.connection = session.connection();
    seen_.palette = shell.ui.shell.palette;
    seen_.selection = shell.ui.selection;
    seen_.marks = shell.ui.marks;
    seen_.commands = session.history().total(abi::Event::ControlTaken);
    seen_.aborts = session.history().total(abi::Event::RevokeAborted);
    seen_.choosing = shell.ui.shell.lessons_open;
    seen_.now = session.history().ticks(session.cursor());
    seen_.forgotten = session.history().forgotten();
    seen_.held = session.history().memory_bytes();
    seen_.shell_held = shell.memory_bytes();
    seen_.requests = session.history().requests().size();
    seen_.panel = shell.ui.shell.panel;
    seen_.status = session.status_text();
    seen_.layout = shell.ui.shell.layout;
    seen_.searched = shell.ui.choice.text;
    seen_.debug.reset();
    seen_.machine = -1;
    if (const debugger::View* view = session.debug_view()) {
      seen_.debug = *view;
      auto& target = const_cast<session::Session&>(session).debug();
      if (const auto* rerun = dynamic_cast<session::Rerun*>(&target)) seen_.machine = rerun->machine_pid();
    }
    seen_.profile = session.profile_view() != nullptr ? session.profile_view()->profile : nullptr;
    seen_.rebuilding.reset();
    if (session.rebuilding() != nullptr) seen_.rebuilding = *session.rebuilding();
    seen_.opened.reset();
    if (session.opened_source() != nullptr) seen_.opened = *session.opened_source();
    seen_.given = {};
    if (seen_.step >= 0)
      if (const auto& ask = session.story().steps[std::size_t(seen_.step)].ask) seen_.given = ask->given;
    return !over_;
  }
};

}  // namespace exo::test
