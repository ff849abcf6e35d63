// The typefaces: Inter for words, JetBrains Mono for numbers, found through fontconfig; without them Dear ImGui's own.
// All sizes follow one scale, so that a projector gets sharp letters and not enlarged ones.
#pragma once
#include "explorer/views/context.hpp"

namespace exo::window {

/// Files found on this computer; empty where nothing suitable is installed.
struct FontFiles {
  std::string regular, medium, bold, mono;
};
[[nodiscard]] FontFiles find_fonts();

/// Fills Dear ImGui's atlas anew for a scale (1 to 4). The renderer's texture has to be made again afterwards.
[[nodiscard]] views::Fonts load_fonts(const FontFiles& files, float scale);

}  // namespace exo::window
