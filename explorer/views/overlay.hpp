// A calm ground over the whole window with a card on it: what the sheet of keys, the command palette and the choice of
// lessons stand on.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "explorer/views/context.hpp"

namespace exo::views {

/// Opens a window over everything while it lives; what is drawn goes onto it. A click beside the card is reported.
class Overlay {
 public:
  Overlay(const ViewContext& ctx, const char* name, Box screen, Box card);
  ~Overlay();
  Overlay(const Overlay&) = delete;
  Overlay& operator=(const Overlay&) = delete;
  /// After everything else was drawn: whether the mouse clicked beside the card.
  [[nodiscard]] bool clicked_beside() const;

 private:
  Box card_;
};

/// A line of a menu.
struct MenuRow {
  std::string name, text, keys;  ///< name: its mark
  bool chosen = false, enabled = true;
  bool rule_above = false;
  std::function<void()> run;
};
void open_menu(const char* id);
/// Draws the menu while it is open, with its corner at `at` (to the left of it when `from_right`).
void draw_menu(const ViewContext& ctx, const char* id, ImVec2 at, bool from_right, const std::vector<MenuRow>& rows);

}  // namespace exo::views
