// The Console panel, and what says that something ended badly: lines, filters, the way to a moment, and many of them.
#include <cstring>

#include "explorer/views/actions.hpp"
#include "explorer/views/arrangement.hpp"
#include "tests/ui/ui_fixture.hpp"

namespace exo::test {
namespace {

class ConsolePanel : public UiTest {
 protected:
  ConsolePanel() {
    feed(scene.kernel, history);
    sequence_ = std::uint32_t(history.size());
    time_ = history.record(history.size()).time;
    cursor = history.size();
    shell.ui.shell.panel = views::panel_named("console");
  }
  void record(abi::Event id, std::uint32_t env, const std::array<std::uint32_t, 4>& arguments) {
    abi::TraceRecord one{};
    one.time = time_ += 50;
    one.sequence = sequence_++;
    one.event = std::uint16_t(id);
    one.environment = std::uint16_t(env);
    std::copy(arguments.begin(), arguments.end(), one.arguments);
    history.append(std::span(&one, 1));
    cursor = history.size();
  }
  void print(std::uint32_t env, const std::string& text) {
    for (std::size_t at = 0; at < text.size(); at += 16) {
      std::array<std::uint32_t, 4> words{};
      std::memcpy(words.data(), text.data() + at, std::min<std::size_t>(16, text.size() - at));
      record(abi::Event::Console, env, words);
    }
  }
  void crash(std::uint32_t env) {
    record(abi::Event::Noted, env, {std::uint32_t(abi::Note::Crashed), 2, 0x5000'0000, 0x40'0100});
    model::Incident one;
    one.kind = model::Incident::Kind::Crashed;
    one.event = history.size();
    one.at = history.ticks(one.event);
    one.env = env;
    one.text = "polite crashed at main.cpp:31 in on_miss(): it read 0x50000000, where it has no page";
    report.incidents.push_back(one);
    ++report.count;
    incidents = &report;
  }
  [[nodiscard]] bool has(const std::string& name) const { return shell.ui.marks.contains(name); }
  void fresh() {
    shell.ui.marks.clear();
    draw();
    draw();
  }

  Lesson scene;
  model::IncidentReport report;

 private:
  std::uint32_t sequence_ = 0, time_ = 0;
};

TEST_F(ConsolePanel, SaysHowToPrintWhenNobodyHas) {
  fresh();
  EXPECT_FALSE(has("console copy"));
}

TEST_F(ConsolePanel, AClickOnALineGoesToTheMomentAtWhichItWasWhole) {
  print(scene.polite, "one ");
  const auto begun = history.size();
  print(scene.stubborn, "another\n");
  print(scene.polite, "line\n");
  const auto whole = history.size();
  print(scene.polite, "later\n");
  fresh();
  const auto seeks = of<model::Seek>(click("console line 0"));
  ASSERT_EQ(seeks.size(), 1u);
  EXPECT_EQ(seeks[0].number, whole);
  EXPECT_GT(whole, begun);
}

TEST_F(ConsolePanel, AnEnvironmentsLinesCanBeHiddenAndShown) {
  print(scene.polite, "a\n");
  print(scene.stubborn, "b\n");
  fresh();
  ASSERT_TRUE(has("console line 0") && has("console line 1"));
  (void)click("console " + std::to_string(scene.polite));
  fresh();
  EXPECT_FALSE(has("console line 0"));
  EXPECT_TRUE(has("console line 1"));
  print(scene.polite, "c\n");
  print(scene.stubborn, "d\n");
  fresh();
  EXPECT_FALSE(has("console line 2"));
  EXPECT_TRUE(has("console line 3"));
  (void)click("console " + std::to_string(scene.polite));
  fresh();
  for (const char* line : {"console line 0", "console line 1", "console line 2", "console line 3"})
    EXPECT_TRUE(has(line)) << line;
}

TEST_F(ConsolePanel, FollowsTheEndAndTheCursor) {
  for (int i = 0; i < 400; ++i) print(scene.polite, "line " + std::to_string(i) + "\n");
  fresh();
  EXPECT_TRUE(has("console line 399"));
  EXPECT_FALSE(has("console line 3"));
  for (int i = 400; i < 500; ++i) print(scene.polite, "line " + std::to_string(i) + "\n");
  fresh();
  EXPECT_TRUE(has("console line 499"));
  cursor = history.size() - 495;
  fresh();
  EXPECT_TRUE(has("console line 4"));
  EXPECT_FALSE(has("console line 499"));
}

TEST_F(ConsolePanel, CopiesWhatIsShownUpToTheMoment) {
  static std::string clipboard;
  ImGui::GetIO().SetClipboardTextFn = [](void*, const char* text) { clipboard = text; };
  print(scene.polite, "first \x1b[31m\n");
  print(scene.stubborn, "second\n");
  const auto until = history.size();
  print(scene.polite, "third\n");
  cursor = until;
  fresh();
  (void)click("console copy");
  EXPECT_NE(clipboard.find("first"), std::string::npos);
  EXPECT_NE(clipboard.find("second"), std::string::npos);
  EXPECT_EQ(clipboard.find("third"), std::string::npos);
  EXPECT_EQ(clipboard.find('\x1b'), std::string::npos);
}

TEST_F(ConsolePanel, HundredsOfThousandsOfLinesCostWhatIsInSight) {
  for (int i = 0; i < 20'000; ++i) print(std::uint32_t(1 + i % 4), "\na\nb\nc\nd\ne\nf\ng\n");
  for (int i = 0; i < 3; ++i) draw();
  EXPECT_EQ(shell.ui.console.lines.size(), 160'000u);
  EXPECT_LT(vertices(), 60'000);
}

TEST_F(ConsolePanel, ACrashIsALineABarAndAMarkInTimeAndEachLeadsThere) {
  print(scene.polite, "before\n");
  crash(scene.polite);
  const auto event = history.size();
  print(scene.stubborn, "after\n");
  fresh();
  for (const std::string& mark :
       {std::string("console line 1"), std::string("incident"), "time incident " + std::to_string(event)}) {
    shell.ui.incidents = {};
    shell.ui.shell.panel = views::panel_named("console");
    while (views::regions_in_use(shell.ui) > 1) views::close_region(shell.ui, 1);
    fresh();
    ASSERT_TRUE(has(mark)) << mark;
    const auto asked = of<model::DebugIncident>(click(mark));
    ASSERT_EQ(asked.size(), 1u) << mark;
    EXPECT_EQ(asked[0].event, event);
  }
  fresh();
  EXPECT_FALSE(has("incident")) << "gone to, and put away";
  const auto key = of<model::DebugIncident>(press('!'));
  ASSERT_EQ(key.size(), 1u);
  EXPECT_EQ(key[0].event, event);
}

TEST_F(ConsolePanel, TheBarIsPutAwayAndTheMarkStays) {
  crash(scene.polite);
  const auto event = history.size();
  fresh();
  EXPECT_TRUE(click("incident away").empty());
  fresh();
  EXPECT_FALSE(has("incident"));
  EXPECT_TRUE(has("time incident " + std::to_string(event)));
}

// What lies behind an open question is not told before it is reached.
TEST_F(ConsolePanel, AnOpenQuestionIsNotSpoiled) {
  crash(scene.polite);
  const auto event = history.size();
  story.steps.resize(1);
  story.steps[0].ask.emplace();
  story.steps[0].ask->text = "Does it crash?";
  story.steps[0].reached = 1;
  cursor = event - 1;
  fresh();
  EXPECT_FALSE(has("incident"));
  EXPECT_FALSE(has("time incident " + std::to_string(event)));
  cursor = event;
  fresh();
  EXPECT_TRUE(has("incident"));
}

}  // namespace
}  // namespace exo::test
