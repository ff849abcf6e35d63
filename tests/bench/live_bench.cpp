// A live machine at full speed, watched: memory over time, events a second, the time of a frame (what the panels cost
// alone, and a whole frame of the real window with software rendering on a screen of its own), and how long a key takes
// until something comes of it. Figures only, no assertions.
//
//   live_bench [--minute | --seconds N] [--keep EVENTS]      five seconds and 16,000,000 events, if nothing is said
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "explorer/common/error.hpp"
#include "explorer/session/session.hpp"
#include "explorer/window/window.hpp"
#include "tests/ui/desktop.hpp"
#include "tests/ui/ui_fixture.hpp"

namespace {

using namespace exo;
using Clock = std::chrono::steady_clock;
using Millis = std::chrono::duration<double, std::milli>;

struct Wanted {
  double seconds = 5;
  model::EventNumber keep = session::LiveOptions::kKeep;
};

double resident_mb() {
  std::ifstream file("/proc/self/statm");
  std::size_t all = 0, resident = 0;
  file >> all >> resident;
  return double(resident * std::size_t(sysconf(_SC_PAGESIZE))) / 1e6;
}

std::unique_ptr<session::Session> endless(model::EventNumber keep, bool paused) {
  session::LiveOptions live;
  live.scenario_path = std::string(EXOSCOPE_SOURCE) + "/tests/guest/endless.toml";
  live.keep = keep;
  live.start_paused = paused;
  return session::Session::live(live);
}

class Times {
 public:
  void add(double ms) { all_.push_back(ms); }
  void say(const char* what) {
    if (all_.empty()) return;
    std::ranges::sort(all_);
    const auto at = [&](double share) { return all_[std::size_t(share * double(all_.size() - 1))]; };
    fmt::print("{:24} median {:.2f} ms, 95% {:.2f} ms, 99% {:.2f} ms, worst {:.2f} ms, of {}\n", what, at(0.5),
               at(0.95), at(0.99), all_.back(), all_.size());
  }

 private:
  std::vector<double> all_;
};

/// Says now and then how things stand.
class Watch {
 public:
  explicit Watch(double seconds) : every_(std::max(1.0, seconds / 12)) {}
  void look(const model::History& history, std::size_t shell) {
    const double now = seconds();
    if (now < next_) return;
    next_ = now + every_;
    fmt::print(
        "{:6.1f} s  {:>11} events  {:>11} forgotten  history {:6.1f} MB  panels {:6.1f} MB  resident {:6.1f} MB\n", now,
        history.size(), history.forgotten(), double(history.memory_bytes()) / 1e6, double(shell) / 1e6, resident_mb());
    (void)std::fflush(stdout);
  }
  [[nodiscard]] double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

 private:
  Clock::time_point start_ = Clock::now();
  double every_, next_ = 0;
};

class Panels : public test::UiTest {
 public:
  using UiTest::cursor;
  using UiTest::draw;
  using UiTest::playing;
  using UiTest::shell;
  using UiTest::shown;
  using UiTest::status;
  void TestBody() override {}
};

/// The panels over the live history, without rasterising; another panel every second.
void panels(const Wanted& wanted) {
  fmt::print("\nthe panels alone, {} s\n", wanted.seconds);
  Panels screen;
  const auto session = endless(wanted.keep, false);
  screen.status = views::MachineStatus::Running;
  screen.playing = true;
  screen.shown = &session->history();
  Watch watch(wanted.seconds);
  Times frames;
  while (watch.seconds() < wanted.seconds) {
    session->pump(std::chrono::milliseconds(4));
    screen.cursor = session->cursor();
    screen.shell.ui.shell.panel = int(watch.seconds()) % int(views::panels().size());
    const auto start = Clock::now();
    screen.draw();
    frames.add(Millis(Clock::now() - start).count());
    watch.look(session->history(), screen.shell.memory_bytes());
  }
  fmt::print("{:.0f} events a second\n", double(session->history().size()) / watch.seconds());
  frames.say("view code, a frame");
  session->close();
}

/// The real window; now and then a key.
void real_window(const Wanted& wanted) {
  fmt::print("\nthe window, 1600x1000, software rendering, {} s\n", wanted.seconds);
  const test::Desktop desktop(1600, 1000);
  std::atomic<bool> over = false;
  std::atomic<views::Palette> palette{};
  std::atomic<model::EventNumber> events = 0;
  std::atomic<int> pace_x = 0, pace_y = 0;
  Times frames, keys;
  Watch watch(wanted.seconds);
  auto last = Clock::now();
  window::WindowOptions options;
  options.width = 1600;
  options.height = 1000;
  options.settings = false;
  options.observe = [&](const views::Shell& shell, const session::Session& session, int, int) {
    const auto now = Clock::now();
    frames.add(Millis(now - last).count());
    last = now;
    watch.look(session.history(), shell.memory_bytes());
    palette = shell.ui.shell.palette;
    if (const auto rail = shell.ui.marks.find("pace"); rail != shell.ui.marks.end()) {
      pace_x = int(rail->second.max.x) - 2;
      pace_y = int(rail->second.centre().y);
    }
    events = session.history().size();
    return !over;
  };
  std::thread hand([&] {
    while (pace_x == 0) std::this_thread::sleep_for(std::chrono::milliseconds(50));
    desktop.click(pace_x, pace_y);  // as fast as it goes, from now on
    desktop.move(800, 400);
    desktop.press("space");
    while (watch.seconds() < wanted.seconds) {
      std::this_thread::sleep_for(std::chrono::milliseconds(700));
      const views::Palette before = palette;
      const auto start = Clock::now();
      desktop.press("t");
      while (palette == before && watch.seconds() < wanted.seconds + 5)
        std::this_thread::sleep_for(std::chrono::microseconds(200));
      keys.add(Millis(Clock::now() - start).count());
    }
    over = true;
  });
  auto session = endless(wanted.keep, true);
  window::run_window(std::move(session), options);
  hand.join();
  fmt::print("{:.0f} events a second\n", double(events) / watch.seconds());
  frames.say("whole frame");
  keys.say("key to effect");
}

}  // namespace

int main(int argc, char** argv) {
  Wanted wanted;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--minute")
      wanted.seconds = 60;
    else if (word == "--seconds" && i + 1 < argc)
      wanted.seconds = std::atof(argv[++i]);
    else if (word == "--keep" && i + 1 < argc)
      wanted.keep = std::strtoull(argv[++i], nullptr, 10);
    else
      return (void)std::fprintf(stderr, "live_bench [--minute | --seconds N] [--keep EVENTS]\n"), 2;
  }
  try {
    real_window(wanted);
    panels(wanted);
  } catch (const std::exception& error) {
    return (void)std::fprintf(stderr, "live_bench: %s\n", error.what()), 3;
  }
}
