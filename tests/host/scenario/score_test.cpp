// The exported score: an answers file that can be graded again, and a page that stands alone and tells nothing early.
#include "explorer/session/score.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "explorer/cli/answers_file.hpp"
#include "explorer/common/error.hpp"

namespace exo::session {
namespace {

using testing::HasSubstr;
using testing::Not;

model::Story story() {
  model::Story story;
  story.lesson = "lesson";
  story.title = "Pages & <frames>";
  story.seed = 7;
  story.variations = 60;
  story.steps.resize(3);
  auto& first = story.steps[0].ask.emplace();
  first.text = "Which frame?";
  first.object = model::Look::Object::Frame;
  first.truth = "9";
  first.given = first.first = "9";
  first.revealed = true;
  first.explanation = "Because.";
  auto& second = story.steps[2].ask.emplace();
  second.text = "How many?";
  second.truth = "secret";
  second.given = second.first = "<script>";
  return story;
}

TEST(Score, ItsDataIsAnAnswersFile) {
  const std::string text = score_json(story(), "Ada \"L\"");
  const auto students = cli::parse_answers(text, "ada.json", "lesson", 0);
  ASSERT_EQ(students.size(), 1u);
  EXPECT_EQ(students[0].student, "Ada \"L\"");
  EXPECT_EQ(students[0].seed, 7u);
  ASSERT_EQ(students[0].answers.size(), 2u);
  EXPECT_EQ(students[0].answers[0].number, 1);
  EXPECT_EQ(students[0].answers[1].number, 3);
  const auto parsed = nlohmann::json::parse(text);
  EXPECT_EQ(parsed["score"]["right"], 1);
  EXPECT_EQ(parsed["score"]["first_try"], 1);
  EXPECT_TRUE(parsed["questions"][1]["true"].is_null());
  EXPECT_THAT(text, Not(HasSubstr("secret"))) << "not revealed yet";
}

TEST(Score, ThePageStandsAloneAndTellsNothingEarly) {
  const std::string page = score_page(story(), "Ada <L>");
  EXPECT_THAT(page, HasSubstr("Pages &amp; &lt;frames&gt;"));
  EXPECT_THAT(page, HasSubstr("Ada &lt;L&gt;"));
  EXPECT_THAT(page, HasSubstr("frame 9"));
  EXPECT_THAT(page, HasSubstr("right at the first try"));
  EXPECT_THAT(page, HasSubstr("not revealed yet"));
  for (const char* never : {"secret", "<script", "http", "src=", "url("}) EXPECT_THAT(page, Not(HasSubstr(never)));
}

TEST(Score, WhatCanNotBeWrittenIsSaid) {
  const auto refusal = [](const std::string& path) -> std::string {
    try {
      save_score(story(), "", model::SaveScore::Kind::Json, path);
    } catch (const InputError& error) {
      return error.what();
    }
    return "written";
  };
  EXPECT_THAT(refusal("/no/such/folder/a.json"), HasSubstr("No such file"));
  EXPECT_THAT(refusal("/"), HasSubstr("folder"));
  EXPECT_THAT(refusal("/dev/full"), HasSubstr("No space left"));
}

}  // namespace
}  // namespace exo::session
