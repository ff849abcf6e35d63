// The Compare panel: two runs, one cursor; what is chosen, marked and clicked.
#include "explorer/views/compare_parts.hpp"
#include "tests/ui/ui_fixture.hpp"

namespace exo::test {
namespace {

class ComparePanel : public UiTest {
 protected:
  ComparePanel() {
    MiniKernel one = scene.kernel, two = scene.kernel;
    prefix = scene.kernel.trace.size();
    one.abort(scene.second);
    one.allocate(scene.polite);
    two.give_back(scene.second);
    two.allocate(scene.polite);
    two.allocate(scene.stubborn);
    feed(one, history);
    feed(two, other);
    shown = {&other, &story, "this lesson, stubborn runs polite", "", 1, true};
    status = views::MachineStatus::Recording;
    partner = &shown;
    cursor = history.size();
    for (int i = 0; i < 4; ++i) draw();
  }
  Lesson scene;
  model::History other;
  model::Partner shown;
  std::size_t prefix = 0;
};

TEST_F(ComparePanel, APartnerBringsItForwardAndTheRunsPartWhereTheyDo) {
  EXPECT_EQ(shell.ui.shell.panel, views::panel_named("compare"));
  ASSERT_TRUE(shell.ui.compare.shown);
  EXPECT_TRUE(shell.ui.compare.shown->comparison.complete());
  EXPECT_EQ(shell.ui.compare.shown->report.difference.first, prefix + 1);
  const auto seeks = of<model::Seek>(click("compare first difference"));
  ASSERT_EQ(seeks.size(), 1u);
  EXPECT_EQ(seeks[0].number, prefix + 1);
}

TEST_F(ComparePanel, CardsAndFramesSelect) {
  click("compare card A polite");
  EXPECT_EQ(shell.ui.selection.kind, views::Selection::Kind::Environment);
  EXPECT_EQ(shell.ui.selection.number, scene.polite);
  click("compare card B stubborn");
  EXPECT_EQ(shell.ui.selection.number, scene.stubborn);
  click("compare frames A");
  EXPECT_EQ(shell.ui.selection.kind, views::Selection::Kind::Frame);
}

TEST_F(ComparePanel, TheLanesSeek) { EXPECT_FALSE(of<model::Seek>(click("compare lanes")).empty()); }

TEST_F(ComparePanel, WhatDiffersIsListed) {
  EXPECT_FALSE(shell.ui.marks.contains("compare difference stubborn"));
  click("compare list");
  draw();
  EXPECT_TRUE(shell.ui.marks.contains("compare difference stubborn"));
  EXPECT_TRUE(shell.ui.marks.contains("compare row aborted"));
}

TEST_F(ComparePanel, EveryAlignmentAndMomentStaysSound) {
  for (const char* name : {"step", "difference", "events", "time"}) {
    click(std::string("compare at ") + name);
    for (cursor = 0; cursor <= history.size(); cursor += 7) draw();
    cursor = history.size();
  }
  EXPECT_EQ(shell.ui.compare.align, views::CompareAlign::Time);
  resize(1024, 768, 1);
  for (int i = 0; i < 3; ++i) draw();
  resize(3840, 2160, 2);
  for (int i = 0; i < 3; ++i) draw();
}

TEST_F(ComparePanel, AnotherLibraryOsIsChosenByTwoClicks) {
  model::PartnerChoices choices;
  choices.environments = {{"polite", "polite"}, {"stubborn", "stubborn"}};
  choices.programs = {"polite", "saver", "stubborn"};
  choices.lessons = {{"lessons/one.toml", "One"}};
  click("compare with");
  EXPECT_EQ(of<model::FindPartners>(draw()).size(), 1u);
  partner_choices = &choices;
  draw();
  click("compare in stubborn");
  const auto with = of<model::CompareWith>(click("compare runs saver"));
  ASSERT_EQ(with.size(), 1u);
  EXPECT_EQ(with[0].what, "");
  ASSERT_EQ(with[0].programs.size(), 1u);
  EXPECT_EQ(with[0].programs[0], (std::pair<std::string, std::string>{"stubborn", "saver"}));
  EXPECT_FALSE(shell.ui.compare.choosing);
}

TEST_F(ComparePanel, WithNothingToCompareThereIsAChoice) {
  partner = nullptr;
  model::PartnerChoices choices;
  choices.lessons = {{"lessons/one.toml", "One"}};
  partner_choices = &choices;
  draw();
  draw();
  const auto with = of<model::CompareWith>(click("compare lesson lessons/one.toml"));
  ASSERT_EQ(with.size(), 1u);
  EXPECT_EQ(with[0].what, "lessons/one.toml");
}

TEST_F(ComparePanel, ACrowdIsDrawn) {
  const Crowd crowd;
  model::History many;
  feed(crowd.kernel, many);
  model::Partner crowded{&many, &story, "a crowd", "", 1, true};
  partner = &crowded;
  for (int i = 0; i < 4; ++i) draw();
  EXPECT_GT(vertices(), 1000);
  resize(1024, 768, 1);
  draw();
}

}  // namespace
}  // namespace exo::test
