// The user's choices that outlive the window, as the text of a small TOML file. Pure: files are the window's affair.
#pragma once
#include <string>
#include <string_view>

#include "explorer/views/context.hpp"

namespace exo::views {

struct Preferences {
  float scale = 0;            ///< 0: as the display asks for
  int width = 0, height = 0;  ///< of the window; 0: most of the display
  std::string lesson;         ///< the one opened last
};

[[nodiscard]] std::string preferences_text(const UiState& ui, const Preferences& preferences);
/// Takes over what the text says. Returns what is wrong with it in words, and changes nothing then; empty when all is
/// well. Names that are not known are left alone: a later version may have written them.
[[nodiscard]] std::string read_preferences(std::string_view text, UiState& ui, Preferences& preferences);

}  // namespace exo::views
