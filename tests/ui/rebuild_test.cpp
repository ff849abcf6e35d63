// What the window shows of a rebuild: the card over everything, the complaints that open by themselves, and the line
// that a click on one of them shows.
#include "explorer/views/arrangement.hpp"
#include "tests/ui/debug_scene.hpp"
#include "tests/ui/ui_fixture.hpp"

namespace exo::test {
namespace {

using model::Rebuilding;
using views::Key;

class RebuildPanels : public UiTest {
 protected:
  RebuildPanels() : view(debug_scene(scene.polite, scene.stubborn)) {
    feed(scene.kernel, history);
    cursor = history.size();
    debug = &view;
    EXPECT_TRUE(views::choose_layout(shell.ui, "Debug"));
    draw();
    draw();
  }
  void fail() {
    build.number = 1;
    build.stage = Rebuilding::Stage::Failed;
    build.words = "the build failed: 1 error; the run is as it was";
    build.complaints = {{"libos/mine/main.cpp", 3, 9, true, "no member named 'chose' in 'exo::libos::Heap'"}};
    build.output = {"[1/2] Guest libos/mine/main.cpp", "FAILED: guest/objects/mine/libos/mine/main.cpp.o"};
    rebuilding = &build;
    draw();
    draw();
  }
  [[nodiscard]] bool has(const std::string& mark) {
    shell.ui.marks.clear();
    draw();
    return shell.ui.marks.contains(mark);
  }

  Lesson scene;
  debugger::View view;
  Rebuilding build;
  model::OpenedSource source{"libos/mine/main.cpp", 3, {"one", "two", "  heap.chose();", "four"}, {}};
};

TEST_F(RebuildPanels, OneKeyAndTheButtonsAskForIt) {
  EXPECT_EQ(of<model::Rebuild>(press(Key::F6)).size(), 1u);
  EXPECT_EQ(of<model::Rebuild>(click("rebuild")).size(), 1u);
}

TEST_F(RebuildPanels, ProgressIsOverEverythingAndCanBeStopped) {
  build.words = "building: 1 of 3";
  build.share = 0.33;
  rebuilding = &build;
  draw();
  draw();
  EXPECT_TRUE(has("rebuilding"));
  EXPECT_EQ(of<model::Rebuild>(click("stop rebuilding")).size(), 1u);
}

TEST_F(RebuildPanels, ComplaintsOpenBesideTheSourceAndGoWhenItIsMended) {
  const int stack = views::panel_named("stack"), own = views::panel_named("build");
  ASSERT_EQ(views::region(shell.ui, 1), stack);
  fail();
  EXPECT_EQ(views::region(shell.ui, 1), own);
  EXPECT_EQ(shell.ui.shell.panel, views::panel_named("source"));
  const auto asked = of<model::OpenSource>(click("complaint 1"));
  ASSERT_EQ(asked.size(), 1u);
  EXPECT_EQ(asked[0].file, "libos/mine/main.cpp");
  EXPECT_EQ(asked[0].line, 3u);
  build = {};
  build.number = 2;
  build.stage = Rebuilding::Stage::Back;
  build.words = "rebuilt in 0.8 s";
  draw();
  EXPECT_EQ(views::region(shell.ui, 1), stack);
  // The result stays in sight until something is pressed.
  EXPECT_TRUE(has("rebuilding"));
  press(Key::F12);
  EXPECT_FALSE(has("rebuilding"));
}

TEST_F(RebuildPanels, AnOpenedFileStandsInTheSourcePanelUntilItIsClosed) {
  fail();
  opened = &source;
  EXPECT_TRUE(has("opened text"));
  EXPECT_FALSE(has("source text"));
  EXPECT_EQ(of<model::OpenSource>(click("close opened")).at(0).file, "");
  source.problem = "it can't be shown";
  EXPECT_FALSE(has("opened text"));
  opened = nullptr;
  EXPECT_TRUE(has("source text"));
}

TEST_F(RebuildPanels, SmallWindowsAndNothingYet) {
  rebuilding = nullptr;
  shell.ui.shell.panel = views::panel_named("build");
  EXPECT_TRUE(has("build again"));
  resize(1024, 768, 1);
  fail();
  EXPECT_TRUE(has("complaint 1"));
  build.complaints.clear();
  build.output.assign(400, std::string(300, 'x'));
  EXPECT_FALSE(has("complaint 1"));
}

}  // namespace
}  // namespace exo::test
