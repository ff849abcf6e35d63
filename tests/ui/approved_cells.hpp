// What the approved sheets show: a picture of the window each, with a name.
#pragma once
#include <string>
#include <vector>

#include "explorer/window/window.hpp"
#include "tests/ui/still_session.hpp"

namespace exo::test {

struct Cell {
  std::string name;
  window::ShotOptions options;
};

/// Every panel; and, when the scene is not empty, the whole window arranged for everything and for a projector.
[[nodiscard]] std::vector<Cell> panel_cells(bool layouts);
/// What is laid over the window, over the small scene; `session` gets that scene and a story with its score.
[[nodiscard]] std::vector<Cell> overlay_cells(StillSession& session);
/// The debugger's panels, over the small scene and a made-up picture of where it stands.
[[nodiscard]] std::vector<Cell> debug_cells(StillSession& session);

}  // namespace exo::test
