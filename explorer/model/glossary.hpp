// The glossary: every term in exactly three sentences, with where the lecture and the paper speak of it.
#pragma once
#include <array>
#include <span>
#include <string>
#include <string_view>

namespace exo::model {

struct GlossaryEntry {
  std::string_view term;
  std::array<std::string_view, 3> sentences;
  std::string_view slides;                   ///< "23, 29"; empty: none
  std::string_view section;                  ///< of SOSP'95: "3.2"; empty: none
  [[nodiscard]] std::string text() const;    ///< the three sentences
  [[nodiscard]] std::string source() const;  ///< "Lecture, slide 23 · SOSP'95, section 3.2"; empty: neither
};

[[nodiscard]] std::span<const GlossaryEntry> glossary();
/// The entry of a term, whatever the case of its letters, also for its plural; nullptr when there is none.
[[nodiscard]] const GlossaryEntry* glossary_entry(std::string_view term);

}  // namespace exo::model
