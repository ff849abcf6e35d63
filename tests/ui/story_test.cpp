// Predict, then reveal: a question is answered by choosing, typing or clicking; the truth is nowhere before; the score
// stands at the end.
#include <algorithm>

#include "explorer/model/answers.hpp"
#include "explorer/views/machine_parts.hpp"
#include "tests/ui/ui_fixture.hpp"

namespace exo::test {
namespace {

using Kind = views::Selection::Kind;
using views::Key;

class StoryPanel : public UiTest {
 protected:
  StoryPanel() {
    feed(scene.kernel, history);
    cursor = history.size();
    story.lesson = "lesson";
    story.title = "A lesson";
    story.steps.resize(2);
    story.steps[0].say = "stubborn is asked for a frame.";
    story.steps[0].look = {model::Look::Object::Frame, "machine", scene.demanded};
    story.steps[0].reached = cursor - 1;
    story.steps[1].say = "THE END";
    auto& question = story.steps[0].ask.emplace();
    question.text = "What is left?";
    question.choices = {"all of it", "nothing"};
    question.truth = "nothing";
    question.explanation = "so it goes";
  }
  model::Question& question() { return *story.steps[0].ask; }
  /// The session's part: carries out what the panel asked for.
  std::vector<model::Command> apply(std::vector<model::Command> commands) {
    for (const auto& answer : of<model::Answer>(commands)) {
      if (question().revealed) continue;
      question().given = model::settled_text(question(), answer.text);
      if (!question().first) question().first = question().given;
    }
    for (const auto& reveal : of<model::Reveal>(commands)) story.steps[std::size_t(reveal.step)].ask->revealed = true;
    draw();
    return commands;
  }
  void end_the_lesson() {
    story.steps[1].reached = cursor;
    question().known = cursor;
  }
  Lesson scene;
};

TEST_F(StoryPanel, AsksBeforeItTells) {
  draw();
  EXPECT_EQ(shell.ui.shell.panel, views::panel_named("machine")) << "a step turns to the panel that it wants looked at";
  EXPECT_TRUE(shell.ui.selection.is(Kind::Frame, scene.demanded));
  auto answers = of<model::Answer>(apply(click("choice 0")));
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].text, "all of it");
  answers = of<model::Answer>(apply(click("choice 1")));
  ASSERT_EQ(answers.size(), 1u) << "it can be changed";
  EXPECT_FALSE(question().revealed);
  const int before = vertices();
  apply(click("reveal"));
  EXPECT_TRUE(question().revealed);
  EXPECT_NE(vertices(), before);
  EXPECT_TRUE(of<model::Answer>(click("choice 0")).empty()) << "after the truth is shown there is nothing to predict";
}

TEST_F(StoryPanel, EnterRevealsToo) {
  draw();
  const auto reveals = of<model::Reveal>(press(Key::Enter));
  ASSERT_EQ(reveals.size(), 1u);
  EXPECT_EQ(reveals[0].step, 0);
}

TEST_F(StoryPanel, WhatIsDrawnDoesNotDependOnTheTruthBeforeItIsRevealed) {
  for (int i = 0; i < 5; ++i) draw();  // until nothing is being indexed or selected any more
  const int one = vertices();
  question().truth = "all of it";
  question().explanation = "a much longer explanation than before";
  draw();
  EXPECT_EQ(vertices(), one);
}

TEST_F(StoryPanel, AnObjectIsClickedInItsPanel) {
  question().choices.clear();
  question().object = model::Look::Object::Environment;
  question().truth = "polite";
  EXPECT_TRUE(of<model::Answer>(draw()).empty()) << "what the step selects by itself is no answer";
  auto answers = of<model::Answer>(apply(click("env " + std::to_string(scene.stubborn))));
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].text, "stubborn");
  EXPECT_TRUE(shell.ui.selection.is(Kind::Environment, scene.stubborn));
  answers = of<model::Answer>(apply(click("env " + std::to_string(scene.polite))));
  ASSERT_EQ(answers.size(), 1u) << "a second click changes it";
  EXPECT_EQ(answers[0].text, "polite");
  EXPECT_TRUE(of<model::Answer>(apply(click("env " + std::to_string(scene.polite)))).empty()) << "letting go is none";
  EXPECT_TRUE(of<model::Answer>(apply(click("tlb 3"))).empty()) << "of another kind";
  apply(click("reveal"));
  EXPECT_TRUE(of<model::Answer>(click("env " + std::to_string(scene.stubborn))).empty());
}

TEST_F(StoryPanel, AnObjectCanBeTypedToo) {
  question().choices.clear();
  question().object = model::Look::Object::Slice;
  question().truth = "2";
  draw();
  click("answer");
  type("Slice 2");
  ImGuiIO& io = ImGui::GetIO();
  io.KeyMap[ImGuiKey_Enter] = 13;
  io.KeysDown[13] = true;
  const auto out = draw();
  io.KeysDown[13] = false;
  apply(out);
  EXPECT_EQ(question().given, "2");
}

TEST_F(StoryPanel, AQuestionHoldsTheStoryUpOnce) {
  draw();
  draw();  // the panels stand where they stay
  EXPECT_TRUE(of<model::StepStory>(click("next step")).empty());
  EXPECT_EQ(of<model::StepStory>(click("next step")).size(), 1u);
  EXPECT_TRUE(of<model::StepStory>(press(Key::PageDown)).empty());
  EXPECT_EQ(of<model::StepStory>(press(Key::PageDown)).size(), 1u);
  question().given = "nothing";
  EXPECT_EQ(of<model::StepStory>(press(Key::PageDown)).size(), 1u);
}

TEST_F(StoryPanel, TheScoreStandsAtTheEnd) {
  question().given = question().first = "nothing";
  draw();
  EXPECT_EQ(shell.ui.marks.count("save page"), 0u);
  end_the_lesson();
  question().revealed = true;
  draw();
  click("student");
  type("Ada L");
  const auto page = of<model::SaveScore>(click("save page"));
  ASSERT_EQ(page.size(), 1u);
  EXPECT_EQ(page[0].path, "lesson-ada-l-score.html");
  EXPECT_EQ(page[0].student, "Ada L");
  EXPECT_EQ(page[0].kind, model::SaveScore::Kind::Page);
  const auto data = of<model::SaveScore>(click("save data"));
  ASSERT_EQ(data.size(), 1u);
  EXPECT_EQ(data[0].path, "lesson-ada-l-score.json");
  const auto back = of<model::Seek>(click("score 0"));
  ASSERT_EQ(back.size(), 1u);
  EXPECT_EQ(back[0].number, story.steps[0].reached);
  EXPECT_EQ(shell.ui.marks.count("next variation"), 0u) << "nothing varies";
}

TEST_F(StoryPanel, AtTheEndWhatWaitsCanBeRevealedAndVaried) {
  end_the_lesson();
  story.variations = 60;
  story.seed = 59;
  draw();
  const auto again = of<model::Restart>(click("next variation"));
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0].seed, 0u) << "after the last comes the lesson as written";
  ASSERT_EQ(of<model::Reveal>(apply(click("reveal all"))).size(), 1u);
  EXPECT_TRUE(question().revealed);
}

TEST_F(StoryPanel, DrawsAtEverySizeAndScale) {
  end_the_lesson();
  question().given = std::string(300, 'w');
  question().choices.clear();
  const struct {
    float width, height, scale;
  } sizes[] = {{1024, 768, 1}, {1600, 1000, 1}, {1920, 1080, 2}, {3840, 2160, 4}};
  for (const auto& size : sizes) {
    resize(size.width, size.height, size.scale);
    for (const bool over : {false, true}) {
      story.steps[1].reached = over ? cursor : 0;
      draw();
      EXPECT_GT(vertices(), 1000);
    }
  }
}

}  // namespace
}  // namespace exo::test
