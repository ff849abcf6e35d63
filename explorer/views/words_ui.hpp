// What the user has chosen in the panels of words: what is looked for in the glossary, and the text as it was last.
#pragma once
#include <cstdint>
#include <string>

#include "explorer/views/term_cache.hpp"

namespace exo::views {

struct WordsUi {
  std::string search;     ///< in the glossary
  std::string open;       ///< term to scroll to, once
  std::string chosen;     ///< the one that was looked up last: it stands out in the list
  std::string explained;  ///< the one whose entry was under the mouse last
  TermCache terms;
  std::string mirror;  ///< the text at event `mirror_at`
  std::uint64_t mirror_at = ~std::uint64_t{0}, mirror_of = 0;
  int mirror_step = -2;
};

}  // namespace exo::views
