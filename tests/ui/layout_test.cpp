// What stands where: layouts, regions, hidden sides, the projector; and that the settings' text brings all of it back.
#include <random>

#include "explorer/views/arrangement.hpp"
#include "explorer/views/preferences.hpp"
#include "tests/ui/ui_fixture.hpp"

namespace exo::test {
namespace {

using views::Key;
using views::UiState;

TEST(Arrangement, ATextBringsItBack) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    UiState ui;
    ui.shell.panel = int(random() % views::panels().size());
    for (int i = int(random() % 4); i > 0; --i) {
      const int panel = int(random() % views::panels().size());
      bool there = false;
      for (int r = 0; r < views::regions_in_use(ui); ++r) there |= views::region(ui, r) == panel;
      if (!there) views::add_region(ui, panel);
    }
    ui.shell.left = 150 + float(random() % 300);
    ui.shell.across = 0.2f + float(random() % 60) / 100;
    ui.shell.side = random() % 2 != 0;
    ui.shell.mirrored = random() % 2 != 0;
    ui.shell.stack = views::Stack(random() % 3);
    const std::string text = views::arrangement_text(ui);
    UiState other;
    ASSERT_TRUE(views::arrange(other, text)) << text;
    EXPECT_EQ(views::arrangement_text(other), text);
    EXPECT_EQ(other.shell.panel, ui.shell.panel);
    EXPECT_EQ(views::regions_in_use(other), views::regions_in_use(ui));
  }
}

TEST(Arrangement, WhatIsNoArrangementChangesNothing) {
  UiState ui;
  ASSERT_TRUE(views::choose_layout(ui, "Everything"));
  const std::string before = views::arrangement_text(ui);
  for (const char* bad : {"", "story=1", "panels=", "panels=nothing", "panels=machine story=2", "panels=events left=1",
                          "panels=events left=nan", "panels=events across=7", "panels=events stack=sideways"}) {
    EXPECT_FALSE(views::arrange(ui, bad)) << bad;
    EXPECT_EQ(views::arrangement_text(ui), before) << bad;
  }
}

TEST(Arrangement, RegionsAreClosedAndKeepTheirOrder) {
  UiState ui;
  ASSERT_TRUE(views::choose_layout(ui, "Everything"));
  ASSERT_EQ(views::regions_in_use(ui), 4);
  views::close_region(ui, 1);
  EXPECT_EQ(views::regions_in_use(ui), 3);
  EXPECT_EQ(views::region(ui, 1), views::panel_named("revocations"));
  for (int i = 0; i < 9; ++i) views::close_region(ui, 0);
  EXPECT_EQ(views::regions_in_use(ui), 1) << "the last one stays";
}

TEST(Arrangement, RegionsFillTheBoxAndDoNotOverlap) {
  for (const char* layout : {"Step", "Debug", "Everything"}) {
    UiState ui;
    ASSERT_TRUE(views::choose_layout(ui, layout));
    const views::Box box{{10, 20}, {1210, 820}};
    const views::Places places = views::place_regions(ui, box, 1);
    float area = 0;
    for (int i = 0; i < views::regions_in_use(ui); ++i) {
      const views::Box& one = places.boxes[std::size_t(i)];
      EXPECT_GT(one.width(), 100);
      EXPECT_GT(one.height(), 100);
      area += one.width() * one.height();
      for (int j = 0; j < i; ++j) {
        const views::Box& other = places.boxes[std::size_t(j)];
        EXPECT_TRUE(one.min.x >= other.max.x || other.min.x >= one.max.x || one.min.y >= other.max.y ||
                    other.min.y >= one.max.y);
      }
    }
    EXPECT_GT(area, box.width() * box.height() * 0.95f) << layout;
  }
}

TEST(Preferences, SettingsComeBackAsTheyWere) {
  UiState ui;
  ui.shell.palette = views::Palette::SafeLight;
  ASSERT_TRUE(views::choose_layout(ui, "Debug"));
  ui.shell.right = 444;
  views::save_layout(ui, "Mine \"quoted\"");
  const views::Preferences written{1.75f, 1900, 1100, "repossession"};
  const std::string text = views::preferences_text(ui, written);
  UiState other;
  views::Preferences read;
  EXPECT_EQ(views::read_preferences(text, other, read), "");
  EXPECT_EQ(views::preferences_text(other, read), text);
  EXPECT_EQ(other.shell.palette, views::Palette::SafeLight);
  EXPECT_EQ(other.shell.mine.count("Mine \"quoted\""), 1u);
  EXPECT_EQ(read.lesson, "repossession");
  EXPECT_EQ(read.width, 1900);
}

TEST(Preferences, DamageIsSaidAndChangesNothing) {
  UiState ui;
  ui.shell.palette = views::Palette::Contrast;
  const std::string good = views::preferences_text(ui, {});
  for (const char* line : {"theme = \"mauve\"", "theme = dark", "nonsense", "[layouts", "scale = 77", "width = \"x\"",
                           "arrangement = \"panels=\"", "theme = \"dark"}) {
    UiState other;
    views::Preferences read;
    const std::string wrong = views::read_preferences(good + "\n[]\n" + line + "\n", other, read);
    EXPECT_NE(wrong, "") << line;
    EXPECT_NE(wrong.find("line "), std::string::npos) << wrong;
    EXPECT_EQ(other.shell.palette, views::Palette::Dark) << line;
  }
}

TEST(Preferences, AnyDamageIsSurvived) {
  UiState ui;
  ASSERT_TRUE(views::choose_layout(ui, "Everything"));
  views::save_layout(ui, "Mine");
  const std::string good = views::preferences_text(ui, {1, 1600, 1000, "abort-deadline"});
  std::mt19937 random(11);
  for (int round = 0; round < 2000; ++round) {
    std::string text = good;
    for (int i = 1 + int(random() % 4); i > 0 && !text.empty(); --i) {
      const std::size_t at = random() % text.size();
      switch (random() % 3) {
        case 0:
          text[at] = char(random());
          break;
        case 1:
          text.erase(at, random() % 9 + 1);
          break;
        default:
          text.resize(at + 1);
      }
    }
    UiState other;
    views::Preferences read;
    (void)views::read_preferences(text, other, read);
    ASSERT_GE(views::regions_in_use(other), 1);
    for (int i = 0; i < views::regions_in_use(other); ++i)
      ASSERT_LT(views::region(other, i), int(views::panels().size()));
  }
}

class Layouts : public UiTest {
 protected:
  Layouts() {
    feed(scene.kernel, history);
    cursor = history.size();
    draw();
    draw();
  }
  Lesson scene;
};

TEST_F(Layouts, EachIsAKeyAwayAndDrawsAtEverySize) {
  const struct {
    float width, height, scale;
  } sizes[] = {{1024, 768, 1}, {1600, 1000, 1}, {1920, 1400, 2}, {3840, 2160, 2}};
  for (const auto& size : sizes) {
    resize(size.width, size.height, size.scale);
    for (char key = '1'; key <= '4'; ++key) {
      press(views::alt(key));
      EXPECT_EQ(shell.ui.shell.layout, views::layouts()[std::size_t(key - '1')].name);
      draw();
      EXPECT_GT(vertices(), 1000);
    }
  }
}

TEST_F(Layouts, HiddenPartsAreNotDrawn) {
  press(Key::F2);
  press(Key::F3);
  press(Key::F4);
  shell.ui.marks.clear();
  draw();
  EXPECT_EQ(shell.ui.marks.count("time"), 0u);
  EXPECT_EQ(shell.ui.marks.count("split left"), 0u);
  EXPECT_EQ(shell.ui.marks.count("split right"), 0u);
  press(views::alt('0'));
  draw();
  EXPECT_EQ(shell.ui.marks.count("time"), 1u);
}

TEST_F(Layouts, MineIsSavedAndChosenAgain) {
  press(views::alt('5'));
  EXPECT_EQ(shell.ui.shell.layout, "Step") << "nothing is saved yet";
  press(views::alt('3'));
  press('3');
  press(views::alt('s'));
  const std::string mine = views::arrangement_text(shell.ui);
  press(views::alt('1'));
  EXPECT_NE(views::arrangement_text(shell.ui), mine);
  press(views::alt('5'));
  EXPECT_EQ(views::arrangement_text(shell.ui), mine);
}

TEST_F(Layouts, ATabIsDraggedToAnotherPlace) {
  press(views::alt('4'));
  draw();
  ImGuiIO& io = ImGui::GetIO();
  const views::Box from = mark("tab machine"), to = mark("second tab bindings");
  io.MousePos = from.centre();
  draw();
  draw();
  io.MouseDown[0] = true;
  draw();
  io.MousePos = {to.centre().x, to.max.y + 60};
  draw();
  draw();
  io.MouseDown[0] = false;
  draw();
  draw();
  EXPECT_EQ(shell.ui.shell.panel, views::panel_named("bindings"));
  EXPECT_EQ(shell.ui.shell.second, views::panel_named("machine"));
  EXPECT_EQ(shell.ui.shell.dragged, -1);
}

TEST_F(Layouts, ThePlaceMenuAddsAndCloses) {
  click("region menu");
  draw();
  click("menu below");
  EXPECT_EQ(views::regions_in_use(shell.ui), 2);
  EXPECT_EQ(shell.ui.shell.stack, views::Stack::Below);
  draw();
  click("second region menu");
  draw();
  click("menu close");
  EXPECT_EQ(views::regions_in_use(shell.ui), 1);
}

TEST_F(Layouts, TheProjectorIsOneKeyThereAndBack) {
  press(views::alt('4'));
  const std::string before = views::arrangement_text(shell.ui);
  const float scale = shell.ui.shell.scale;
  for (const views::Chord back : {views::Chord('p'), views::Chord(Key::F5), views::Chord(Key::Escape)}) {
    press(Key::F5);
    EXPECT_TRUE(shell.ui.shell.projector);
    EXPECT_EQ(shell.ui.shell.scale, scale * 2);
    EXPECT_STREQ(shell.colours().name, "contrast");
    shell.ui.marks.clear();
    draw();
    EXPECT_EQ(shell.ui.marks.count("run"), 0u) << "no bar of buttons";
    EXPECT_EQ(shell.ui.marks.count("time"), 1u);
    press(back);
    EXPECT_FALSE(shell.ui.shell.projector);
    EXPECT_EQ(views::arrangement_text(shell.ui), before);
    EXPECT_EQ(shell.ui.shell.scale, scale);
  }
}

TEST_F(Layouts, AClickerStepsTheStoryAndBlanksTheScreen) {
  EXPECT_EQ(of<model::StepStory>(press(Key::PageDown)).size(), 1u);
  EXPECT_EQ(of<model::StepStoryBack>(press(Key::PageUp)).size(), 1u);
  press('.');
  EXPECT_TRUE(shell.ui.shell.blank);
  EXPECT_TRUE(press(Key::PageDown).empty()) << "the first key brings the picture back";
  EXPECT_FALSE(shell.ui.shell.blank);
  press('b');
  press('b');
  EXPECT_FALSE(shell.ui.shell.blank);
}

TEST_F(Layouts, ColoursGoRoundAndTurnOver) {
  for (int i = 0; i < views::kPalettes; ++i) {
    shell.ui.shell.palette = views::Palette(i);
    EXPECT_NE(views::theme(views::turned_over(views::Palette(i))).light, views::theme(views::Palette(i)).light);
    draw();
    views::Palette found{};
    EXPECT_TRUE(views::palette_named(views::theme(views::Palette(i)).name, found));
    EXPECT_EQ(int(found), i);
  }
  shell.ui.shell.palette = views::Palette::Dark;
  for (int i = 0; i < 3; ++i) press(views::shift('t'));
  EXPECT_EQ(shell.ui.shell.palette, views::Palette::Dark);
}

}  // namespace
}  // namespace exo::test
