// The debugger's panels: a click or a key becomes the right command, boundaries and marks are drawn where they belong,
// and nothing is drawn or asked that the view does not say.
#include "explorer/views/actions.hpp"
#include "explorer/views/arrangement.hpp"
#include "explorer/views/debug_parts.hpp"
#include "tests/ui/debug_scene.hpp"
#include "tests/ui/ui_fixture.hpp"

namespace exo::test {
namespace {

using model::DebugBreak;
using model::DebugBreakEdit;
using model::DebugLook;
using model::DebugMove;
using views::ctrl;
using views::Key;
using MoveKind = DebugMove::Kind;

class DebugPanels : public UiTest {
 protected:
  DebugPanels() : view(debug_scene(scene.polite, scene.stubborn)) {
    feed(scene.kernel, history);
    cursor = history.size();
    view.event = cursor;
    view.instant = model::instructions(history.ticks(cursor)) + 3;
    debug = &view;
    EXPECT_TRUE(views::choose_layout(shell.ui, "Debug"));
    draw();
    draw();
  }
  void show(const char* panel) {
    shell.ui.shell.panel = views::panel_named(panel);
    while (views::regions_in_use(shell.ui) > 1) views::close_region(shell.ui, 1);
    shell.ui.marks.clear();
    draw();
    draw();
  }
  [[nodiscard]] bool has(const std::string& mark) const { return shell.ui.marks.contains(mark); }
  template <typename T>
  T only(const std::vector<model::Command>& commands) {
    const auto all = of<T>(commands);
    EXPECT_EQ(all.size(), 1u);
    return all.empty() ? T{} : all[0];
  }

  Lesson scene;
  debugger::View view;
};

TEST_F(DebugPanels, AClickInTheMarginSetsAStopInThisEnvironmentAndTakesItAway) {
  const auto set = only<DebugBreak>(click("stop 24"));
  EXPECT_EQ(set.where, "libos/unix/policy.cpp:24");
  EXPECT_EQ(set.env, scene.polite);
  const auto removed = only<DebugBreakEdit>(click("stop 26"));
  EXPECT_EQ(removed.what, DebugBreakEdit::What::Remove);
  EXPECT_EQ(removed.number, 1);
}

TEST_F(DebugPanels, AStopInTheKernelIsForEveryone) {
  view.frame = 3;
  view.source.file = "kernel/core/revoke.cpp";
  draw();
  EXPECT_EQ(only<DebugBreak>(click("stop 12")).env, DebugBreak::kEverywhere);
}

TEST_F(DebugPanels, TheMenuOfALineSaysForWhom) {
  right_click("stop 24");
  EXPECT_EQ(only<DebugBreak>(click("menu stop everywhere")).env, DebugBreak::kEverywhere);
  right_click("line 24");
  EXPECT_EQ(only<DebugBreak>(click("menu stop here")).env, scene.polite);
  right_click("line 24");
  const auto to = only<DebugMove>(click("menu back to"));
  EXPECT_EQ(to.kind, MoveKind::To);
  EXPECT_TRUE(to.back);
  EXPECT_EQ(to.place, "libos/unix/policy.cpp:24");
  right_click("stop 28");
  const auto edit = only<DebugBreakEdit>(click("menu enable 2"));
  EXPECT_EQ(edit.what, DebugBreakEdit::What::Disable);
  EXPECT_EQ(edit.number, 2);
}

TEST_F(DebugPanels, AConditionIsTyped) {
  right_click("stop 24");
  click("menu stop condition");
  draw();
  ASSERT_TRUE(has("condition"));
  type("wanted == 37");
  const auto set = only<DebugBreak>(enter());
  EXPECT_EQ(set.condition, "wanted == 37");
  EXPECT_EQ(set.where, "libos/unix/policy.cpp:24");
}

TEST_F(DebugPanels, EveryStepHasAKeyAButtonAndAWayBack) {
  const struct {
    const char* mark;
    views::Chord key;
    MoveKind kind;
    bool back;
  } steps[] = {{"step over", Key::F10, MoveKind::LineOver, false},
               {"back over", views::shift(Key::F10), MoveKind::LineOver, true},
               {"step into", Key::F11, MoveKind::LineInto, false},
               {"back into", views::shift(Key::F11), MoveKind::LineInto, true},
               {"step out", Key::F12, MoveKind::Out, false},
               {"back out", views::shift(Key::F12), MoveKind::Out, true},
               {"continue", Key::F8, MoveKind::Continue, false},
               {"back to stop", views::shift(Key::F8), MoveKind::Continue, true},
               {"step instruction", views::ctrl(Key::F11), MoveKind::Instruction, false},
               {"back instruction", views::ctrl(views::shift(Key::F11)), MoveKind::Instruction, true}};
  for (const auto& step : steps) {
    for (const bool by_mouse : {false, true}) {
      const auto asked = only<DebugMove>(by_mouse ? click(step.mark) : press(step.key));
      EXPECT_EQ(asked.kind, step.kind) << step.mark;
      EXPECT_EQ(asked.back, step.back) << step.mark;
    }
  }
}

TEST_F(DebugPanels, AnyStepBeginsAndBringsThePanelsInSight) {
  debug = nullptr;
  ASSERT_TRUE(views::choose_layout(shell.ui, "Step"));
  draw();
  const auto asked = press(Key::F10);
  EXPECT_EQ(of<DebugMove>(asked).size(), 1u);
  EXPECT_EQ(shell.ui.shell.layout, "Debug");
  draw();
  EXPECT_TRUE(has("debug begin"));
  EXPECT_EQ(of<DebugLook>(click("debug begin")).size(), 1u);
}

TEST_F(DebugPanels, TheChosenLineIsTheOneOfTheKeys) {
  click("line 24");
  EXPECT_EQ(only<DebugMove>(press(views::ctrl(Key::F10))).place, "libos/unix/policy.cpp:24");
  EXPECT_EQ(only<DebugBreak>(press(Key::F9)).where, "libos/unix/policy.cpp:24");
  EXPECT_EQ(only<DebugMove>(click("to 28")).place, "libos/unix/policy.cpp:28");
}

TEST_F(DebugPanels, WhileItMovesOnlyAnInterruptIsAsked) {
  view.moving = true;
  view.status = "stepping back";
  draw();
  EXPECT_TRUE(of<DebugMove>(click("step over")).empty());
  EXPECT_EQ(of<model::DebugInterrupt>(press(Key::Escape)).size(), 1u);
  EXPECT_EQ(of<model::DebugInterrupt>(click("debug interrupt")).size(), 1u);
}

TEST_F(DebugPanels, AStopScrollsItsLineIntoSight) {
  view.frames[0].line = 110;
  ++view.stops;
  shell.ui.marks.clear();
  draw();
  shell.ui.marks.clear();
  draw();
  ASSERT_TRUE(has("line 110"));
  EXPECT_TRUE(mark("source text").contains(mark("line 110").centre()));
  EXPECT_FALSE(has("line 11"));
  EXPECT_EQ(shell.ui.debug.line, 110u);
}

TEST_F(DebugPanels, InstructionsStandUnderTheirLines) {
  EXPECT_FALSE(has("instruction 0x00400a98"));
  click("debug code");
  draw();
  EXPECT_GT(mark("instruction 0x00400a90").min.y, mark("line 26").min.y);
  EXPECT_LT(mark("instruction 0x00400a98").min.y, mark("line 27").min.y);
  EXPECT_EQ(only<DebugBreak>(click("stop 0x00400a98")).where, "0x00400a98");
}

TEST_F(DebugPanels, WithoutASourceThereAreInstructionsAndAWord) {
  view.source = {};
  view.frames[0].file.clear();
  draw();
  draw();
  EXPECT_TRUE(has("instruction 0x00400a80"));
  EXPECT_TRUE(has("source warning"));
}

TEST_F(DebugPanels, BoundariesStandBetweenTheirFrames) {
  EXPECT_GT(mark("boundary 3").min.y, mark("frame of stack 2").min.y);
  EXPECT_LT(mark("boundary 3").min.y, mark("frame of stack 3").min.y);
  EXPECT_TRUE(has("boundary 5"));
  EXPECT_FALSE(has("boundary 0"));
  EXPECT_TRUE(has("stack end"));
  const auto look = only<DebugLook>(click("frame of stack 3"));
  EXPECT_EQ(look.env, scene.polite);
  EXPECT_EQ(look.frame, 3u);
  EXPECT_EQ(only<DebugLook>(click("look " + std::to_string(scene.stubborn))).env, scene.stubborn);
}

TEST_F(DebugPanels, ValuesUnfoldAndAreWatchedAndFollowedBack) {
  show("variables");
  click("argument this");
  ASSERT_TRUE(has("argument this/now_"));
  click("argument this/pages_");
  click("argument this/pages_/[3]");
  draw();
  right_click("argument this/pages_/[3]/frame");
  const auto back = only<DebugMove>(click("menu last write"));
  EXPECT_EQ(back.kind, MoveKind::LastWrite);
  EXPECT_EQ(back.place, "this->pages_[3].frame");
  EXPECT_TRUE(back.back);
  EXPECT_EQ(only<DebugMove>(press(views::shift(Key::F9))).place, "this->pages_[3].frame");
  right_click("local frame");
  EXPECT_EQ(only<DebugBreak>(click("menu stop written")).where, "write frame");
  right_click("local frame");
  EXPECT_EQ(only<model::DebugWatch>(click("menu watch")).expression, "frame");
  EXPECT_TRUE(only<model::DebugWatch>(click("unwatch pages_[3].frame")).remove);
}

TEST_F(DebugPanels, AWatchIsTyped) {
  show("variables");
  click("watch input");
  type("now_ - 3");
  EXPECT_EQ(only<model::DebugWatch>(enter()).expression, "now_ - 3");
}

TEST_F(DebugPanels, StopsAreEditedAndAdded) {
  const auto enable = only<DebugBreakEdit>(click("enable 3"));
  EXPECT_EQ(enable.what, DebugBreakEdit::What::Enable);
  EXPECT_EQ(only<DebugBreakEdit>(click("remove 4")).number, 4);
  EXPECT_TRUE(of<DebugBreak>(click("stop add")).empty()) << "nothing was typed";
  shell.ui.debug.where = "event RevokeAborted";
  shell.ui.debug.where_env = scene.stubborn;
  const auto added = only<DebugBreak>(click("stop add"));
  EXPECT_EQ(added.where, "event RevokeAborted");
  EXPECT_EQ(added.env, scene.stubborn);
  EXPECT_TRUE(shell.ui.debug.where.empty());
}

TEST_F(DebugPanels, AStopIsPassedAsOftenAsIsTyped) {
  shell.ui.debug.where = "decide";
  shell.ui.debug.passes = "99";
  EXPECT_EQ(only<DebugBreak>(click("stop add")).ignore, 99u);
  shell.ui.debug.where = "decide";
  shell.ui.debug.passes = "often";
  EXPECT_EQ(only<DebugBreak>(click("stop add")).ignore, 0u);
  click("passes 4");
  draw();
  type("12");
  const auto edit = only<DebugBreakEdit>(enter());
  EXPECT_EQ(edit.what, DebugBreakEdit::What::Ignore);
  EXPECT_EQ(edit.number, 4);
  EXPECT_EQ(edit.ignore, 12u);
}

TEST_F(DebugPanels, GdbIsLetInAndItsStopsAreItsOwn) {
  EXPECT_FALSE(has("gdb state"));
  EXPECT_TRUE(only<model::DebugGdb>(press(ctrl(Key::F9))).open);
  view.gdb.open = true;
  view.gdb.command = "gdb-multiarch -ex 'target extended-remote /tmp/gdb'";
  draw();
  EXPECT_TRUE(has("gdb state"));
  click("gdb copy");
  EXPECT_EQ(ImGui::GetClipboardText(), view.gdb.command);
  EXPECT_TRUE(of<model::DebugGdb>(press(ctrl(Key::F9))).empty()) << "it may connect already";
  view.gdb.connected = true;
  debugger::BreakView theirs;
  theirs.number = -1;
  theirs.gdb = true;
  theirs.where = "policy.cpp:24";
  theirs.file = view.source.file;
  theirs.line = 24;
  theirs.env = scene.polite;
  view.breaks.push_back(theirs);
  shell.ui.marks.clear();
  draw();
  EXPECT_FALSE(has("gdb copy"));
  EXPECT_TRUE(has("gdb row 1"));
  EXPECT_FALSE(has("remove -1")) << "it is gdb's";
  EXPECT_EQ(only<DebugBreak>(click("stop 24")).where, "libos/unix/policy.cpp:24") << "one of ours beside it";
}

TEST_F(DebugPanels, MemoryIsAskedForByAnExpressionAndByPages) {
  show("memory");
  shell.ui.debug.address = "&page->frame";
  EXPECT_TRUE(only<model::DebugMemory>(click("memory physical")).physical);
  EXPECT_EQ(only<model::DebugMemory>(click("memory after")).address, "0x10010308");
  EXPECT_EQ(only<model::DebugMemory>(click("memory before")).address, "0x1000ff08");
}

TEST_F(DebugPanels, RegistersLeadToTheTlb) {
  show("registers");
  ASSERT_TRUE(has("register v0"));
  ASSERT_TRUE(has("register status"));
  EXPECT_FALSE(has("register f0"));
  view.registers->has_floating = true;
  view.registers->floating[0] = 0x3fc0'0000;
  draw();
  EXPECT_TRUE(has("register f31"));
  click("show tlb");
  EXPECT_EQ(shell.ui.shell.panel, views::panel_named("machine"));
}

TEST(DebugWords, CoprocessorZeroIsSaidInWords) {
  EXPECT_EQ(views::status_words(0x0000'8413), "kernel mode, in an exception (EXL); interrupts on (lines 2, 7)");
  EXPECT_EQ(views::status_words(0x2000'0011), "user mode; interrupts on; floating point usable");
  EXPECT_EQ(views::cause_words(0x0000'0008), "TLB miss on a load or fetch (TLBL)");
  EXPECT_EQ(views::cause_words(0xc000'8020), "system call (Sys); interrupts pending: 7 (the timer's); in a delay slot");
}

TEST_F(DebugPanels, TheTimeBarMarksTheInstructionOfTheCursorOnly) {
  EXPECT_TRUE(has("debug instant"));
  shell.ui.marks.clear();
  view.event = cursor - 1;
  draw();
  EXPECT_FALSE(has("debug instant"));
}

TEST_F(DebugPanels, EveryPanelIsDrawnEmptyCrowdedAndSmall) {
  const auto all = [&] {
    for (const views::Panel& panel : views::panels()) show(panel.name);
  };
  for (const float scale : {1.0f, 2.0f}) {
    resize(1024, 768, scale);
    all();
  }
  for (int i = 0; i < 3'000; ++i) {
    view.source.text.push_back(std::string(400, 'x'));
    view.frames.push_back(view.frames[std::size_t(i) % 6]);
    view.locals.push_back(view.locals[0]);
    view.locals.back().name = "l" + std::to_string(i);
    view.breaks.push_back(view.breaks[0]);
    view.breaks.back().number = 10 + i;
  }
  all();
  EXPECT_LT(vertices(), 60'000) << "only what is in sight is drawn";
  view = {};
  view.there = true;
  all();
  view.moving = true;
  all();
}

}  // namespace
}  // namespace exo::test
