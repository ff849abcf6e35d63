// A run without an end: what the model and the panels hold follows from the events that are kept, not from how long it
// goes on, and every panel still answers.
#include "explorer/model/packets.hpp"
#include "explorer/model/programs.hpp"
#include "tests/bench/long_trace.hpp"
#include "tests/ui/ui_fixture.hpp"

namespace exo::test {
namespace {

constexpr model::EventNumber kKeep = 3 * model::History::kCheckpointEvents;

class Endless : public UiTest {
 protected:
  Endless() {
    status = views::MachineStatus::Running;
    playing = true;
  }

  /// Lets some 65,000 events happen, drawing now and then.
  void run_on() {
    for (int part = 0; part < 8; ++part) {
      history.append(trace_.next(8'000));
      history.keep_newest(kKeep);
      cursor = history.size();
      shell.ui.shell.panel = panel_++ % int(views::panels().size());
      draw();
    }
    while (shell.busy()) draw();
  }
  void run_until_forgotten(model::EventNumber count) {
    while (history.forgotten() < count) run_on();
  }

  struct Held {
    std::size_t history, shell, requests, attempts, trips;
  };
  [[nodiscard]] Held held() const {
    return {history.memory_bytes(), shell.memory_bytes(), history.requests().size(), history.attempts().size(),
            history.round_trips().size()};
  }
  /// The most that is held while so many events more are forgotten.
  Held most_until(model::EventNumber count) {
    Held most{};
    while (history.forgotten() < count) {
      run_on();
      const Held now = held();
      most = {std::max(most.history, now.history), std::max(most.shell, now.shell),
              std::max(most.requests, now.requests), std::max(most.attempts, now.attempts),
              std::max(most.trips, now.trips)};
    }
    return most;
  }

 private:
  LongTrace trace_{60'000};
  int panel_ = 0;
};

TEST_F(Endless, WhatIsHeldDoesNotGrow) {
  shell.ui.choice.categories &= ~1u;  // the table of events has a list of its own
  run_until_forgotten(1);
  const Held early = most_until(2 * kKeep), late = most_until(8 * kKeep);
  EXPECT_LT(double(late.history), 1.1 * double(early.history));
  EXPECT_LT(double(late.shell), 1.1 * double(early.shell) + 200'000);
  EXPECT_LT(double(late.requests), 1.2 * double(early.requests) + 200);
  EXPECT_LT(double(late.attempts), 1.2 * double(early.attempts) + 200);
  EXPECT_LT(double(late.trips), 1.2 * double(early.trips) + 200);
  ASSERT_GT(late.requests, 0u) << "nothing was asked for, so nothing is shown";
  EXPECT_LT(late.history, kKeep * 3 / 2 * 40 + (4u << 20)) << "40 bytes an event, and some states";
}

TEST_F(Endless, EveryPanelAnswersAtTheOldestMomentAndAtTheNewest) {
  run_until_forgotten(kKeep);
  playing = false;
  for (int panel = 0; panel < int(views::panels().size()); ++panel) {
    shell.ui.shell.panel = panel;
    for (const model::EventNumber at :
         {model::EventNumber{0}, history.forgotten(), history.forgotten() + 1, history.size() - 5, history.size()}) {
      cursor = at;
      draw();
      EXPECT_GT(vertices(), 500) << views::panels()[std::size_t(panel)].name << " at " << at;
    }
    const auto back = of<model::StepBack>(press(views::Key::Left));
    EXPECT_EQ(back.size(), 1u) << views::panels()[std::size_t(panel)].name;
  }
}

TEST_F(Endless, TheTableOfEventsBeginsWithTheOldestThatIsLeft) {
  run_until_forgotten(kKeep);
  while (shell.busy()) draw();
  EXPECT_EQ(shell.ui.filter.size(), history.size() - history.forgotten());
  EXPECT_EQ(shell.ui.filter.at(0), history.forgotten() + 1);
  EXPECT_EQ(shell.ui.filter.row_of_event(history.size()) + 1, shell.ui.filter.size());
  model::FilterIndex some;
  model::EventFilter refills;
  refills.id = abi::Event::TlbRefilled;
  some.set(refills);
  while (!some.scan(history)) continue;
  ASSERT_GT(some.size(), 100u);
  const model::EventNumber last = some.at(some.size() - 1);
  run_until_forgotten(history.forgotten() + kKeep / 2);
  while (!some.scan(history)) continue;
  EXPECT_GT(some.dropped(), 0u);
  EXPECT_GT(some.at(0), history.forgotten());
  if (last > history.forgotten()) {
    EXPECT_EQ(some.at(some.row_of_event(last)), last);
  }
}

TEST_F(Endless, CapabilitiesThatAreDeadForLongAreForgotten) {
  run_until_forgotten(1);
  views::TraceIndex index;
  while (index.scanned() < history.size()) index.update(history, 1'000'000);
  const std::size_t before = index.capabilities().size();
  ASSERT_GT(before, 0u);
  run_until_forgotten(4 * kKeep);
  while (index.scanned() < history.size()) index.update(history, 1'000'000);
  index.update(history, 1'000'000);
  EXPECT_LT(index.capabilities().size(), 2 * before + 5'000);
  const model::State& oldest = history.state_at(history.forgotten());
  model::EventNumber last = 0;
  for (const views::IssuedCapability& one : index.capabilities()) {
    EXPECT_GE(one.event, last) << "in order";
    last = one.event;
    EXPECT_TRUE(one.event > history.forgotten() || views::is_alive(oldest, one)) << one.event;
  }
}

TEST_F(Endless, AFileThatIsBeingSavedIsShownAndCanBeStopped) {
  run_on();
  const model::Saving file{"run.csv", 0.4};
  saving = &file;
  draw();
  EXPECT_GT(mark("saving").width(), 100);
  EXPECT_EQ(of<model::StopSaving>(click("stop saving")).size(), 1u);
  saving = nullptr;
  draw();
}

}  // namespace
}  // namespace exo::test
