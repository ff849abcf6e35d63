// What the debugger's panels keep for the user: what is typed, unfolded and chosen, and how far the text is scrolled.
#pragma once
#include <imgui.h>

#include <cstdint>
#include <set>
#include <string>

#include "explorer/model/debug_command.hpp"

namespace exo::views {

struct DebugUi {
  // Source
  std::string file;        ///< whose text was drawn last
  std::uint32_t line = 0;  ///< chosen in it; 0: none
  bool code = false;       ///< instructions stand between the lines
  std::uint64_t seen = 0;  ///< the stop that was scrolled to
  std::uint32_t seen_frame = 0;
  std::uint32_t menu_line = 0;     ///< what the menu of a line is about
  std::uint32_t menu_address = 0;  ///< or, when that is 0, the instruction
  ImVec2 menu_at{};
  bool open_menu = false;
  std::string condition;  ///< being typed for a stop at `menu_line`
  // Variables
  std::string chosen;              ///< expression
  std::set<std::string> unfolded;  ///< by expression
  std::string menu_value;          ///< what the menu of a value is about
  std::string watch;               ///< being typed
  // Memory
  std::string address = "$sp";
  bool physical = false;
  // Stops
  std::string where, only_when, passes;
  int passing = 0;           ///< the stop whose number of passes is being typed; 0: none
  std::string passes_typed;  ///< for it
  std::uint32_t where_env = model::DebugBreak::kEverywhere;
};

}  // namespace exo::views
