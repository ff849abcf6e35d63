// Why, terms and the panels of words, with a mouse.
#include <imgui_internal.h>

#include "explorer/model/glossary.hpp"
#include "explorer/views/objects.hpp"
#include "explorer/views/terms.hpp"
#include "tests/ui/ui_fixture.hpp"

namespace exo::test {
namespace {

using Kind = views::Selection::Kind;

class Words : public UiTest {
 protected:
  Words() {
    feed(scene.kernel, history);
    cursor = history.size();
    draw();
    draw();
  }
  /// Presses and releases the right button over a control.
  void ask(const std::string& name) {
    const ImVec2 at = mark(name).centre();
    ImGuiIO& io = ImGui::GetIO();
    io.MousePos = at;
    draw();
    io.MouseDown[1] = true;
    draw();
    io.MouseDown[1] = false;
    draw();
    draw();
  }
  /// Whether a tooltip was drawn in the last frame.
  static bool tooltip_shown() {
    for (const ImGuiWindow* window : ImGui::GetCurrentContext()->Windows)
      if (window->Active && (window->Flags & ImGuiWindowFlags_Tooltip) != 0) return true;
    return false;
  }
  Lesson scene;
};

TEST_F(Words, TheRightButtonAsksWhyAndTheChainIsAClickAway) {
  ask("env " + std::to_string(scene.polite));
  ASSERT_TRUE(shell.ui.why.about.is(Kind::Environment, scene.polite));
  EXPECT_NE(shell.ui.why.answer.sentence.find("polite"), std::string::npos);
  ASSERT_FALSE(shell.ui.why.answer.chain.empty());
  EXPECT_EQ(shell.ui.selection.kind, Kind::None) << "asking does not select";
  const auto seeks = of<model::Seek>(click("why card 0"));
  ASSERT_EQ(seeks.size(), 1u);
  EXPECT_EQ(seeks[0].number, shell.ui.why.answer.chain[0].event);
  EXPECT_TRUE(shell.ui.why.about.is(Kind::Environment, scene.polite)) << "the card stays for the next link";
  press(views::Key::Escape);
  EXPECT_EQ(shell.ui.why.about.kind, Kind::None);
}

TEST_F(Words, TheSelectedPanelAnswersToo) {
  resize(1600, 1100, 1);  // all of it in sight, without scrolling
  draw();
  click("tlb 3");
  draw();
  EXPECT_EQ(of<model::Seek>(click("why 0")).size(), 1u);
}

TEST_F(Words, TheCardStaysOnTheScreen) {
  for (const char* name : {"slice 2", "tlb 15", "lane 2"}) {
    ask(name);
    const views::Box card = mark("why card");
    EXPECT_GE(card.min.x, 0) << name;
    EXPECT_LE(card.max.x, ImGui::GetIO().DisplaySize.x) << name;
    EXPECT_LE(card.max.y, ImGui::GetIO().DisplaySize.y) << name;
    click("why close");
    EXPECT_EQ(shell.ui.why.about.kind, Kind::None);
  }
}

TEST_F(Words, EveryTermThatIsDrawnHasItsEntry) {
  for (const auto& row : views::term_names()) EXPECT_NE(model::glossary_entry(row.term), nullptr) << row.name;
  click("env " + std::to_string(scene.stubborn));
  draw();
  std::size_t terms = 0;
  for (const auto& [name, box] : shell.ui.marks) {
    if (!name.starts_with("term ")) continue;
    ++terms;
    EXPECT_NE(model::glossary_entry(std::string_view(name).substr(5)), nullptr) << name;
  }
  EXPECT_GE(terms, 4u);
}

TEST_F(Words, AWordOfTheStoryIsExplainedAndLookedUp) {
  story.steps.emplace_back().say = "The deadline is over. The kernel takes it, and every capability for it is dead.";
  story.steps[0].reached = 1;
  draw();
  const views::Box word = mark("word deadline");
  EXPECT_LT(word.max.x, mark("middle").min.x) << "in the story";
  shell.ui.words.explained.clear();
  ImGui::GetIO().MousePos = {word.centre().x, word.min.y - 30};
  draw();
  EXPECT_EQ(shell.ui.words.explained, "");
  ImGui::GetIO().MousePos = word.centre();
  draw();
  EXPECT_EQ(shell.ui.words.explained, "deadline");
  EXPECT_TRUE(tooltip_shown());
  click("word capability");
  EXPECT_EQ(shell.ui.shell.panel, views::panel_named("glossary"));
  EXPECT_EQ(shell.ui.words.chosen, "capability");
  draw();
  EXPECT_TRUE(mark("middle").contains(mark("glossary capability").centre())) << "it was scrolled to";
}

TEST_F(Words, AWordInAnEventIsExplainedAndItsRowStillClicked) {
  shell.ui.shell.panel = views::panel_named("events");
  draw();
  const views::Box row = mark("row " + std::to_string(history.size()));
  bool explained = false;
  shell.ui.words.explained.clear();
  for (float x = row.min.x; x < row.max.x && !explained; x += 4) {
    ImGui::GetIO().MousePos = {x, row.centre().y};
    draw();
    explained = !shell.ui.words.explained.empty();
  }
  ASSERT_TRUE(explained) << "the last event speaks of no term";
  cursor = 1;
  EXPECT_EQ(of<model::Seek>(click_at(ImGui::GetIO().MousePos)).size(), 1u);
  EXPECT_EQ(shell.ui.shell.panel, views::panel_named("events"));
}

TEST_F(Words, AWordOfAWhyCardIsExplained) {
  ask("env " + std::to_string(scene.polite));
  const views::Box card = mark("why card");
  std::string inside;
  for (const auto& [name, box] : shell.ui.marks)
    if (name.starts_with("word ") && card.contains(box.centre())) inside = name;
  ASSERT_FALSE(inside.empty());
  shell.ui.words.explained.clear();
  ImGui::GetIO().MousePos = mark(inside).centre();
  draw();
  EXPECT_EQ("word " + shell.ui.words.explained, inside);
}

TEST_F(Words, EveryTabHasItsEntry) {
  for (const views::Panel& panel : views::panels()) {
    ASSERT_NE(model::glossary_entry(panel.term), nullptr) << panel.name;
    shell.ui.shell.panel = views::panel_named(panel.name);  // there is not room for all tabs at once
    draw();
    shell.ui.words.explained.clear();
    ImGui::GetIO().MousePos = mark(std::string("tab ") + panel.name).centre();
    draw();
    EXPECT_EQ(shell.ui.words.explained, model::glossary_entry(panel.term)->term);
  }
}

TEST_F(Words, TheTextSaysTheMoment) {
  shell.ui.shell.panel = views::panel_named("text");
  draw();
  draw();
  EXPECT_NE(shell.ui.words.mirror.find("stubborn"), std::string::npos);
  EXPECT_NE(shell.ui.words.mirror.find("left before it is taken by force"), std::string::npos);
  click("copy text");
  EXPECT_EQ(std::string(ImGui::GetClipboardText()), shell.ui.words.mirror);
  for (cursor = 0; cursor <= history.size(); cursor += 37) draw();
}

TEST_F(Words, TheGlossaryCanBeSearched) {
  shell.ui.shell.panel = views::panel_named("glossary");
  draw();
  EXPECT_EQ(shell.ui.marks.count("glossary TLB"), 1u);
  shell.ui.words.search = "repossession";
  shell.ui.marks.clear();
  draw();
  EXPECT_EQ(shell.ui.marks.count("glossary TLB"), 0u);
  EXPECT_EQ(shell.ui.marks.count("glossary repossession vector"), 1u);
}

}  // namespace
}  // namespace exo::test
