// Predictions: what counts as right, when an answer is settled, and what a class's file may say.
#include "explorer/model/answers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "explorer/cli/answers_file.hpp"
#include "explorer/common/error.hpp"
#include "explorer/scenario/parse.hpp"
#include "explorer/scenario/story_teller.hpp"
#include "tests/host/scenario/records.hpp"

namespace exo {
namespace {

using testing::HasSubstr;

model::Question question(const std::string& truth, std::vector<std::string> choices = {}) {
  model::Question out;
  out.truth = truth;
  out.choices = std::move(choices);
  return out;
}

TEST(Answers, AreComparedAsTheyAreMeant) {
  EXPECT_TRUE(is_right(question("50"), " 50 "));
  EXPECT_TRUE(is_right(question("50"), "50 microseconds"));
  EXPECT_TRUE(is_right(question("polite"), "Polite"));
  EXPECT_FALSE(is_right(question("50"), "5"));
  EXPECT_FALSE(is_right(question("50"), "50 or 60"));
  EXPECT_FALSE(is_right(question(""), "")) << "nothing is right before the machine has decided";
  EXPECT_FALSE(is_right(question("never"), "0"));
  auto near = question("312.4");
  EXPECT_FALSE(is_right(near, "310"));
  near.within = 5;
  EXPECT_TRUE(is_right(near, "310"));
  EXPECT_FALSE(is_right(near, "318"));
  auto frame = question("9");
  frame.object = model::Look::Object::Frame;
  EXPECT_TRUE(is_right(frame, "frame 9"));
  EXPECT_FALSE(is_right(frame, "frame 91"));
  EXPECT_EQ(shown_text(frame, "9"), "frame 9");
  const auto choice = question("Nothing.", {"All of it.", "Nothing."});
  EXPECT_TRUE(is_right(choice, "b"));
  EXPECT_TRUE(is_right(choice, "nothing"));
  EXPECT_FALSE(is_right(choice, "A"));
  EXPECT_EQ(settled_text(choice, "a"), "All of it.");
}

constexpr const char* kLesson = R"toml(title = "A lesson"
goal = "To test"
end_us = 1000
[[env]]
program = "polite"
[[step]]
on = { event = "FrameAllocated", owner = "polite" }
say = "One."
ask.text = "Which frame is next?"
ask.object = "frame"
ask.answer = "value(frame, event FrameAllocated owner = polite)"
ask.known = 2
[[step]]
on = { event = "FrameAllocated", owner = "polite" }
say = "Two."
[[expect]]
text = "It has two"
holds = "frames(polite) == 2"
)toml";

class Settling : public testing::Test {
 protected:
  Settling() {
    teller_ = std::make_unique<scenario::StoryTeller>(
        std::make_shared<const scenario::Scenario>(scenario::parse(kLesson, "lesson.toml", {})));
    test::Records records;
    records.boot().environment(1, "arbiter").environment(2, "polite");
    records.add(abi::Event::FrameAllocated, 2, 7, 1, 2);  // event 6: step 1
    records.add(abi::Event::FrameAllocated, 2, 9, 1, 2);  // event 7: step 2, known
    records.end(4);
    history_.append(records.all());
    teller_->read(history_);
  }
  [[nodiscard]] const model::Question& asked() const { return *teller_->story().steps[0].ask; }
  model::History history_;
  std::unique_ptr<scenario::StoryTeller> teller_;
};

TEST_F(Settling, AnAnswerCanBeChangedUntilItIsRevealed) {
  EXPECT_EQ(asked().known, 7u);
  teller_->show(6);
  teller_->answer(0, "frame 9");
  teller_->answer(0, "Frame 7");
  EXPECT_EQ(asked().given, "7");
  EXPECT_EQ(asked().first, "9");
  teller_->reveal(0);
  teller_->answer(0, "8");
  EXPECT_EQ(asked().given, "7") << "settled";
  const auto score = model::score_of(teller_->story());
  EXPECT_EQ(score.right, 1);
  EXPECT_EQ(score.first_try, 0);
}

TEST_F(Settling, WhatWasAnsweredIsRevealedWhenTheMachineHasDecidedOnTheScreen) {
  teller_->show(6);
  teller_->answer(0, "7");
  EXPECT_FALSE(is_told(asked()));
  EXPECT_EQ(model::score_of(teller_->story()).right, 0) << "the sum tells nothing beforehand";
  teller_->show(7);
  EXPECT_TRUE(is_told(asked()));
  EXPECT_EQ(model::score_of(teller_->story()).first_try, 1);
}

TEST_F(Settling, WhatWasNotAnsweredStaysOpenAndALateAnswerIsCalledOne) {
  teller_->show(7);
  EXPECT_TRUE(is_open(asked()));
  teller_->answer(0, "7");
  EXPECT_TRUE(asked().late);
  teller_->reveal(0);
  const auto score = model::score_of(teller_->story());
  EXPECT_EQ(score.right, 1);
  EXPECT_EQ(score.first_try, 0);
}

TEST_F(Settling, AStepBehindAnOpenQuestionIsSealed) {
  EXPECT_FALSE(is_sealed(teller_->story(), 0));
  EXPECT_TRUE(is_sealed(teller_->story(), 1));
  teller_->answer(0, "7");
  EXPECT_FALSE(is_sealed(teller_->story(), 1));
}

std::vector<cli::StudentAnswers> read(const std::string& text) {
  return cli::parse_answers(text, "class.json", "lesson", 3);
}

std::string refusal(const std::string& text) {
  try {
    (void)read(text);
  } catch (const InputError& error) {
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
    return error.what();
  }
  return "accepted";
}

TEST(AnswersFile, IsAnObjectAListOrLines) {
  for (const char* text :
       {R"({"student": "Ada", "seed": 7, "answers": {"4": "frame 5", "q2": 9, "step 6": null}})",
        "[ {\"student\": \"Ada\", \"seed\": 7,\n \"answers\": {\"step 4\": \"frame 5\", \"question 2\": 9}} ]\n",
        "\xef\xbb\xbf{\"student\": \"Ada\", \"seed\": 7, \"answers\": {\"4\": \"frame 5\", \"q2\": 9}}\r\n"}) {
    const auto students = read(text);
    ASSERT_EQ(students.size(), 1u) << text;
    EXPECT_EQ(students[0].seed, 7u);
    ASSERT_EQ(students[0].answers.size(), 2u);
    EXPECT_EQ(std::ranges::count_if(students[0].answers, &cli::GivenAnswer::is_step), 1);
  }
  const auto lines = read("{\"answers\": {\"4\": \"a { in a text\"}}\n\n{\"student\": \"Bo\", \"answers\": {}}\n");
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0].seed, 3u) << "the one of the command line";
  EXPECT_EQ(lines[0].answers[0].text, "a { in a text");
  EXPECT_EQ(lines[1].line, 3);
}

TEST(AnswersFile, RefusalsSayLineReasonAndRemedy) {
  EXPECT_THAT(refusal(""), HasSubstr("class.json:1: there are no answers; write {"));
  EXPECT_THAT(refusal("[]"), HasSubstr("there are no answers"));
  EXPECT_THAT(refusal("hello"), HasSubstr("class.json:1: this is no student's entry"));
  EXPECT_THAT(refusal("{\"answers\": {}}\n{\"answers\": {\"4\": }}"), HasSubstr("class.json:2: this is not JSON"));
  EXPECT_THAT(refusal("{\"answers\": {"), HasSubstr("this is not JSON"));
  EXPECT_THAT(refusal("[{\"answers\": {}}"), HasSubstr("the list is not closed"));
  EXPECT_THAT(refusal("{\"student\": 7, \"answers\": {}}"), HasSubstr("'student' is no text"));
  EXPECT_THAT(refusal("{\"seed\": 99999999,\n\"answers\": {}}"), HasSubstr("class.json:1: seed 99999999"));
  EXPECT_THAT(refusal("{\"seed\": -1, \"answers\": {}}"), HasSubstr("seed -1 is no variation"));
  EXPECT_THAT(refusal("{\"student\": \"Ada\"}"), HasSubstr("no table 'answers'"));
  EXPECT_THAT(refusal("{\"anwsers\": {}}"), HasSubstr("did you mean 'answers'?"));
  EXPECT_THAT(refusal("{\"answers\": {\"four\": \"x\"}}"), HasSubstr("'four' names no question"));
  EXPECT_THAT(refusal("{\"answers\": {\"0\": \"x\"}}"), HasSubstr("'0' names no question"));
  EXPECT_THAT(refusal("{\"answers\": {\n\"4\": [1]}}"), HasSubstr("class.json:2: the answer to '4' is no text"));
  EXPECT_THAT(refusal("{\"lesson\": \"other\", \"answers\": {}}"), HasSubstr("answers to the lesson \"other\""));
  EXPECT_THAT(refusal("{\"student\": \"A\", \"answers\": {}}\n{\"student\": \"A\", \"answers\": {}}"),
              HasSubstr("class.json:2: A is there already, in line 1"));
  EXPECT_THAT(refusal(std::string(100000, '[')), HasSubstr("no student's entry"));
  EXPECT_THAT(refusal("{\"answers\":" + std::string(100000, '[')), HasSubstr("this is not JSON"));
}

}  // namespace
}  // namespace exo
