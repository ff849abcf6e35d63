// The glossary's words inside a sentence: where they stand, and which entry each of them means.
//
// Invariant: what is found stands in the order of the text, does not overlap, and covers whole words. Where two names
// begin at the same letter the longer one is meant: "packet filter", not "filter".
#pragma once
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "explorer/model/glossary.hpp"

namespace exo::model {

struct FoundTerm {
  std::uint32_t begin = 0, end = 0;  ///< bytes of the text
  const GlossaryEntry* entry = nullptr;
  bool plain = false;  ///< a word that everyone reads without help, or one explained already: not to be underlined
};

/// All of them, whatever the case of their letters, plurals too.
[[nodiscard]] std::vector<FoundTerm> terms_in(std::string_view text);

/// What sentences call a term when they do not use its full name.
struct OtherName {
  std::string_view name, term;
};
[[nodiscard]] std::span<const OtherName> other_names();

}  // namespace exo::model
