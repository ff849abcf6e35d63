// The command palette: type a few letters, Enter does it. Everything in the table of actions, lessons, environments,
// frames and other objects by number, moments of the run.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "explorer/views/actions.hpp"

namespace exo::views {

struct Offer {
  std::string title, kind, keys;
  std::function<void(const ViewContext&)> run;
  bool enabled = true;
  int score = 0;
};

/// What fits the typed letters, best first; with nothing typed the actions in their order.
[[nodiscard]] std::vector<Offer> offers(const ViewContext& ctx, std::string_view typed);

void open_command_palette(UiState& ui);
void draw_command_palette(const ViewContext& ctx, Box screen);
/// A key while the palette is open; false when it means nothing to it.
bool command_palette_key(const ViewContext& ctx, Chord chord);

}  // namespace exo::views
