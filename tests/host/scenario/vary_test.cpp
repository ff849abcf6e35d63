// Variations: what a seed chooses, where it is put into the file, and what is refused.
#include "explorer/scenario/vary.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "explorer/common/error.hpp"
#include "explorer/scenario/parse.hpp"

namespace exo::scenario {
namespace {

using testing::HasSubstr;

const std::string kLesson = R"toml(title = "Frame $page"
goal = "To test $5 and {vary.page}"
end_us = 8000

[vary]   # "$nothing" in a comment is left alone
page = { from = 3, to = 12, default = 5 }
patience = [60, 40, 80]
who = ["polite", "stubborn"]
other = { is = "$page * 2 + 100" }

[[env]]
program = "stubborn"
parameters = { pages = 12, first_frame = "$page" }

[[env]]
program = "polite"

[[step]]
on = { event = "Switched", to = "$who" }
inject = { action = "revoke", env = "$who", frame = "$other", patience_us = "$patience" }
say = "$who has {frames($who) - $page}."
ask.text = "Which?"
ask.choices = [{ text = "$page", when = "owner(frame $page) == $who" }, { text = "none", when = "owner(frame $page) != $who" }]

[[expect]]
text = "It holds"
holds = "owner(frame $page) == $who"
)toml";

Scenario with_seed(std::uint32_t seed) { return parse(kLesson, "x.toml", {}, {}, seed); }

std::string refusal(const std::string& table, const std::string& use = "") {
  std::string text = kLesson;
  const auto start = text.find("page = {"), end = text.find("\n\n[[env]]");
  text.replace(start, end - start, table);
  if (!use.empty()) text.replace(text.find("Frame $page"), 11, use);
  try {
    (void)parse(text, "x.toml", {});
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(Vary, SeedZeroIsTheLessonAsWritten) {
  const auto lesson = with_seed(0);
  EXPECT_EQ(lesson.title, "Frame 5");
  EXPECT_EQ(lesson.goal, "To test $5 and 5") << "a $ before a digit is a $";
  EXPECT_EQ(lesson.envs[0].parameters[3], 5u);
  const auto& injection = lesson.steps[0].inject[0];
  EXPECT_EQ(injection.frame.number, 110u);
  EXPECT_EQ(lesson.env_names[injection.env], "polite");
  EXPECT_EQ(lesson.steps[0].ask->choices[0].text, "5");
  EXPECT_EQ(lesson.expectations[0].holds.text(), "owner(frame 5) == polite");
  EXPECT_EQ(lesson.variation.count, 60u);
  EXPECT_EQ(lesson.text, kLesson) << "a recording carries the file as it was written, and the seed";
}

TEST(Vary, NoTwoSeedsAreAlikeBeforeAllHaveBeenUsed) {
  std::set<std::vector<std::pair<std::string, std::string>>> seen;
  for (std::uint32_t seed = 0; seed < 60; ++seed) seen.insert(with_seed(seed).variation.values);
  EXPECT_EQ(seen.size(), 60u);
  EXPECT_EQ(with_seed(60).variation.values, with_seed(0).variation.values);
  EXPECT_EQ(with_seed(kLargestSeed).variation.values, with_seed(kLargestSeed).variation.values);
}

TEST(Vary, ValuesStayInTheirRangeAndSumsFollow) {
  for (std::uint32_t seed = 0; seed < 60; ++seed) {
    const auto lesson = with_seed(seed);
    const auto page = lesson.envs[0].parameters[3];
    EXPECT_GE(page, 3u);
    EXPECT_LE(page, 12u);
    EXPECT_EQ(lesson.steps[0].inject[0].frame.number, page * 2 + 100);
  }
}

TEST(Vary, AFileWithoutTheTableIsReadAsItIs) {
  const std::string text = R"toml(title = "It costs $page"
goal = "To test"
end_us = 1000
[[env]]
program = "polite"
[[step]]
say = "$page"
[[expect]]
text = "x"
holds = "events > 0"
)toml";
  const auto lesson = parse(text, "x.toml", {}, {}, 7);
  EXPECT_EQ(lesson.title, "It costs $page");
  EXPECT_EQ(lesson.variation.count, 0u);
}

TEST(Vary, RefusalsSayLineReasonAndRemedy) {
  EXPECT_THAT(refusal("page = 5"), HasSubstr("x.toml:6: 'page' does not say how it varies; write"));
  EXPECT_THAT(refusal("page = [5]"), HasSubstr("x.toml:6: 'page' can't vary: it has 1 values"));
  EXPECT_THAT(refusal("page = [5, 5]"), HasSubstr("lists 5 twice"));
  EXPECT_THAT(refusal("page = [5, -1]"), HasSubstr("value 2 of 'page' can't stand in a lesson"));
  EXPECT_THAT(refusal("page = [\"a\", \"b\\\"c\"]"), HasSubstr("can't stand in a lesson"));
  EXPECT_THAT(refusal("page = { from = 9, to = 3 }"), HasSubstr("can't vary from 9 to 3"));
  EXPECT_THAT(refusal("page = { from = 3 }"), HasSubstr("has no 'to'"));
  EXPECT_THAT(refusal("page = { from = 3, to = 9, step = 2, default = 4 }"), HasSubstr("none of the values"));
  EXPECT_THAT(refusal("page = { from = 0, to = 4000000000 }"), HasSubstr("narrow the range"));
  EXPECT_THAT(refusal("page = { from = 3, to = 9, setp = 2 }"), HasSubstr("did you mean 'step'?"));
  EXPECT_THAT(refusal("page = [1, 2]\nother = { is = \"pgae + 1\" }"), HasSubstr("x.toml:7: 'other' is no number"));
  EXPECT_THAT(refusal("page = [1, 2]\nother = { is = \"page - 7\" }"), HasSubstr("must be 0 or more"));
  EXPECT_THAT(refusal("pages = [1, 2]"), HasSubstr("x.toml:1: nothing varies by the name 'page' (did you mean"));
  EXPECT_THAT(refusal("page = [1, 2]", "{vary.page + 1}"), HasSubstr("x.toml:1: {vary. is not closed"));
  EXPECT_THAT(refusal("Page = [1, 2]"), HasSubstr("can't be a name"));
  EXPECT_THAT(refusal(""), HasSubstr("nothing varies"));
}

TEST(Vary, EscapedAndMultilineStringsAreRespected) {
  const Variation variation{.seed = 1, .count = 2, .values = {{"a", "7"}, {"w", "polite"}}};
  const auto put = [&](const char* text) { return with_values(text, "x.toml", variation); };
  EXPECT_EQ(put(R"(x = "\"$a\"")"), R"(x = "\"7\"")");
  EXPECT_EQ(put(R"(x = '$a' # "$b")"), R"(x = 7 # "$b")");
  EXPECT_EQ(put("x = \"\"\"$a\n$w\"\"\"\ny = \"$w\""), "x = \"\"\"7\npolite\"\"\"\ny = \"polite\"");
  EXPECT_EQ(put(R"(x = "{vary.a}")"), "x = 7");
  EXPECT_EQ(put("x = \"$a"), "x = \"7") << "not closed: TOML will say so";
}

}  // namespace
}  // namespace exo::scenario
