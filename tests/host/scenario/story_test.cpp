// The story as a function of scenario and trace.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "explorer/common/error.hpp"
#include "explorer/scenario/parse.hpp"
#include "explorer/scenario/plan.hpp"
#include "explorer/scenario/story_teller.hpp"
#include "tests/host/scenario/records.hpp"

namespace exo::scenario {
namespace {

using abi::Event;
using test::Records;

constexpr const char* kLesson = R"toml(title = "A lesson"
goal = "To test"
end_us = 1000

[[env]]
program = "polite"

[[step]]
on = { event = "FrameAllocated", owner = "polite", nth = 2 }
say = "{frame} goes to {owner} as number {frames(polite)}."
look = { frame = "{frame}" }
ask.text = "Who has frame 9 in the end?"
ask.choices = [{ text = "polite", when = "owner(frame 9) == polite" }, { text = "nobody", when = "owner(frame 9) == nobody" }]

[[step]]
say = "Then this happened."

[[step]]
at_us = 500
inject = { action = "revoke", env = "polite", frame = 9 }
say = "It is asked for."

[[step]]
on = { event = "FrameFreed", owner = "polite" }
inject = { action = "revoke", env = "polite", frame_of = { env = "polite", nth = 1 } }
say = "{frame} is free: {reason}."
ask.text = "How many are left?"
ask.answer = "frames(polite)"
ask.known = "end"

[[expect]]
text = "It has two frames at step 1"
holds = "frames(polite) == 2"
after_step = 1

[[expect]]
text = "It has one frame at the end"
holds = "frames(polite) == 1"

[[expect]]
text = "Something that does not happen"
holds = "count(event RevokeAborted) > 0"
)toml";

std::shared_ptr<const Scenario> lesson() { return std::make_shared<const Scenario>(parse(kLesson, "lesson.toml", {})); }

Records run() {
  Records records;
  records.boot().environment(1, "arbiter").environment(2, "polite");
  records.add(Event::FrameAllocated, 2, 7, 1, 2);
  records.add(Event::FrameAllocated, 2, 9, 1, 2);       // event 7: step 1
  records.add(Event::SliceGranted, 0, 1, 2);            // event 8: step 2
  records.control(abi::ControlOp::Revoke, 2, 9, 0, 2);  // event 9: step 3
  records.add(Event::FrameFreed, 2, 9, 2, 2, 1);        // event 10: step 4
  records.end(4);
  return records;
}

TEST(Story, StepsBeginInOrderAndSaySo) {
  model::History history;
  StoryTeller teller(lesson());
  EXPECT_EQ(teller.story().steps[0].say, "… goes to … as number ….");
  history.append(run().all());
  teller.read(history);
  const auto& steps = teller.story().steps;
  EXPECT_EQ(steps[0].reached, 7u);
  EXPECT_EQ(steps[0].say, "Frame 9 goes to polite as number 2.");
  EXPECT_EQ(steps[0].look.number, 9u);
  EXPECT_EQ(steps[1].reached, 8u) << "without a trigger: the next event";
  EXPECT_EQ(steps[2].reached, 9u) << "at a time, with an injection: when its command is taken";
  EXPECT_EQ(steps[3].reached, 10u);
  EXPECT_EQ(steps[3].say, "Frame 9 is free: given back by its owner.");
  EXPECT_TRUE(teller.ended());
  EXPECT_EQ(teller.end(), history.size());
}

TEST(Story, VerdictsAndAnswersComeFromTheMachine) {
  model::History history;
  StoryTeller teller(lesson());
  history.append(run().all());
  teller.read(history);
  const auto& verdicts = teller.story().expectations;
  ASSERT_GE(verdicts.size(), 3u);
  EXPECT_EQ(verdicts[0].ok, true) << "judged when step 1 began, not at the end";
  EXPECT_EQ(verdicts[1].ok, true);
  EXPECT_EQ(verdicts[2].ok, false);
  EXPECT_EQ(teller.story().steps[0].ask->truth, "nobody");
  EXPECT_EQ(teller.story().steps[3].ask->truth, "1");
}

TEST(Story, IsTheSameHoweverTheTraceIsCut) {
  const auto all = run().all();
  for (std::size_t piece = 1; piece <= all.size(); ++piece) {
    model::History history;
    StoryTeller teller(lesson());
    for (std::size_t at = 0; at < all.size(); at += piece) {
      history.append(std::span(all).subspan(at, std::min(piece, all.size() - at)));
      teller.read(history);
    }
    EXPECT_EQ(teller.story().steps[3].reached, 10u);
    EXPECT_EQ(teller.story().steps[0].say, "Frame 9 goes to polite as number 2.") << piece;
    EXPECT_EQ(teller.story().expectations[0].ok, true) << piece;
    EXPECT_EQ(teller.story().steps[0].ask->truth, "nobody") << piece;
  }
}

TEST(Story, AnUnfinishedTraceLeavesVerdictsOpen) {
  auto all = run().all();
  all.resize(9);
  model::History history;
  StoryTeller teller(lesson());
  history.append(all);
  teller.read(history);
  EXPECT_FALSE(teller.ended());
  EXPECT_EQ(teller.story().expectations[0].ok, true);
  EXPECT_FALSE(teller.story().expectations[1].ok.has_value());
  EXPECT_EQ(teller.story().steps[3].reached, 0u);
  EXPECT_TRUE(teller.story().steps[3].ask->truth.empty());
}

TEST(Story, InjectionsAreDueOnceAtTheirEvent) {
  model::History history;
  StoryTeller teller(lesson());
  EXPECT_EQ(teller.awaited(), std::set<Event>{Event::FrameFreed});
  history.append(run().all());
  teller.read(history);
  const auto due = teller.take_due();
  ASSERT_EQ(due.size(), 1u) << "the one at a fixed time was loaded before boot";
  EXPECT_EQ(due[0].step, 3);
  EXPECT_EQ(due[0].at, 10u);
  EXPECT_TRUE(teller.take_due().empty());
  EXPECT_TRUE(teller.awaited().empty());
  const auto commands =
      commands_of(teller.scenario(), teller.scenario().steps[3], history.event(10), history.state_at(10));
  ASSERT_EQ(commands.size(), 1u);
  EXPECT_EQ(commands[0].a, 7u) << "the first frame that polite owns then";
  EXPECT_EQ(commands[0].due_tick, 0u);
}

TEST(Story, AFrameThatNobodyOwnsCantBeAskedFor) {
  model::History history;
  Records records;
  records.boot();
  history.append(records.all());
  const auto scenario = lesson();
  EXPECT_THROW((void)commands_of(*scenario, scenario->steps[3], history.event(1), history.state_at(1)), InputError);
}

TEST(Story, AnEnvironmentOfAnotherNameIsNoticed) {
  Records records;
  records.boot().environment(1, "arbiter").environment(2, "saver").end(4);
  model::History history;
  StoryTeller teller(lesson());
  history.append(records.all());
  teller.read(history);
  const auto& verdicts = teller.story().expectations;
  const auto created =
      std::ranges::find_if(verdicts, [](const auto& v) { return v.text.starts_with("Every environment"); });
  ASSERT_NE(created, verdicts.end());
  EXPECT_EQ(created->ok, false);
}

TEST(Story, NothingAfterTheEndChangesIt) {
  Records records = run();
  records.add(Event::FrameFreed, 2, 7, 2, 2, 1);
  model::History history;
  StoryTeller teller(lesson());
  history.append(records.all());
  teller.read(history);
  EXPECT_EQ(teller.story().steps[3].ask->truth, "1");
  EXPECT_EQ(teller.story().expectations[1].ok, true);
}

TEST(Story, KeepsTheStudentsAnswer) {
  StoryTeller teller(lesson());
  teller.answer(0, "polite");
  teller.answer(1, "no question here");
  teller.answer(99, "no step here");
  EXPECT_EQ(teller.story().steps[0].ask->given, "polite");
}

}  // namespace
}  // namespace exo::scenario
