// The table of actions: complete, without two meanings for one key, and the same for keys, buttons and tooltips.
#include "explorer/views/actions.hpp"

#include <map>
#include <set>

#include "tests/ui/ui_fixture.hpp"

namespace exo::test {
namespace {

using views::Key;

TEST(Actions, NoChordMeansTwoThingsAndNoIdIsUsedTwice) {
  std::map<std::string, std::string> chords;
  std::set<std::string> ids;
  for (const views::Action& action : views::actions()) {
    EXPECT_TRUE(ids.insert(action.id).second) << action.id;
    EXPECT_FALSE(action.title.empty()) << action.id;
    EXPECT_TRUE(action.run) << action.id;
    EXPECT_NE(action.id.find('.'), std::string::npos) << action.id;
    for (const views::Chord& chord : action.keys) {
      const std::string words = views::words_of(chord);
      EXPECT_FALSE(words.empty()) << action.id;
      const auto [other, fresh] = chords.emplace(words, action.id);
      EXPECT_TRUE(fresh) << words << " means " << other->second << " and " << action.id;
      EXPECT_FALSE(chord.key >= 'A' && chord.key <= 'Z') << action.id << ": letters are written small, with shift()";
    }
  }
}

TEST(Actions, ChordsAreWrittenAsOnKeyboards) {
  EXPECT_EQ(views::words_of(views::ctrl(views::shift('p'))), "Ctrl Shift P");
  EXPECT_EQ(views::words_of(Key::PageDown), "Page Down");
  EXPECT_EQ(views::words_of(Key::F5), "F5");
  EXPECT_EQ(views::words_of('?'), "?");
  EXPECT_EQ(views::tip_of("run.step"), "One event on (Right)");
  EXPECT_EQ(views::with_keys("Next", "story.next"), "Next (N or Page Down)");
}

TEST(Actions, WhileAWordIsTypedOnlyKeysThatEditNothingAct) {
  EXPECT_TRUE(views::works_while_typing(views::ctrl('k')));
  EXPECT_TRUE(views::works_while_typing(Key::F5));
  for (const views::Chord chord : {views::Chord('n'), views::Chord(Key::Left), views::Chord(Key::Space),
                                   views::ctrl('c'), views::ctrl(Key::Left), views::Chord(Key::Enter)})
    EXPECT_FALSE(views::works_while_typing(chord)) << views::words_of(chord);
}

class ActionKeys : public UiTest {
 protected:
  ActionKeys() {
    feed(scene.kernel, history);
    cursor = history.size() - 1;
    draw();
  }
  Lesson scene;
};

TEST_F(ActionKeys, EveryActionCanBeDoneByItsKeyAtAnyMoment) {
  for (const views::Action& action : views::actions())
    for (const views::Chord& chord : action.keys) {
      press(chord);
      draw();
      for (int i = 0; i < 5; ++i) press(Key::Escape);
    }
}

TEST_F(ActionKeys, ButtonsOfActionsDoThem) {
  const std::map<std::string, std::string> buttons{
      {"back", "run.back"},    {"run", "run.toggle"},   {"step", "run.step"},
      {"story", "story.next"}, {"live", "run.live"},    {"restart", "run.restart"},
      {"save", "file.save"},   {"theme", "view.theme"}, {"help", "view.help"}};
  for (const auto& [mark, id] : buttons) {
    const views::Action* action = views::action_named(id);
    ASSERT_NE(action, nullptr) << id;
    EXPECT_FALSE(action->keys.empty()) << id;
    const auto by_key = press(action->keys.front());
    press(Key::Escape);
    const auto by_mouse = click(mark);
    ASSERT_EQ(by_key.size(), by_mouse.size()) << mark;
    for (std::size_t i = 0; i < by_key.size(); ++i) EXPECT_EQ(by_key[i].index(), by_mouse[i].index()) << mark;
    press(Key::Escape);
  }
}

TEST_F(ActionKeys, TheSheetFitsEverySize) {
  const struct {
    float width, height, scale;
  } sizes[] = {{1024, 768, 1}, {1600, 1000, 1}, {1920, 1400, 2}, {3840, 2160, 3}};
  for (const auto& size : sizes) {
    resize(size.width, size.height, size.scale);
    press('?');
    draw();
    const views::Box sheet = mark("sheet");
    EXPECT_GE(sheet.min.y, 0);
    EXPECT_LE(sheet.max.y, size.height);
    EXPECT_GE(sheet.min.x, 0);
    EXPECT_LE(sheet.max.x, size.width);
    press('?');
  }
}

}  // namespace
}  // namespace exo::test
