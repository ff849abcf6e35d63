// The session's rules, against a machine that is a list of records.
#include "explorer/session/player.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "explorer/model/answers.hpp"
#include "explorer/scenario/parse.hpp"
#include "explorer/scenario/plan.hpp"
#include "tests/host/scenario/fake_guest.hpp"
#include "tests/host/scenario/records.hpp"

namespace exo::session {
namespace {

using abi::Event;
using test::FakeGuest;
using test::FakeScript;
using test::Records;

constexpr const char* kLesson = R"toml(title = "A lesson"
goal = "To test"
end_us = 1000

[[env]]
program = "polite"

[[step]]
on = { event = "FrameAllocated", owner = "polite", nth = 2 }
inject = { action = "revoke", env = "polite", frame = "{frame}" }
say = "{frame} goes to {owner}."

[[step]]
on = { event = "SliceGranted", position = 9 }
say = "A slice."
ask.text = "Which frame came second?"
ask.object = "frame"
ask.answer = "20 + 1"

[[expect]]
text = "It has frames"
holds = "frames(polite) == 4"
)toml";

class PlayerTest : public testing::Test {
 protected:
  FakeScript script_;

  void SetUp() override {
    Records records;
    records.boot().environment(1, "arbiter").environment(2, "polite");                                       // 5 events
    for (std::uint32_t frame = 20; frame < 24; ++frame) records.add(Event::FrameAllocated, 2, frame, 1, 2);  // 6 to 9
    for (std::uint32_t position = 1; position < 20; ++position)
      records.add(Event::SliceGranted, 0, position, 2);                                            // 10 to 28
    records.control(abi::ControlOp::Audit, 0, 0, 0, 4).control(abi::ControlOp::Stop, 0, 0, 0, 4);  // 29, 30
    for (std::uint32_t position = 30; position < 50; ++position)
      records.add(Event::SliceFreed, 0, position, 0);  // 31 to 50
    script_.records = records.all();
  }

  std::unique_ptr<Player> start(bool paused, model::EventNumber until = 0) {
    LiveOptions options;
    options.start_paused = paused;
    options.until = until;
    BootPlan plan;
    plan.scenario = std::make_shared<const scenario::Scenario>(scenario::parse(kLesson, "lesson.toml", {}));
    plan.commands = scenario::commands_up_front(*plan.scenario);
    return std::make_unique<Player>(
        options, plan, [this](const BootPlan& boot) { return std::make_unique<FakeGuest>(script_, boot.stop); });
  }
  static void settle(Player& player) {
    for (int i = 0; i < 200; ++i) player.pump(std::chrono::microseconds(200));
  }
  static constexpr model::EventNumber kEnd = 30;
};

TEST_F(PlayerTest, RunsToTheEndOfTheScenarioAndStandsThere) {
  const auto player = start(false);
  settle(*player);
  EXPECT_EQ(player->history().size(), kEnd);
  EXPECT_EQ(player->connection(), Connection::Finished);
  EXPECT_EQ(player->failure(), nullptr);
  EXPECT_EQ(player->story().expectations[0].ok, true);
}

TEST_F(PlayerTest, InjectsExactlyBehindTheEventOfTheStep) {
  const auto player = start(false);
  settle(*player);
  ASSERT_EQ(script_.injected.size(), 1u);
  EXPECT_EQ(script_.injected[0].after, 7u) << "the second allocation is event 7";
  EXPECT_EQ(script_.injected[0].command.a, 21u);
  EXPECT_EQ(script_.injected[0].command.environment, 2u);
}

TEST_F(PlayerTest, InjectsAtTheSameEventHoweverItIsStepped) {
  const auto player = start(true);
  for (int i = 0; i < 40; ++i) {
    settle(*player);
    player->apply(model::StepEvent{1});
  }
  ASSERT_EQ(script_.injected.size(), 1u);
  EXPECT_EQ(script_.injected[0].after, 7u);
}

TEST_F(PlayerTest, AnAnswerIsSettledWhenTheMachineHasDecidedOnTheScreen) {
  const auto player = start(true);
  const auto asked = [&]() -> const model::Question& { return *player->story().steps[1].ask; };
  player->apply(model::Answer{1, "frame 20"});
  player->apply(model::Answer{1, "frame 21"});
  EXPECT_EQ(asked().given, "21");
  player->apply(model::Run{});
  settle(*player);
  EXPECT_EQ(asked().known, kEnd);
  EXPECT_TRUE(asked().revealed);
  EXPECT_EQ(model::score_of(player->story()).right, 1);
  EXPECT_EQ(model::score_of(player->story()).first_try, 0);
  player->apply(model::Restart{});
  settle(*player);
  EXPECT_FALSE(asked().given.has_value());
  EXPECT_EQ(asked().first, "20") << "what was said first is remembered";
}

TEST_F(PlayerTest, AScoreThatCanNotBeSavedAndALessonThatDoesNotVaryAreSaid) {
  const auto player = start(true);
  player->apply(model::SaveScore{model::SaveScore::Kind::Page, "/no/such/folder/a.html", "Ada"});
  EXPECT_THAT(player->status_text(), testing::HasSubstr("/no/such/folder/a.html: the score can't be written"));
  player->apply(model::Restart{3});
  EXPECT_THAT(player->status_text(), testing::HasSubstr("no variations"));
  EXPECT_NE(player->connection(), Connection::Lost);
}

TEST_F(PlayerTest, StartsPausedAtTheFirstEvent) {
  const auto player = start(true);
  EXPECT_EQ(player->connection(), Connection::Starting);
  settle(*player);
  EXPECT_EQ(player->history().size(), 1u);
  EXPECT_EQ(player->connection(), Connection::Paused);
  EXPECT_EQ(player->cursor(), 1u);
}

TEST_F(PlayerTest, StopsAtExactlyTheWantedEvent) {
  for (model::EventNumber until = 1; until <= kEnd; ++until) {
    script_.stops.clear();
    const auto player = start(false, until);
    settle(*player);
    EXPECT_EQ(player->history().size(), until);
  }
}

TEST_F(PlayerTest, StepsForwardsBackAndBeyondTheRecorded) {
  const auto player = start(true);
  settle(*player);
  player->apply(model::StepEvent{5});
  settle(*player);
  EXPECT_EQ(player->cursor(), 6u);
  EXPECT_EQ(player->history().size(), 6u);
  player->apply(model::StepBack{2});
  settle(*player);
  EXPECT_EQ(player->cursor(), 4u);
  EXPECT_FALSE(player->following());
  EXPECT_EQ(player->history().size(), 6u) << "looking back runs nothing";
  player->apply(model::StepEvent{1});
  settle(*player);
  EXPECT_EQ(player->cursor(), 5u);
  EXPECT_EQ(player->history().size(), 6u);
  player->apply(model::StepEvent{3});
  settle(*player);
  EXPECT_EQ(player->cursor(), 8u) << "one recorded event, then two fresh ones";
  EXPECT_TRUE(player->following());
  player->apply(model::StepBack{100});
  EXPECT_EQ(player->cursor(), 0u);
}

TEST_F(PlayerTest, StepsThroughTheStory) {
  const auto player = start(true);
  settle(*player);
  player->apply(model::StepStory{});
  settle(*player);
  EXPECT_EQ(player->cursor(), 7u);
  EXPECT_EQ(player->history().size(), 7u) << "the machine stands exactly where the step begins";
  player->apply(model::StepStory{});
  settle(*player);
  EXPECT_EQ(player->cursor(), 18u) << "position 9 is granted in event 18";
  player->apply(model::StepStory{});
  settle(*player);
  EXPECT_EQ(player->cursor(), kEnd) << "after the last step comes the end";
  player->apply(model::StepStoryBack{});
  EXPECT_EQ(player->cursor(), 18u);
  player->apply(model::StepStoryBack{});
  EXPECT_EQ(player->cursor(), 7u);
  player->apply(model::StepStory{});
  EXPECT_EQ(player->cursor(), 18u) << "what is recorded needs no machine";
  player->apply(model::Seek{7});
  player->apply(model::StepStoryBack{});
  EXPECT_EQ(player->cursor(), 0u);
}

TEST_F(PlayerTest, RunsOnAfterTheEnd) {
  const auto player = start(false);
  settle(*player);
  player->apply(model::StepEvent{3});
  settle(*player);
  EXPECT_EQ(player->history().size(), kEnd + 3);
  EXPECT_EQ(player->connection(), Connection::Paused);
}

TEST_F(PlayerTest, RunContinuesFromWhereTheViewerStands) {
  const auto player = start(true);
  settle(*player);
  player->apply(model::StepEvent{9});
  settle(*player);
  player->apply(model::Seek{3});
  player->apply(model::Run{});
  settle(*player);
  EXPECT_EQ(player->cursor(), kEnd);
  EXPECT_EQ(player->connection(), Connection::Finished);
}

TEST_F(PlayerTest, ADeadMachineLeavesItsHistory) {
  script_.dies_after = 12;
  const auto player = start(false);
  settle(*player);
  EXPECT_EQ(player->connection(), Connection::Lost);
  ASSERT_NE(player->failure(), nullptr);
  EXPECT_THAT(player->failure()->what(), testing::HasSubstr("it was killed"));
  EXPECT_EQ(player->history().size(), 12u);
  player->apply(model::StepBack{4});
  EXPECT_EQ(player->cursor(), 8u);
  player->apply(model::Run{});
  settle(*player);
  EXPECT_EQ(player->cursor(), 12u);
  player->apply(model::Inject{});
  EXPECT_THAT(player->status_text(), testing::HasSubstr("killed"));
}

TEST_F(PlayerTest, AMachineThatDiesAtRestIsNoticed) {
  const auto player = start(true);
  settle(*player);
  ASSERT_EQ(player->connection(), Connection::Paused);
  script_.killed = true;
  player->pump(std::chrono::microseconds{0});
  EXPECT_EQ(player->connection(), Connection::Lost);
  ASSERT_NE(player->failure(), nullptr);
  EXPECT_THAT(player->failure()->what(), testing::HasSubstr("it was killed"));
}

TEST_F(PlayerTest, RestartsAfterALoss) {
  script_.dies_after = 12;
  const auto player = start(false);
  settle(*player);
  script_.dies_after = ~std::size_t{0};
  player->apply(model::Restart{});
  settle(*player);
  EXPECT_EQ(script_.boots, 2u);
  EXPECT_EQ(player->failure(), nullptr);
  EXPECT_EQ(player->history().size(), kEnd);
}

TEST_F(PlayerTest, PausesAndGoesOn) {
  const auto player = start(true);
  settle(*player);
  player->apply(model::SetPace{model::SetPace::Unit::Events, 1});
  player->apply(model::Run{});
  player->pump(std::chrono::microseconds(100));
  EXPECT_EQ(player->connection(), Connection::Running);
  player->apply(model::Pause{});
  settle(*player);
  EXPECT_EQ(player->connection(), Connection::Paused);
  EXPECT_LT(player->history().size(), 5u);
}

TEST_F(PlayerTest, PassesClicksOn) {
  const auto player = start(true);
  settle(*player);
  player->apply(model::Inject{{0, std::uint16_t(abi::ControlOp::Kill), 2, 0, 0}});
  ASSERT_EQ(script_.injected.size(), 1u);
  EXPECT_EQ(script_.injected[0].command.op, std::uint16_t(abi::ControlOp::Kill));
}

TEST_F(PlayerTest, EndsInOrder) {
  const auto player = start(true);
  settle(*player);
  player->apply(model::Quit{});
  EXPECT_TRUE(script_.shut_down);
  EXPECT_EQ(player->connection(), Connection::Lost);
}

TEST_F(PlayerTest, ARecordingTellsTheSameStory) {
  const auto live = start(false);
  settle(*live);
  connection::Recording recording;
  recording.header = {"lesson", kLesson, "build", false};
  recording.records.assign(script_.records.begin(), script_.records.begin() + kEnd);
  Player player(recording, "file.exotrace");
  EXPECT_EQ(player.connection(), Connection::Recording);
  EXPECT_EQ(player.cursor(), 0u);
  for (std::size_t i = 0; i < live->story().steps.size(); ++i) {
    EXPECT_EQ(player.story().steps[i].reached, live->story().steps[i].reached);
    EXPECT_EQ(player.story().steps[i].say, live->story().steps[i].say);
  }
  player.apply(model::StepStory{});
  EXPECT_EQ(player.cursor(), 7u);
  player.apply(model::StepEvent{1000});
  EXPECT_EQ(player.cursor(), kEnd);
  player.apply(model::Inject{});
  EXPECT_THAT(player.status_text(), testing::HasSubstr("nothing can be injected"));
}

}  // namespace
}  // namespace exo::session
