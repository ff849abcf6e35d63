// What the Downloads panel keeps for the user: the filter being typed, what is looked at, and what was read from the
// trace for the picture before, so that it is not read again.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "explorer/model/event.hpp"

namespace exo::views {

struct ProgramShown;  // downloads_parts.hpp
struct TreeShown;

struct DownloadsUi {
  std::string expression;         ///< being typed
  std::uint32_t env = 0;          ///< for whom; 0: follows the selection
  int order = 1;                  ///< place among the filters
  std::string compiled;           ///< expression that `text` and `error` are of
  std::string error;              ///< what is wrong with it; empty: nothing
  std::vector<std::string> text;  ///< its instructions
  bool draft = false;             ///< these are shown in the middle, not a download
  std::shared_ptr<ProgramShown> program;
  std::shared_ptr<TreeShown> tree;
};

}  // namespace exo::views
