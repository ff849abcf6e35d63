// The time bar: scrubbing, zooming, the overview's window, a selected stretch against counting it by hand, bookmarks.
#include <algorithm>

#include "explorer/views/request_bar.hpp"
#include "explorer/views/time_actions.hpp"
#include "explorer/views/time_parts.hpp"
#include "tests/ui/ui_fixture.hpp"

namespace exo::test {
namespace {

using views::TimeAction;

class Time : public UiTest {
 protected:
  Time() {
    feed(scene.kernel, history);
    for (int i = 0; i < 3; ++i) {
      model::StoryStep step;
      step.say = "step";
      step.reached = history.size() * model::EventNumber(i + 1) / 4;
      story.steps.push_back(step);
    }
    index.update(history, 1'000'000);
    cursor = history.size();
    draw();
    draw();
  }

  views::ViewContext context() {
    return {history,
            history.state_at(cursor),
            story,
            index,
            views::theme(false),
            fonts,
            highlight,
            shell.ui,
            commands,
            cursor,
            true,
            false,
            status,
            status_text,
            source,
            {}};
  }
  std::vector<model::Command> act(TimeAction action) {
    commands.clear();
    views::act(context(), action);
    draw();
    return commands;
  }
  /// Presses at one place and lets go at another, in a few steps.
  std::vector<model::Command> drag(ImVec2 from, ImVec2 to, bool shift = false) {
    ImGuiIO& io = ImGui::GetIO();
    std::vector<model::Command> all;
    auto step = [&](ImVec2 at, bool down) {
      io.KeyShift = shift;
      io.MousePos = at;
      io.MouseDown[0] = down;
      for (auto& command : draw()) all.push_back(std::move(command));
    };
    step(from, false);
    step(from, false);
    step(from, true);
    for (int i = 1; i <= 6; ++i)
      step({from.x + (to.x - from.x) * float(i) / 6, from.y + (to.y - from.y) * float(i) / 6}, true);
    step(to, false);
    step({-1e6f, -1e6f}, false);
    io.KeyShift = false;
    return all;
  }
  [[nodiscard]] double ticks_at(float x) {
    const views::Box time = mark("time");
    const auto& range = shell.ui.range;
    return range.from + (range.to - range.from) * double((x - time.min.x) / time.width());
  }

  Lesson scene;
  views::TraceIndex index;
  views::Fonts fonts;
  views::Highlight highlight;
  std::vector<model::Command> commands;
};

TEST_F(Time, TheRulerScrubs) {
  act(TimeAction::ZoomAll);
  draw();
  const views::Box ruler = mark("time ruler");
  const float y = ruler.centre().y;
  const auto seeks = of<model::Seek>(drag({ruler.min.x + 100, y}, {ruler.min.x + 700, y}));
  ASSERT_GE(seeks.size(), 3u) << "every step of the drag moves the cursor";
  for (std::size_t i = 1; i < seeks.size(); ++i) EXPECT_GE(seeks[i].number, seeks[i - 1].number);
  EXPECT_EQ(seeks.back().number, history.at_time(model::Ticks(ticks_at(ruler.min.x + 700)) + 1) - 1);
}

TEST_F(Time, LanesMoveWhenDragged) {
  act(TimeAction::ZoomAll);
  act(TimeAction::ZoomIn);
  const auto before = shell.ui.range;
  const views::Box lanes = mark("time");
  EXPECT_TRUE(of<model::Seek>(drag(lanes.centre(), {lanes.centre().x - 120, lanes.centre().y})).empty());
  EXPECT_NEAR(shell.ui.range.to - shell.ui.range.from, before.to - before.from, 1e-3);
  EXPECT_NEAR(shell.ui.range.from - before.from, (before.to - before.from) * 120 / double(lanes.width()), 2);
}

TEST_F(Time, ZoomGoesFromTheWholeRunToAnInstruction) {
  act(TimeAction::ZoomAll);
  EXPECT_GE(shell.ui.range.to, double(history.ticks(history.size())));
  for (int i = 0; i < 60; ++i) act(TimeAction::ZoomIn);
  const double span = shell.ui.range.to - shell.ui.range.from;
  EXPECT_NEAR(span, views::kShortestStretch, 1e-6);
  EXPECT_LE(span * abi::kNanosecondsPerTick, 3.0 * abi::kNanosecondsPerInstruction + 1e-6);
  const auto now = double(history.ticks(cursor));
  EXPECT_TRUE(now >= shell.ui.range.from && now <= shell.ui.range.to) << "the cursor stays in sight";
  for (int i = 0; i < 60; ++i) act(TimeAction::ZoomOut);
  EXPECT_LE(shell.ui.range.to - shell.ui.range.from, views::longest_stretch(context()) + 1);
}

TEST_F(Time, LabelsAreExact) {
  EXPECT_EQ(views::axis_text(1284, 10), "1 284");
  EXPECT_EQ(views::axis_text(1284310.024, 0.001), "1 284 310.024");
  EXPECT_EQ(views::axis_text(0.05, 0.05), "0.05");
  EXPECT_EQ(views::axis_text(7.5, 0.5), "7.5");
}

TEST_F(Time, TheWindowInTheOverviewIsDraggedAndResized) {
  act(TimeAction::ZoomAll);
  act(TimeAction::ZoomIn);
  act(TimeAction::ZoomIn);
  const auto before = shell.ui.range;
  views::Box window = mark("overview window");
  const views::Box overview = mark("overview");
  const float y = overview.centre().y;
  drag({window.centre().x, y}, {window.centre().x - 60, y});
  EXPECT_NEAR(shell.ui.range.to - shell.ui.range.from, before.to - before.from, 1);
  EXPECT_LT(shell.ui.range.from, before.from);
  window = mark("overview window");
  const auto moved = shell.ui.range;
  drag({window.min.x + 1, y}, {window.min.x + 41, y});
  EXPECT_GT(shell.ui.range.from, moved.from);
  EXPECT_NEAR(shell.ui.range.to, moved.to, 1);
}

TEST_F(Time, AClickInTheOverviewLooksAtThatMoment) {
  const views::Box overview = mark("overview");
  const auto seeks = of<model::Seek>(click_at({overview.min.x + overview.width() * 0.4f, overview.max.y - 6}));
  ASSERT_EQ(seeks.size(), 1u);
  const double wanted = double(history.ticks(history.size())) * 0.4;
  EXPECT_NEAR(double(history.ticks(seeks[0].number)), wanted, wanted * 0.05);
}

TEST_F(Time, StepsAreMarksToClickAndToJumpBetween) {
  const auto seeks = of<model::Seek>(click("time step 2"));
  ASSERT_EQ(seeks.size(), 1u);
  EXPECT_EQ(seeks[0].number, story.steps[1].reached);
  cursor = story.steps[1].reached;
  draw();
  auto jumps = of<model::Seek>(act(TimeAction::NextMark));
  ASSERT_EQ(jumps.size(), 1u);
  EXPECT_EQ(jumps[0].number, story.steps[2].reached);
  jumps = of<model::Seek>(act(TimeAction::PreviousMark));
  ASSERT_EQ(jumps.size(), 1u);
  EXPECT_EQ(jumps[0].number, story.steps[0].reached);
}

TEST_F(Time, ASelectedStretchIsCountedExactly) {
  act(TimeAction::ZoomAll);
  draw();
  const views::Box lanes = mark("time");
  const float y = lanes.centre().y;
  const double from = ticks_at(lanes.min.x + 200), to = ticks_at(lanes.min.x + 800);
  drag({lanes.min.x + 200, y}, {lanes.min.x + 800, y}, true);
  ASSERT_TRUE(shell.ui.time.stretch.has_value());
  const views::Stretch stretch = *shell.ui.time.stretch;
  EXPECT_NEAR(double(stretch.from), from, 2);
  EXPECT_NEAR(double(stretch.to), to, 2);
  const views::StretchSummary summary = views::summarize(context(), stretch);
  views::EventTotals plain;
  std::array<model::Ticks, abi::kMaxEnvironments> ran{};
  std::uint64_t events = 0;
  for (model::EventNumber n = 1; n <= history.size(); ++n) {
    const model::Event event = history.event(n);
    if (event.ticks >= stretch.from && event.ticks <= stretch.to) {
      ++plain.events[std::size_t(event.id)];
      ++plain.envs[event.env];
      ++events;
    }
    // Who runs between an event and the next is what the state says.
    const model::Ticks end = n < history.size() ? history.ticks(n + 1) : event.ticks;
    const model::Ticks a = std::max(event.ticks, stretch.from), b = std::min(end, stretch.to);
    if (b > a && history.state_at(n).running != 0) ran[history.state_at(n).running] += b - a;
  }
  EXPECT_EQ(summary.events(), events);
  EXPECT_EQ(summary.totals.events, plain.events);
  EXPECT_EQ(summary.totals.envs, plain.envs);
  for (std::uint32_t env = 1; env < abi::kMaxEnvironments; ++env) EXPECT_EQ(summary.ran[env], ran[env]) << env;
  EXPECT_GE(views::summary_words(context(), summary).size(), 5u);

  click("stretch zoom");
  EXPECT_LE(shell.ui.range.from, double(stretch.from));
  EXPECT_GE(shell.ui.range.to, double(stretch.to));
  click("stretch events");
  draw();
  EXPECT_EQ(shell.ui.filter.size(), events);
  EXPECT_EQ(shell.ui.filter.at(0), summary.first);
  click("stretch copy");
  EXPECT_NE(std::string(ImGui::GetClipboardText()).find("events"), std::string::npos);
  click("stretch clear");
  EXPECT_FALSE(shell.ui.time.stretch.has_value());
}

TEST_F(Time, EndsAreSetAtTheCursor) {
  cursor = history.size() / 3;
  act(TimeAction::SetEnd);
  EXPECT_FALSE(shell.ui.time.stretch.has_value());
  cursor = history.size() / 2;
  act(TimeAction::SetEnd);
  ASSERT_TRUE(shell.ui.time.stretch.has_value());
  EXPECT_EQ(shell.ui.time.stretch->from, history.ticks(history.size() / 3));
  EXPECT_EQ(shell.ui.time.stretch->to, history.ticks(history.size() / 2));
}

TEST_F(Time, BookmarksAreSetNamedJumpedToRemovedAndBroughtBack) {
  cursor = 20;
  draw();
  click("bookmark");
  ASSERT_EQ(shell.ui.time.bookmarks.size(), 1u);
  draw();
  type("look here");
  ASSERT_EQ(shell.ui.time.bookmarks[0].name, "look here");
  cursor = 50;
  act(TimeAction::SetBookmark);
  act(TimeAction::SetBookmark);
  ASSERT_EQ(shell.ui.time.bookmarks.size(), 2u) << "one at each event at most";
  const auto jumps = of<model::Seek>(act(TimeAction::PreviousMark));
  ASSERT_FALSE(jumps.empty());
  EXPECT_EQ(jumps.back().number,
            std::max<model::EventNumber>(20, story.steps[0].reached < 50 ? story.steps[0].reached : 20));
  cursor = 20;
  draw();
  act(TimeAction::RemoveBookmark);
  EXPECT_EQ(shell.ui.time.bookmarks.size(), 1u);
  act(TimeAction::UndoBookmarks);
  ASSERT_EQ(shell.ui.time.bookmarks.size(), 2u);
  EXPECT_EQ(shell.ui.time.bookmarks[0].name, "look here");
  act(TimeAction::ZoomAll);
  draw();
  EXPECT_EQ(of<model::Seek>(click("bookmark 50")).size(), 1u);
}

TEST_F(Time, AnOpenQuestionIsNotAnsweredByTheOverview) {
  EXPECT_TRUE(views::may_tell_future(context()));
  story.steps[2].ask.emplace();
  EXPECT_FALSE(views::may_tell_future(context()));
  story.steps[2].ask->revealed = true;
  EXPECT_TRUE(views::may_tell_future(context()));
}

TEST_F(Time, EverySizeDraws) {
  shell.ui.time.stretch = views::Stretch{history.ticks(10), history.ticks(60)};
  for (const auto& [width, height, scale] :
       {std::tuple{1024.f, 768.f, 1.f}, {3840.f, 2160.f, 2.f}, {3840.f, 2160.f, 4.f}}) {
    resize(width, height, scale);
    for (int i = 0; i < 3; ++i) draw();
    EXPECT_GT(mark("time").height(), 0);
  }
}

TEST_F(UiTest, TimeOfARunWithoutEventsDraws) {
  for (int i = 0; i < 3; ++i) draw();
  for (const TimeAction action : {TimeAction::ZoomAll, TimeAction::ZoomIn}) {
    (void)action;
    click("zoom all");
    click("zoom in");
    click("bookmark");
    click("select end");
    click("select end");
  }
  EXPECT_GT(mark("overview").width(), 100);
}

}  // namespace
}  // namespace exo::test
