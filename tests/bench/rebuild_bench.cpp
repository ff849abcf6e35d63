// What the library OS writer's loop costs: from the key until the new run stands where the old one stood, with a line
// changed each time. Wall time: the compiler, the linker and QEMU do most of it.
#include <benchmark/benchmark.h>

#include <cstdio>

#include "explorer/session/session.hpp"
#include "tests/rebuild/workshop.hpp"

namespace exo::bench {
namespace {

constexpr std::chrono::milliseconds kTurn{16};

struct Desk {
  test::Workshop workshop;
  std::unique_ptr<session::Session> session;
  int rounds = 50;

  Desk() {
    session::LiveOptions live;
    live.scenario_path = workshop.scenario();
    live.start_paused = true;
    session = session::Session::live(live);
    session->apply(model::Run{});
    while (session->connection() != session::Connection::Finished) session->pump(kTurn);
    session->apply(model::Seek{1});
    debug(model::DebugLook{});
    const auto line = workshop.line_of("if (page == kNoPage)");
    debug(model::DebugMove{model::DebugMove::Kind::To, false, "template/main.cpp:" + std::to_string(line)});
  }
  void debug(const model::Command& command) {
    session->apply(command);
    while (session->debug_view()->moving) session->pump(kTurn);
  }
  void change() {
    const auto text = [](int count) { return "work < " + std::to_string(count) + ";"; };
    workshop.edit(text(rounds), text(rounds + 1));
    ++rounds;
  }
  bool rebuild() {
    session->apply(model::Rebuild{});
    while (session->rebuilding()->busy()) session->pump(kTurn);
    return session->rebuilding()->stage == model::Rebuilding::Stage::Back;
  }
};

void edit_to_stop(benchmark::State& state) {
  static Desk desk;
  for (auto _ : state) {
    state.PauseTiming();
    desk.change();
    state.ResumeTiming();
    if (!desk.rebuild()) state.SkipWithError(desk.session->rebuilding()->words.c_str());
  }
}

// Nothing to compile: the run alone.
void same_programs(benchmark::State& state) {
  static Desk desk;
  for (auto _ : state)
    if (!desk.rebuild()) state.SkipWithError(desk.session->rebuilding()->words.c_str());
}

BENCHMARK(edit_to_stop)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(1)->Repetitions(11);
BENCHMARK(same_programs)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(1)->Repetitions(11);

}  // namespace
}  // namespace exo::bench

BENCHMARK_MAIN();
