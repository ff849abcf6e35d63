// Why, terms and the panels of words, with a mouse.
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
