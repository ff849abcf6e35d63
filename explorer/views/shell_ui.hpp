// The user's choices about the window as a whole: colours, what stands where, what is laid over it. They outlive the
// run that is shown.
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <string>

#include "explorer/views/theme.hpp"

namespace exo::views {

/// A lesson that can be opened.
struct LessonCard {
  std::string name, title, goal;
  std::uint32_t minutes = 0;
};

/// How two panels of the middle stand to each other.
enum class Stack { Auto, Beside, Below };

struct ShellUi {
  // Colours and size
  Palette palette = Palette::Dark;
  float scale = 1;  ///< wanted; the window rebuilds the fonts when it changes
  // What stands where: indices into panels() of those in the middle; -1: the region is not there
  int panel = 0, second = -1, third = -1, fourth = -1;
  bool story = true, side = true, time = true;
  bool mirrored = false;  ///< the story at the right, the selected thing at the left
  Stack stack = Stack::Auto;
  float left = 300, right = 290, bottom = 230;  ///< sizes of the splitters' sides, unscaled
  float across = 0.5f, down = 0.56f;            ///< where the middle is divided
  std::string layout = "Step";                  ///< the layout chosen last
  std::map<std::string, std::string> mine;      ///< layouts that were saved, as text
  // Projector
  bool projector = false;
  std::string before;  ///< the layout, as text, and the scale to come back to
  float scale_before = 1;
  bool blank = false, spotlight = false;
  // What is laid over the window
  bool palette_open = false, palette_focus = false;
  std::string typed;
  int offer = 0;  ///< the line of the command palette that Enter takes
  bool lessons_open = false;
  int lesson = 0;  ///< index of the lesson that Enter opens
  bool lesson_moved = false;
  std::string lesson_number;  ///< digits typed so far
  // A panel's tab on its way to another place
  int dragged = -1;  ///< region that it is taken from
};

}  // namespace exo::views
