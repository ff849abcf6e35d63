// glossary.def as a table, and finding a term in it as it is written in a panel.
#include "explorer/model/glossary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace exo::model {

namespace {

constexpr GlossaryEntry kEntries[] = {
#define TERM(term, first, second, third, slides, section) {term, {first, second, third}, slides, section},
#include "explorer/model/glossary.def"
#undef TERM
};

bool same_letters(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

}  // namespace

std::string GlossaryEntry::text() const { return fmt::format("{} {} {}", sentences[0], sentences[1], sentences[2]); }

std::string GlossaryEntry::source() const {
  std::string out;
  if (!slides.empty())
    out = fmt::format("Lecture, slide{} {}", slides.find(',') == std::string_view::npos ? "" : "s", slides);
  if (!section.empty()) out += fmt::format("{}SOSP'95, section {}", out.empty() ? "" : " \u00b7 ", section);
  return out;
}

std::span<const GlossaryEntry> glossary() { return kEntries; }

const GlossaryEntry* glossary_entry(std::string_view term) {
  for (const GlossaryEntry& entry : kEntries)
    if (same_letters(entry.term, term)) return &entry;
  if (term.size() > 1 && (term.back() == 's' || term.back() == 'S')) {
    for (const GlossaryEntry& entry : kEntries)
      if (same_letters(entry.term, term.substr(0, term.size() - 1))) return &entry;
  }
  return nullptr;
}

}  // namespace exo::model
