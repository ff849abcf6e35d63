// What a user does with the panels, and what comes of it: commands for the session, or a selection that every panel
// shares.
#include <algorithm>
#include <set>

#include "explorer/views/machine_parts.hpp"
#include "tests/ui/ui_fixture.hpp"

namespace exo::test {
namespace {

using Kind = views::Selection::Kind;
using views::Key;

class Panels : public UiTest {
 protected:
  Panels() {
    feed(scene.kernel, history);
    cursor = history.size();
    draw();
    draw();
  }
  /// Where a frame's cell is on the map as it was drawn last.
  ImVec2 cell(std::uint32_t frame) {
    return views::lay_out_frames(mark("frame map"), history.state_at(cursor), history.newest(), 1).of(frame).centre();
  }
  Lesson scene;
};

TEST_F(Panels, TransportMakesItsCommands) {
  EXPECT_EQ(of<model::StepEvent>(click("step")).size(), 1u);
  EXPECT_EQ(of<model::StepBack>(click("back")).size(), 1u);
  EXPECT_EQ(of<model::Run>(click("run")).size(), 1u);
  EXPECT_EQ(of<model::StepStory>(click("story")).size(), 1u);
  EXPECT_TRUE(click("live").empty()) << "the cursor is at the newest event already";
  playing = true;
  EXPECT_EQ(of<model::Pause>(click("run")).size(), 1u);
}

TEST_F(Panels, KeysMakeTheSameCommandsAsButtons) {
  EXPECT_EQ(of<model::Run>(press(Key::Space)).size(), 1u);
  EXPECT_EQ(of<model::StepEvent>(press(Key::Right)).size(), 1u);
  EXPECT_EQ(of<model::StepBack>(press(Key::Left)).size(), 1u);
  EXPECT_EQ(of<model::StepStory>(press('n')).size(), 1u);
  EXPECT_EQ(of<model::StepStoryBack>(press(Key::PageUp)).size(), 1u);
  EXPECT_EQ(of<model::GoLive>(press(Key::End)).size(), 1u);
  const auto home = of<model::Seek>(press(Key::Home));
  ASSERT_EQ(home.size(), 1u);
  EXPECT_EQ(home[0].number, 0u);
  const auto saved = of<model::SaveRecording>(press(views::ctrl('s')));
  ASSERT_EQ(saved.size(), 1u);
  EXPECT_EQ(saved[0].path, "lesson.exotrace");
}

TEST_F(Panels, TheFirstKeyBeforeTheFirstEventIsHarmless) {
  cursor = 0;
  for (int panel = 0; panel < 4; ++panel) {
    shell.ui.shell.panel = panel;
    EXPECT_TRUE(draw().empty());
  }
  EXPECT_TRUE(of<model::StepBack>(click("back")).empty());
}

TEST_F(Panels, ClickingAFrameSelectsItAndLightsUpWhatItRelatesTo) {
  click_at(cell(scene.demanded));
  ASSERT_TRUE(shell.ui.selection.is(Kind::Frame, scene.demanded));
  const auto lit = views::relate(shell.ui.selection, history.state_at(cursor));
  EXPECT_TRUE(lit.envs[scene.stubborn]);
  EXPECT_FALSE(lit.envs[scene.polite]);
  EXPECT_TRUE(lit.requests[scene.second % abi::kMaxRequests]);
  EXPECT_EQ(lit.tlb.count(), 1u);
  EXPECT_EQ(lit.stlb.count(), 1u);
  click_at(cell(scene.demanded));
  EXPECT_EQ(shell.ui.selection.kind, Kind::None) << "a second click lets go";
}

TEST_F(Panels, EveryUsedFrameHasItsOwnCellOnTheMapAndTheRestIsFolded) {
  const model::State& state = history.state_at(cursor);
  const auto map = views::lay_out_frames(mark("frame map"), state, history.newest(), 1);
  std::uint32_t covered = 0;
  for (const auto& row : map.rows) {
    covered += row.frames;
    EXPECT_GT(row.height, row.folded ? 1 : 9) << "fifty frames that are scattered are large enough to be seen";
  }
  EXPECT_EQ(covered, abi::kFrameCount);
  for (std::uint32_t frame = 0; frame < abi::kFrameCount; ++frame) {
    EXPECT_FALSE(views::frame_touched(state.frames[frame]) && map.folded(frame)) << frame;
    EXPECT_TRUE(map.folded(frame) || map.at(map.of(frame).centre()) == frame) << frame;
  }
  EXPECT_LE(map.rows.back().top + map.rows.back().height, map.box.max.y + 1) << "the map stays in its box";
}

TEST_F(Panels, CardsEntriesSlicesAndLanesSelect) {
  click("env " + std::to_string(scene.stubborn));
  EXPECT_TRUE(shell.ui.selection.is(Kind::Environment, scene.stubborn));
  click("tlb 3");
  EXPECT_TRUE(shell.ui.selection.is(Kind::TlbEntry, 3));
  click("slice 2");
  EXPECT_TRUE(shell.ui.selection.is(Kind::Slice, 2));
  click("lane " + std::to_string(scene.polite));
  EXPECT_TRUE(shell.ui.selection.is(Kind::Environment, scene.polite));
  press(Key::Escape);
  EXPECT_EQ(shell.ui.selection.kind, Kind::None);
}

TEST_F(Panels, TheRevocationsPanelShowsEachRequestAndItsStages) {
  press('3');
  draw();
  click("request " + std::to_string(scene.second));
  EXPECT_TRUE(shell.ui.selection.is(Kind::Request, scene.second));
  const auto seeks = of<model::Seek>(click("stage " + std::to_string(scene.second) + " delivered"));
  ASSERT_EQ(seeks.size(), 1u);
  EXPECT_EQ(history.event(seeks[0].number).id, abi::Event::RevokeAsked);
}

TEST_F(Panels, RequestsAreShownAsTheyStoodAtTheCursor) {
  // Walk back over the whole trace: nothing that comes later may be known.
  for (cursor = history.size(); cursor > 0; --cursor) {
    views::UiState ui;
    std::vector<model::Command> out;
    const model::State& state = history.state_at(cursor);
    const views::Highlight none;
    const views::ViewContext ctx{.history = history,
                                 .state = state,
                                 .story = story,
                                 .index = views::TraceIndex{},
                                 .theme = views::theme(false),
                                 .fonts = views::Fonts{},
                                 .highlight = none,
                                 .ui = ui,
                                 .out = out,
                                 .cursor = cursor,
                                 .status_text = {},
                                 .source = {},
                                 .warning = {}};
    for (const auto& request : views::requests_now(ctx)) {
      const auto& r = request.state;
      for (const std::uint32_t event :
           {r.requested_event, r.delivered_event, r.armed_event, r.done_event, r.notified_event})
        ASSERT_LE(event, cursor) << "request " << r.id;
      if (request.phase == views::Phase::Demanded) {
        ASSERT_EQ(request.left > 0, state.now < r.fires);
      }
    }
  }
}

TEST_F(Panels, AnEventRowMovesTheCursor) {
  press('4');
  draw();
  const auto row = history.size() - 3;
  const auto seeks = of<model::Seek>(click("row " + std::to_string(row)));
  ASSERT_EQ(seeks.size(), 1u);
  EXPECT_EQ(seeks[0].number, row);
}

TEST_F(Panels, SearchingFiltersTheEvents) {
  press(views::ctrl('f'));
  draw();
  draw();
  type("deadline");
  for (int i = 0; i < 50; ++i) draw();
  const auto& filter = shell.ui.filter;
  ASSERT_FALSE(filter.filter().passes_everything());
  ASSERT_EQ(filter.size(), 1u);
  EXPECT_EQ(history.event(filter.at(0)).id, abi::Event::RevokeDemanded);
  click("filter clear");
  EXPECT_EQ(filter.size(), history.size());
}

TEST_F(Panels, CategoriesCanBeHidden) {
  press('4');
  draw();
  click("category tlb");
  draw();
  const auto& filter = shell.ui.filter;
  std::size_t others = 0;
  for (model::EventNumber n = 1; n <= history.size(); ++n)
    others += model::row_of(history.event(n).id).category != model::Category::tlb;
  EXPECT_EQ(filter.size(), others);
}

TEST_F(Panels, ClickingInTimeSeeksToTheLastEventBeforeThatMoment) {
  const views::Box time = mark("time");
  const ImVec2 at{time.min.x + time.width() * 0.5f, time.centre().y};
  const auto& range = shell.ui.range;
  const double ticks = range.from + (range.to - range.from) * double((at.x - time.min.x) / time.width());
  const auto seeks = of<model::Seek>(click_at(at));
  ASSERT_EQ(seeks.size(), 1u);
  EXPECT_LE(double(history.ticks(seeks[0].number)), ticks);
  if (seeks[0].number < history.size()) {
    EXPECT_GT(double(history.ticks(seeks[0].number + 1)), ticks - 2);
  }
}

TEST_F(Panels, InjectSendsWhatItSays) {
  click_at(cell(scene.demanded));
  auto sent = of<model::Inject>(click("revoke frame"));
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(abi::ControlOp(sent[0].command.op), abi::ControlOp::Revoke);
  EXPECT_EQ(sent[0].command.environment, scene.stubborn);
  EXPECT_EQ(sent[0].command.a, scene.demanded);
  EXPECT_EQ(sent[0].command.b, 60u << 16 | 50u);

  click("count more");
  sent = of<model::Inject>(click("revoke any"));
  ASSERT_EQ(sent.size(), 2u);
  EXPECT_EQ(sent[0].command.a, abi::kAnyFrame);
  click("deadline more");
  sent = of<model::Inject>(click("pressure"));
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(abi::ControlOp(sent[0].command.op), abi::ControlOp::Pressure);
  EXPECT_EQ(sent[0].command.environment, 1u);
  EXPECT_EQ(sent[0].command.a, 2u);
  EXPECT_EQ(sent[0].command.b, 60u << 16 | 60u);
  EXPECT_EQ(abi::ControlOp(of<model::Inject>(click("audit")).at(0).command.op), abi::ControlOp::Audit);
  EXPECT_EQ(abi::ControlOp(of<model::Inject>(click("hang")).at(0).command.op), abi::ControlOp::Hang);
}

TEST_F(Panels, KillAsksOnceMore) {
  shell.ui.inject.target = scene.polite;
  draw();
  EXPECT_TRUE(of<model::Inject>(click("kill")).empty());
  EXPECT_TRUE(of<model::Inject>(click("kill no")).empty());
  click("kill");
  const auto sent = of<model::Inject>(click("kill yes"));
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(abi::ControlOp(sent[0].command.op), abi::ControlOp::Kill);
  EXPECT_EQ(sent[0].command.environment, scene.polite);
}

TEST_F(Panels, NothingCanBeInjectedWithoutAMachine) {
  status = views::MachineStatus::Recording;
  shell.ui.marks.clear();
  draw();
  for (const char* name : {"revoke frame", "kill", "hang", "audit", "pressure"})
    EXPECT_EQ(shell.ui.marks.count(name), 0u) << name;
}

TEST_F(Panels, ThePaceSliderCoversStepsAndFullSpeed) {
  const views::Box rail = mark("pace");
  const auto slow = of<model::SetPace>(click_at({rail.min.x + 1, rail.centre().y}));
  ASSERT_FALSE(slow.empty());
  EXPECT_EQ(slow[0].unit, model::SetPace::Unit::Events);
  EXPECT_EQ(slow[0].per_second, 1);
  pace = slow[0];
  const auto full = of<model::SetPace>(click_at({rail.max.x - 1, rail.centre().y}));
  ASSERT_FALSE(full.empty());
  EXPECT_EQ(full[0].unit, model::SetPace::Unit::Full);
}

TEST_F(Panels, TwoPanelsAtATime) {
  click("split");
  EXPECT_EQ(shell.ui.shell.second, views::panel_named("events"));
  click("second tab bindings");
  EXPECT_EQ(shell.ui.shell.second, views::panel_named("bindings"));
  click("tab revocations");
  EXPECT_EQ(shell.ui.shell.panel, views::panel_named("revocations"));
  press('s');
  EXPECT_EQ(shell.ui.shell.second, -1);
}

TEST_F(Panels, EveryPanelDrawsAtEveryMomentSizeAndScale) {
  const struct {
    float width, height, scale;
  } sizes[] = {{1024, 768, 1}, {1600, 1000, 1}, {1920, 1080, 2}, {3840, 2160, 4}};
  for (const auto& size : sizes) {
    resize(size.width, size.height, size.scale);
    for (int panel = 0; panel < int(views::panels().size()); ++panel) {
      shell.ui.shell.panel = panel;
      for (cursor = 0; cursor <= history.size(); cursor += 23) draw();
      EXPECT_GT(vertices(), 1000);
    }
  }
}

TEST_F(Panels, AGapIsSaidAndDrawn) {
  scene.kernel.sequence += 1234;
  scene.kernel.wait(5000);
  scene.kernel.emit(abi::Event::Noted, std::uint32_t(abi::Note::Woken));
  feed(scene.kernel, history);
  ASSERT_EQ(history.gaps().size(), 1u);
  const int before = vertices();
  cursor = history.size();
  draw();
  EXPECT_FALSE(history.state_at(cursor).certain);
  EXPECT_GT(vertices(), before) << "the hatched band and its words";
}

TEST_F(Panels, ALostMachineIsSaid) {
  draw();
  const int before = vertices();
  status = views::MachineStatus::Lost;
  status_text = "QEMU was killed (signal 9)";
  draw();
  EXPECT_NE(vertices(), before);
  EXPECT_EQ(of<model::Restart>(click("restart")).size(), 1u);
}

}  // namespace
}  // namespace exo::test
