// What the window costs: a frame of every panel without rasterising (crowded, and over ten million events), scrubbing,
// opening a recording, memory an event. Figures only, no assertions.
#include <benchmark/benchmark.h>
#include <malloc.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "explorer/connection/recording.hpp"
#include "explorer/session/session.hpp"
#include "tests/bench/long_trace.hpp"
#include "tests/ui/ui_fixture.hpp"

namespace {

using namespace exo;

constexpr std::size_t kEvents = 10'000'000;

class Screen : public test::UiTest {
 public:
  using UiTest::cursor;
  using UiTest::draw;
  using UiTest::history;
  using UiTest::shell;
  using UiTest::vertices;
  void TestBody() override {}
};

std::size_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::size_t all = 0, resident = 0;
  file >> all >> resident;
  return resident * std::size_t(sysconf(_SC_PAGESIZE));
}

Screen& crowd() {
  static Screen* const screen = [] {
    auto* made = new Screen;
    const test::Crowd scene;
    test::feed(scene.kernel, made->history);
    made->cursor = made->history.size();
    return made;
  }();
  return *screen;
}

double bytes_an_event = 0;

Screen& long_run() {
  static Screen* const screen = [] {
    const std::size_t before = resident_bytes();
    auto* made = new Screen;
    test::LongTrace trace;
    for (std::size_t i = 0; i < kEvents; i += 50'000) made->history.append(trace.next(50'000));
    made->cursor = made->history.size();
    do made->draw();
    while (made->shell.busy());
    malloc_trim(0);
    bytes_an_event = double(resident_bytes() - before) / kEvents;
    return made;
  }();
  return *screen;
}

/// One Dear ImGui lives at a time: the screen that is measured is the current one.
void frames(benchmark::State& state, Screen& screen, int panel) {
  screen.shell.ui.shell.panel = panel;
  for (int i = 0; i < 3; ++i) screen.draw();
  for (auto _ : state) screen.draw();
  state.counters["vertices"] = screen.vertices();
}

void crowded(benchmark::State& state) { frames(state, crowd(), int(state.range(0))); }
void ten_million(benchmark::State& state) {
  frames(state, long_run(), int(state.range(0)));
  state.counters["bytes/event"] = bytes_an_event;
}

/// The cursor to any event, and the frame that shows it.
void scrub(benchmark::State& state) {
  Screen& screen = long_run();
  screen.shell.ui.shell.panel = 0;
  std::mt19937_64 random(1);
  double worst = 0;
  for (auto _ : state) {
    screen.cursor = random() % kEvents;
    const auto start = std::chrono::steady_clock::now();
    screen.draw();
    const std::chrono::duration<double, std::milli> spent = std::chrono::steady_clock::now() - start;
    worst = std::max(worst, spent.count());
  }
  state.counters["worst ms"] = worst;
}

/// From the file to the first frame.
void open_recording(benchmark::State& state) {
  const auto path =
      std::filesystem::temp_directory_path() / ("exoscope-bench-" + std::to_string(getpid()) + ".exotrace");
  {
    std::ifstream lesson(std::string(EXOSCOPE_SOURCE) + "/scenarios/visible-revocation.toml");
    const std::string text{std::istreambuf_iterator<char>(lesson), {}};
    connection::RecordingWriter writer(path.string(), {"visible-revocation", text, "bench"});
    test::LongTrace trace;
    for (std::size_t i = 0; i < kEvents; i += 50'000) writer.append(trace.next(50'000));
    writer.finish();
  }
  for (auto _ : state) {
    const auto session = session::Session::recording(path.string());
    benchmark::DoNotOptimize(session->history().size());
  }
  state.counters["file MB"] = double(std::filesystem::file_size(path)) / 1e6;
  std::filesystem::remove(path);
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  for (std::size_t panel = 0; panel < views::panels().size(); ++panel) {
    const std::string name = views::panels()[panel].name;
    benchmark::RegisterBenchmark(("crowded/" + name).c_str(), crowded)->Arg(int(panel))->Unit(benchmark::kMillisecond);
  }
  for (std::size_t panel = 0; panel < views::panels().size(); ++panel) {
    const std::string name = views::panels()[panel].name;
    benchmark::RegisterBenchmark(("ten_million/" + name).c_str(), ten_million)
        ->Arg(int(panel))
        ->Unit(benchmark::kMillisecond);
  }
  benchmark::RegisterBenchmark("scrub", scrub)->Unit(benchmark::kMillisecond)->Iterations(300);
  benchmark::RegisterBenchmark("open_recording", open_recording)->Unit(benchmark::kMillisecond)->Iterations(2);
  benchmark::RunSpecifiedBenchmarks();
}
