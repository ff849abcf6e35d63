// The processor's panel and what else shows slices and transfers: found, selected, and asked back from the outside.
#include "explorer/views/processor_parts.hpp"
#include "tests/ui/ui_fixture.hpp"

namespace exo::test {
namespace {

using Kind = views::Selection::Kind;

constexpr std::uint32_t micros(std::uint32_t us) { return abi::ticks_of_micros(us); }

/// A caller and a server that calls each other, one that owes slices, and one that is asleep with a swap server.
struct Handovers {
  MiniKernel kernel;
  std::uint32_t arbiter = 0, caller = 0, server = 0, late = 0;
  Handovers() {
    kernel.boot();
    arbiter = kernel.create("arbiter");
    caller = kernel.create("caller", 2);
    server = kernel.create("server");
    late = kernel.create("late", 2);
    kernel.switch_to(server);
    kernel.set_entry(server, 0x400100, 0x400200, true);
    kernel.admit(server, caller);
    kernel.park();
    for (std::uint32_t round = 0; round < 4; ++round) {
      kernel.switch_to(caller);
      kernel.wait(micros(300));
      kernel.call(server);
      kernel.wait(micros(100));
      kernel.yield_to(arbiter);
      kernel.wait(micros(200));
      kernel.switch_to(late);
      kernel.wait(micros(1200));
      kernel.overrun(late);
      kernel.forfeit(late);
      kernel.switch_to(server);
      kernel.park();
    }
    kernel.overrun(late);
    kernel.use_fpu(late);
    kernel.bind_device(abi::Device::Keyboard, caller);
    kernel.switch_to(arbiter);
    kernel.ask(kernel.revoke(late, abi::asked_slice(4), 60, 50));
    kernel.wait(micros(20));
  }
};

class ProcessorPanel : public UiTest {
 protected:
  ProcessorPanel() {
    feed(scene.kernel, history);
    cursor = history.size();
    shell.ui.shell.panel = views::panel_named("processor");
    draw();
    draw();
  }
  Handovers scene;
};

TEST_F(ProcessorPanel, IndexKnowsTurnsHandoversAndMarks) {
  views::TraceIndex index;
  while (index.scanned() < history.size()) index.update(history, 13);
  std::size_t calls = 0, yields = 0, forfeited = 0;
  for (const auto& run : index.runs()) {
    calls += run.how == views::Handover::Call;
    yields += run.how == views::Handover::Yield;
    if (run.how == views::Handover::Call) {
      EXPECT_EQ(run.before, scene.caller);
      EXPECT_EQ(run.env, scene.server);
    }
  }
  for (const auto& turn : index.turns()) forfeited += turn.forfeited;
  EXPECT_EQ(calls, 4u);
  EXPECT_EQ(yields, 4u);
  EXPECT_EQ(forfeited, 4u);
  EXPECT_EQ(index.turns_at(0), 0u);
  EXPECT_EQ(index.turns_at(history.size()), index.turns().size());
  EXPECT_EQ(index.slice_marks().back().kind, views::SliceMark::Kind::AskedBack);
}

TEST_F(ProcessorPanel, ASliceCountsForWhoRanLongestInIt) {
  views::TraceIndex index;
  while (index.scanned() < history.size()) index.update(history, 1'000);
  for (std::size_t i = 0; i + 1 < index.turns().size(); ++i) {
    const auto& turn = index.turns()[i];
    if (turn.env != scene.caller || turn.forfeited) continue;
    EXPECT_EQ(views::runner_of(index, turn, index.turns()[i + 1].from), scene.caller);
  }
}

TEST_F(ProcessorPanel, PositionsAndEnvironmentsCanBeSelected) {
  click("position 4");
  EXPECT_TRUE(shell.ui.selection.is(Kind::Slice, 4));
  click("condition " + std::to_string(scene.late));
  EXPECT_TRUE(shell.ui.selection.is(Kind::Environment, scene.late));
  click("shares 50");
  EXPECT_EQ(shell.ui.share_turns, 50);
}

TEST_F(ProcessorPanel, ACellLeadsToItsMoment) {
  const views::Box rounds = mark("rounds");
  const auto seeks = of<model::Seek>(click_at({rounds.min.x + 4, rounds.min.y + 4}));
  EXPECT_LE(seeks.size(), 1u);
}

TEST_F(ProcessorPanel, ASliceIsAskedBackFromOutside) {
  shell.ui.inject.target = scene.caller;
  draw();
  auto sent = of<model::Inject>(click("revoke slice"));
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].command.environment, scene.caller);
  EXPECT_EQ(sent[0].command.a, abi::kAnySlice);
  click("position 2");
  sent = of<model::Inject>(click("revoke slice"));
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].command.environment, scene.caller);
  EXPECT_EQ(sent[0].command.a, abi::asked_slice(2));
}

TEST_F(ProcessorPanel, EveryMomentAndEveryPanelDraws) {
  for (int panel = 0; panel < int(views::panels().size()); ++panel) {
    shell.ui.shell.panel = panel;
    for (cursor = 0; cursor <= history.size(); cursor += 7) draw();
    EXPECT_GT(vertices(), 1000);
  }
}

TEST_F(ProcessorPanel, TransfersAreArrowsInTime) {
  const int without = [this] {
    shell.ui.range = {0, double(history.ticks(20)), false};
    draw();
    return vertices();
  }();
  shell.ui.range = {0, double(history.ticks(history.size())), false};
  draw();
  EXPECT_GT(vertices(), without);
}

}  // namespace
}  // namespace exo::test
