// The command palette finds what was meant, slips of the finger included; the choice of lessons opens them.
#include "explorer/views/actions.hpp"
#include "explorer/views/command_palette.hpp"
#include "explorer/views/fuzzy.hpp"
#include "explorer/views/lessons_view.hpp"
#include "tests/ui/ui_fixture.hpp"

namespace exo::test {
namespace {

using views::fit;
using views::Key;
using Kind = views::Selection::Kind;

TEST(Fuzzy, WholeWordsBeatPartsBeatSlips) {
  EXPECT_GT(fit("event", "One event on"), fit("even", "One event on"));
  EXPECT_GT(fit("even", "One event on"), fit("evnet", "One event on"));
  EXPECT_GT(fit("evnet", "One event on"), 0);
  EXPECT_GT(fit("revocatoins", "Show Revocations"), 0);
  EXPECT_GT(fit("prjctr", "Projector: large, and only what matters"), 0);
  EXPECT_EQ(fit("zebra", "One event on"), 0);
  EXPECT_EQ(fit("frame 5", "Frame 6"), 0) << "a number is meant exactly";
  EXPECT_EQ(fit("5", "Frame 50"), 0);
  EXPECT_GT(fit("frmae 5", "Frame 5"), 0);
  EXPECT_GT(fit("", "anything"), 0);
}

class PaletteTest : public UiTest {
 protected:
  PaletteTest() {
    feed(scene.kernel, history);
    cursor = history.size();
    lessons = {{"secure-binding", "A secure binding", "Checked once, used often.", 5},
               {"abort-deadline", "Page 5 in 50 microseconds", "The kernel takes a page by force.", 6},
               {"repossession", "What was taken", "The repossession vector.", 4}};
    source = "scenarios/abort-deadline.toml";
    draw();
  }
  /// Opens the palette and types.
  void open(const std::string& typed) {
    press(views::ctrl('k'));
    draw();
    draw();
    type(typed);
    ASSERT_EQ(shell.ui.shell.typed, typed);
  }
  /// What Enter does after these letters.
  std::vector<model::Command> run(const std::string& typed) {
    open(typed);
    return press(Key::Enter);
  }
  Lesson scene;
};

TEST_F(PaletteTest, TypingAndEnterRunsWhatWasMeant) {
  EXPECT_EQ(of<model::StepStory>(run("nxet step")).size(), 1u);
  EXPECT_EQ(of<model::Restart>(run("begining")).size(), 1u);
  run("revocatoins");
  EXPECT_EQ(shell.ui.shell.panel, views::panel_named("revocations"));
  run("projecter");
  EXPECT_TRUE(shell.ui.shell.projector);
  EXPECT_FALSE(shell.ui.shell.palette_open);
}

TEST_F(PaletteTest, ObjectsAreSelectedByNameAndNumber) {
  run("stubborn");
  EXPECT_TRUE(shell.ui.selection.is(Kind::Environment, scene.stubborn));
  run("frame " + std::to_string(scene.demanded));
  EXPECT_TRUE(shell.ui.selection.is(Kind::Frame, scene.demanded));
  run("tlb 3");
  EXPECT_TRUE(shell.ui.selection.is(Kind::TlbEntry, 3));
  run("request " + std::to_string(scene.second));
  EXPECT_TRUE(shell.ui.selection.is(Kind::Request, scene.second));
  const auto seeks = of<model::Seek>(run("event 7"));
  ASSERT_EQ(seeks.size(), 1u);
  EXPECT_EQ(seeks[0].number, 7u);
}

TEST_F(PaletteTest, LessonsAreFoundByTitle) {
  const auto asked_for = of<model::OpenLesson>(run("waht was taken"));
  ASSERT_EQ(asked_for.size(), 1u);
  EXPECT_EQ(asked_for[0].name, "repossession");
}

TEST_F(PaletteTest, ATermIsLookedUpInTheGlossary) {
  run("glossary secrue bindng");
  EXPECT_EQ(shell.ui.shell.panel, views::panel_named("glossary"));
  EXPECT_EQ(shell.ui.words.chosen, "secure binding");
  run("repossession vector");
  EXPECT_EQ(shell.ui.words.chosen, "repossession vector");
  draw();
  const views::Box entry = mark("glossary repossession vector"), panel = mark("middle");
  EXPECT_GE(entry.min.y, panel.min.y);
  EXPECT_LE(entry.max.y, panel.max.y) << "it was scrolled to";
}

TEST_F(PaletteTest, LettersGoIntoTheFieldAndEscapeCloses) {
  press(':');
  draw();
  draw();
  type("dark or");
  EXPECT_EQ(shell.ui.shell.typed, "dark or");
  EXPECT_TRUE(shell.takes(Key::Down));
  press(Key::Down);
  EXPECT_EQ(shell.ui.shell.offer, 1);
  EXPECT_TRUE(press(Key::Space).empty()) << "other keys do not act through it";
  press(Key::Escape);
  EXPECT_FALSE(shell.ui.shell.palette_open);
  EXPECT_FALSE(shell.takes(Key::Down));
}

TEST_F(PaletteTest, AnOfferIsClicked) {
  open("light");
  const auto before = shell.ui.shell.palette;
  click("offer 0");
  EXPECT_NE(shell.ui.shell.palette, before);
}

TEST_F(PaletteTest, TheChoiceOfLessonsStandsOnTheOneThatIsOpen) {
  press(views::ctrl('o'));
  draw();
  EXPECT_EQ(shell.ui.shell.lesson, 1);
  EXPECT_TRUE(press(Key::Enter).empty()) << "it is open already";
  EXPECT_FALSE(shell.ui.shell.lessons_open);
}

TEST_F(PaletteTest, ALessonIsOpenedByArrowNumberOrClick) {
  press('l');
  press(Key::Down);
  auto asked_for = of<model::OpenLesson>(press(Key::PageDown));
  ASSERT_EQ(asked_for.size(), 1u) << "a clicker can open one, too";
  EXPECT_EQ(asked_for[0].name, "repossession");
  press('l');
  press('1');
  asked_for = of<model::OpenLesson>(press(Key::Enter));
  ASSERT_EQ(asked_for.size(), 1u);
  EXPECT_EQ(asked_for[0].name, "secure-binding");
  press('l');
  draw();
  asked_for = of<model::OpenLesson>(click("lesson repossession"));
  ASSERT_EQ(asked_for.size(), 1u);
  click("title");
  EXPECT_TRUE(shell.ui.shell.lessons_open);
}

TEST_F(PaletteTest, OverlaysFitSmallAndLargeWindows) {
  const struct { float width, height, scale; } sizes[] = {{1024, 768, 1}, {1920, 1400, 2}, {3840, 2160, 3}};
  for (const auto& size : sizes) {
    resize(size.width, size.height, size.scale);
    for (const auto& [key, name] : {std::pair(views::Chord('l'), "lessons card"), {views::Chord(':'), "palette"}}) {
      press(key);
      draw();
      const views::Box card = mark(name);
      EXPECT_GE(card.min.x, 0);
      EXPECT_GE(card.min.y, 0);
      EXPECT_LE(card.max.x, size.width);
      EXPECT_LE(card.max.y, size.height);
      press(Key::Escape);
    }
  }
}

}  // namespace
}  // namespace exo::test
