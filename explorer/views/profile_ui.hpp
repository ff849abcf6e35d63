// What the Profile panel keeps for the user: how the table is made, which part of the tree fills the picture, and what
// is looked for in both.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "explorer/debugger/profile.hpp"

namespace exo::views {

enum class ProfileBy : std::uint8_t { Environment, Function, Line };
enum class ProfileOrder : std::uint8_t { Instructions, Where, Who };

/// A line of the table.
struct ProfileLine {
  std::uint32_t env = 0;
  bool in_kernel = false;
  std::string name, place;  ///< "decide", "policy.cpp:42"
  std::string function;     ///< as the tree calls it; empty: an environment's
  std::string file;         ///< of the line, or of the function's busiest one
  std::uint32_t line = 0;
  std::uint64_t instructions = 0;
};

struct ProfileUi {
  ProfileBy by = ProfileBy::Function;
  ProfileOrder order = ProfileOrder::Instructions;
  bool upwards = false;               ///< the picture's root is at its bottom: flames
  std::string search;                 ///< typed: what of both is meant
  std::string chosen;                 ///< a function of the table, marked in the picture
  std::uint32_t zoom = 0, focus = 0;  ///< frames of the tree: what fills the width, what the keys are at
  bool keys = false;                  ///< the picture has the arrow keys, until something else is clicked
  bool focus_moved = false;           ///< it is to be scrolled into sight

  // What was made of the profile, and of which choices.
  std::shared_ptr<const debugger::Profile> made_of;
  ProfileBy made_by{};
  ProfileOrder made_order{};
  std::string made_search;
  std::vector<ProfileLine> lines;
  std::vector<bool> found;         ///< by frame: its name is meant
  std::uint64_t found_within = 0;  ///< instructions in those, each counted once
};

}  // namespace exo::views
