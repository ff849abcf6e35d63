#include "explorer/model/term_finder.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string>

namespace exo::model {
namespace {

constexpr OtherName kOther[] = {{"binding", "secure binding"},
                                {"software TLB", "STLB"},
                                {"miss", "TLB miss"},
                                {"guaranteed", "guaranteed minimum"},
                                {"guaranteed frame", "guaranteed minimum"},
                                {"end of the slice", "slice end"},
                                {"forfeited", "forfeited slice"},
                                {"transfer", "protected control transfer"},
                                {"control transfer", "protected control transfer"},
                                {"revocation", "visible revocation"},
                                {"request for a frame", "revocation request"},
                                {"abort", "abort protocol"},
                                {"aborted", "abort protocol"},
                                {"taken by force", "abort protocol"},
                                {"by force", "abort protocol"},
                                {"authorised", "authorisation"},
                                {"memory authority", "authority"},
                                {"filter", "packet filter"},
                                {"handler for packets", "ASH"},
                                {"verified", "verifier"},
                                {"program in the kernel", "downloaded code"},
                                {"derived", "derived capability"},
                                {"ASID", "address-space identifier"},
                                {"library operating system", "library OS"},
                                {"kernel's own tables", "exposed information"}};

// Words of every second sentence: explained when asked, but not underlined.
constexpr std::array<std::string_view, 5> kPlain{"machine", "event", "story", "glossary", "comparison"};

struct Name {
  std::string letters;  ///< in lower case
  const GlossaryEntry* entry;
};

char lower(char c) { return c >= 'A' && c <= 'Z' ? char(c + ('a' - 'A')) : c; }

bool in_word(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; }

std::string lowered(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), lower);
  return out;
}

std::vector<std::string> plurals(const std::string& name) {
  std::vector<std::string> out{name + "s"};
  if (name.back() == 's') out.push_back(name + "es");
  if (name.back() == 'y') out.push_back(name.substr(0, name.size() - 1) + "ies");
  return out;
}

/// Every name under its first letter, the longest first.
using Names = std::map<char, std::vector<Name>>;

Names make_names() {
  Names out;
  const auto add = [&](std::string_view name, const GlossaryEntry* entry) {
    const std::string letters = lowered(name);
    auto& row = out[letters.front()];
    row.push_back({letters, entry});
    for (std::string& more : plurals(letters)) row.push_back({std::move(more), entry});
  };
  for (const GlossaryEntry& entry : glossary()) add(entry.term, &entry);
  for (const OtherName& other : kOther)
    if (const GlossaryEntry* entry = glossary_entry(other.term)) add(other.name, entry);
  for (auto& [letter, row] : out)
    std::ranges::stable_sort(row, [](const Name& a, const Name& b) { return a.letters.size() > b.letters.size(); });
  return out;
}

const Name* longest_at(const Names& names, std::string_view text, std::size_t at) {
  const auto row = names.find(text[at]);
  if (row == names.end()) return nullptr;
  for (const Name& name : row->second)
    if (text.substr(at).starts_with(name.letters) &&
        (at + name.letters.size() == text.size() || !in_word(text[at + name.letters.size()])))
      return &name;
  return nullptr;
}

}  // namespace

std::span<const OtherName> other_names() { return kOther; }

std::vector<FoundTerm> terms_in(std::string_view text) {
  static const Names names = make_names();
  const std::string letters = lowered(text);
  std::vector<FoundTerm> out;
  for (std::size_t at = 0; at < letters.size();) {
    const bool starts = at == 0 || !in_word(letters[at - 1]);
    const Name* name = starts ? longest_at(names, letters, at) : nullptr;
    if (name == nullptr) {
      ++at;
      continue;
    }
    const bool again = std::ranges::find(out, name->entry, &FoundTerm::entry) != out.end();
    const bool plain = again || std::ranges::find(kPlain, name->entry->term) != kPlain.end();
    out.push_back({std::uint32_t(at), std::uint32_t(at + name->letters.size()), name->entry, plain});
    at += name->letters.size();
  }
  return out;
}

}  // namespace exo::model
