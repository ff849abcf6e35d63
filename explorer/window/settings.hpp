// The settings' file: where the platform wants it, written in one piece, and never in the way. Whatever is wrong with
// it is one line of words; the program works without.
#pragma once
#include <string>

#include "explorer/views/preferences.hpp"

namespace exo::window {

/// $XDG_CONFIG_HOME/exoscope/settings.toml, or below ~/.config; empty when there is no home.
[[nodiscard]] std::string settings_path();

/// Reads the file into the user's choices. A damaged one is set aside as "settings.toml.damaged". Returns a line about
/// what went wrong; empty when nothing did (a file that is not there is nothing wrong).
[[nodiscard]] std::string load_settings(const std::string& path, views::UiState& ui, views::Preferences& preferences);

/// Writes the file anew, whole or not at all. Returns a line about what went wrong.
[[nodiscard]] std::string save_settings(const std::string& path, const views::UiState& ui,
                                        const views::Preferences& preferences);

}  // namespace exo::window
