// What stands where in the window: up to four panels in the middle, the story at one side, the selected thing at the
// other, time below. A layout is such an arrangement as a line of text, so that it can be chosen by name, saved and
// compared.
#pragma once
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "explorer/views/context.hpp"

namespace exo::views {

inline constexpr int kRegions = 4;

/// The panel shown in a region of the middle; -1: the region is not there. Regions in use come first.
[[nodiscard]] int& region(UiState& ui, int which);
[[nodiscard]] int region(const UiState& ui, int which);
[[nodiscard]] int regions_in_use(const UiState& ui);
/// Shows a panel in one more region; nothing when all are in use.
void add_region(UiState& ui, int panel);
/// Takes a region away; the last one stays.
void close_region(UiState& ui, int which);
/// Puts the panel of one region into another; what stood there takes its place.
void swap_regions(UiState& ui, int a, int b);
/// Shows a panel: where it is already, or else in the first region.
void show_panel(UiState& ui, int panel);
/// In sight, but not in the first region of several.
void show_panel_last(UiState& ui, int panel);

/// "panels=machine,events story=1 side=1 time=1 mirrored=0 stack=auto left=300 ...".
[[nodiscard]] std::string arrangement_text(const UiState& ui);
/// Takes what it understands of such a text; false when that is not a whole arrangement, and then nothing is changed.
bool arrange(UiState& ui, std::string_view text);

struct LayoutRow {
  const char* name;
  const char* tip;
  const char* text;
};
/// The ones that come with the program.
[[nodiscard]] std::span<const LayoutRow> layouts();
/// Arranges the window as a layout says: one of the rows above, or a saved one.
bool choose_layout(UiState& ui, std::string_view name);
/// Keeps the present arrangement under a name.
void save_layout(UiState& ui, std::string_view name);

/// Large letters, strong contrast, and only the story, the machine and time; and back to what was before.
void toggle_projector(UiState& ui);

/// The places of the regions in a box. `unit` is one pixel at scale 1.
struct Places {
  std::array<Box, kRegions> boxes{};
  Box upright{}, level{};  ///< the splitters; empty when there is none
};
[[nodiscard]] Places place_regions(const UiState& ui, Box box, float unit);

}  // namespace exo::views
