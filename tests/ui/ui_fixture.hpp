// A shell on a Dear ImGui without a window: frames are laid out and drawn into lists, a mouse clicks where a control
// was drawn, and what comes out are the commands.
#pragma once
#include <gtest/gtest.h>
#include <imgui.h>

#include <string>
#include <variant>
#include <vector>

#include "explorer/views/shell.hpp"
#include "tests/ui/scenes.hpp"

namespace exo::test {

class UiTest : public ::testing::Test {
 protected:
  UiTest();
  ~UiTest() override;

  /// Draws one frame at the cursor; returns the commands.
  std::vector<model::Command> draw();
  /// Moves the mouse to the middle of a control (or to a point), presses and releases; the commands of all those
  /// frames.
  std::vector<model::Command> click(const std::string& mark);
  std::vector<model::Command> click_at(ImVec2 at);
  /// With the right button: what opens then has been drawn.
  void right_click(const std::string& mark);
  /// The Enter key, for a field that has the keyboard.
  std::vector<model::Command> enter();
  std::vector<model::Command> press(views::Chord chord);
  void type(const std::string& text);
  [[nodiscard]] views::Box mark(const std::string& name);
  void resize(float width, float height, float scale);
  /// Vertices of the last frame.
  [[nodiscard]] static int vertices();

  model::History history;
  model::Story story;
  views::Shell shell;
  model::EventNumber cursor = 0;
  views::MachineStatus status = views::MachineStatus::Paused;
  std::string status_text = "paused", source = "scenarios/lesson.toml";
  model::SetPace pace;
  bool playing = false;
  std::vector<views::LessonCard> lessons;
  std::string notice;
  const model::Partner* partner = nullptr;
  const model::PartnerChoices* partner_choices = nullptr;
  const model::Saving* saving = nullptr;
  const model::History* shown = nullptr;  ///< instead of `history`
  const debugger::View* debug = nullptr;
  const debugger::ProfileView* profile = nullptr;
  const model::Rebuilding* rebuilding = nullptr;
  const model::OpenedSource* opened = nullptr;
  const model::IncidentReport* incidents = nullptr;

 private:
  void load(float scale);
  views::Fonts fonts_;
  float scale_ = 1;
};

/// The commands of one kind among those given.
template <typename Kind>
std::vector<Kind> of(const std::vector<model::Command>& commands) {
  std::vector<Kind> out;
  for (const auto& command : commands)
    if (const auto* found = std::get_if<Kind>(&command)) out.push_back(*found);
  return out;
}

}  // namespace exo::test
