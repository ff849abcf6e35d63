// What the query box keeps for the user, and whether a view is drawn alone for a picture of it.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "explorer/model/query.hpp"

namespace exo::views {

struct DataUi {
  bool typing = false;     ///< the query box has the keyboard
  std::size_t chosen = 0;  ///< row of the completions that Tab takes
  std::string completed;   ///< text that `completions` are for
  model::Completions completions;
  double counts_top = 0;  ///< first row of the table of counts in sight
  bool only = false;      ///< the panel of the middle alone fills the window
};

}  // namespace exo::views
