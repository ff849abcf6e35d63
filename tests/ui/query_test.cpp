// The query box: typing, errors, completion by key and by mouse, the table of counts; and the actions that save data.
#include <algorithm>

#include "explorer/model/words.hpp"
#include "explorer/views/actions.hpp"
#include "explorer/views/shell.hpp"
#include "tests/ui/scenes.hpp"
#include "tests/ui/ui_fixture.hpp"

namespace exo::test {
namespace {

class QueryBox : public UiTest {
 protected:
  Lesson scene;
  void SetUp() override {
    feed(scene.kernel, history);
    cursor = history.size();
    resize(1600, 1000, 1);
    press('4');
    draw();
  }
  void ask(const std::string& text) {
    press(views::ctrl('f'));
    draw();
    draw();
    type(text);
    for (int i = 0; i < 20; ++i) draw();
  }
  [[nodiscard]] const model::FilterIndex& found() const { return shell.ui.filter; }
};

TEST_F(QueryBox, ComparesFields) {
  ask("event = Revoke* and env = stubborn");
  ASSERT_FALSE(found().error());
  ASSERT_GT(found().size(), 0u);
  for (std::size_t i = 0; i < found().size(); ++i)
    EXPECT_TRUE(model::event_name(history.event(found().at(i)).id).starts_with("Revoke"));
}

TEST_F(QueryBox, SaysWhatIsWrongBelowTheBox) {
  ask("event = RevokeAbortd");
  ASSERT_TRUE(found().error());
  EXPECT_EQ(found().error()->position, 8u);
  EXPECT_GT(mark("query error").min.y, mark("search").min.y);
}

TEST_F(QueryBox, CompletesByMouse) {
  ask("event = RevokeAb");
  click("complete RevokeAborted");
  draw();
  EXPECT_EQ(shell.ui.choice.text, "event = RevokeAborted ");
}

TEST_F(QueryBox, CountsAndARowBecomesACondition) {
  ask("event = Revoke* count by event");
  const model::CountTable* counts = found().counts();
  ASSERT_NE(counts, nullptr);
  ASSERT_FALSE(counts->rows().empty());
  const auto row = counts->rows().front();
  click("count " + row.value);
  for (int i = 0; i < 5; ++i) draw();
  EXPECT_EQ(shell.ui.choice.text, "event = Revoke* and event = " + row.value);
  EXPECT_EQ(found().counts(), nullptr);
  EXPECT_EQ(found().size(), row.count);
}

TEST_F(QueryBox, ActionsSaveData) {
  for (const char* id : {"file.csv", "file.perfetto", "file.scenario", "file.picture"})
    EXPECT_NE(views::action_named(id), nullptr) << id;
}

TEST_F(QueryBox, AViewAloneFillsTheWindow) {
  draw();
  const float before = mark("search").width();
  shell.ui.data.only = true;
  draw();
  draw();
  EXPECT_GT(mark("search").width(), before);
  EXPECT_LT(mark("search").min.x, 20);
}

}  // namespace
}  // namespace exo::test
