// The same scenario with another library OS in it.
#include "explorer/scenario/substitute.hpp"

#include <gtest/gtest.h>

#include "explorer/common/error.hpp"
#include "explorer/scenario/parse.hpp"

namespace exo::test {
namespace {

constexpr const char* kText = R"(# Grüße, "polite" in a comment
title = "Two"
goal = "polite and stubborn"
end_us = 1000
env = [ ]
)";

constexpr const char* kTables = R"(title = "Zwei – polite"
goal = "see"
end_us = 1000
[[env]]  # ä
program = "polite"  # first
slices = 2
[[env]]
name = "second"
program = 'stubborn'
[[step]]
at_us = 5
say = "{frames(polite)} and {frames(second)}"
[[expect]]
text = "it ran"
holds = "now > 0"
)";

TEST(Substitute, TheProgramChangesAndTheNameStays) {
  const std::string text = scenario::substitute(kTables, "a.toml", {{"polite", "saver"}, {"second", "polite"}});
  const auto changed = scenario::parse(text, "a.toml", {});
  ASSERT_EQ(changed.envs.size(), 2u);
  EXPECT_EQ(changed.envs[0].name, "polite");
  EXPECT_EQ(changed.envs[0].program, "saver");
  EXPECT_EQ(changed.envs[0].slices, 2u);
  EXPECT_EQ(changed.envs[1].name, "second");
  EXPECT_EQ(changed.envs[1].program, "polite");
  EXPECT_NE(text.find("# first"), std::string::npos) << "nothing else is touched";
}

TEST(Substitute, InlineTablesToo) {
  const std::string text = scenario::substitute(
      "title = \"t\"\ngoal = \"g\"\nend_us = 5\nenv = [{ program = \"polite\" }, { program = \"slow\", slices = 2 }]\n"
      "[[step]]\nat_us = 1\nsay = \"x\"\n[[expect]]\ntext = \"it ran\"\nholds = \"now > 0\"\n",
      "a.toml", {{"slow", "saver"}, {"polite", "stubborn"}});
  const auto changed = scenario::parse(text, "a.toml", {});
  ASSERT_EQ(changed.envs.size(), 2u);
  EXPECT_EQ(changed.envs[0].program, "stubborn");
  EXPECT_EQ(changed.envs[1].name, "slow");
  EXPECT_EQ(changed.envs[1].program, "saver");
}

TEST(Substitute, WhatCantBeDoneIsSaid) {
  EXPECT_THROW((void)scenario::substitution_of("polite"), InputError);
  EXPECT_THROW((void)scenario::substitution_of("=polite"), InputError);
  EXPECT_THROW((void)scenario::substitute(kText, "a.toml", {{"polite", "saver"}}), InputError);
  EXPECT_THROW((void)scenario::substitute("title = ", "a.toml", {{"polite", "saver"}}), InputError);
  try {
    (void)scenario::substitute(kTables, "a.toml", {{"polit", "saver"}});
    FAIL();
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("polite"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace exo::test
