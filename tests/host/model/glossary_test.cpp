// The glossary keeps its form: three sentences an entry, a source for the ideas, and every event with a sentence.
#include "explorer/model/glossary.hpp"

#include <gtest/gtest.h>

#include <set>

#include "explorer/model/event_table.hpp"

namespace exo::test {
namespace {

TEST(Glossary, EveryEntryHasThreeSentences) {
  std::set<std::string_view> terms;
  for (const auto& entry : model::glossary()) {
    EXPECT_TRUE(terms.insert(entry.term).second) << entry.term;
    for (const std::string_view sentence : entry.sentences) {
      ASSERT_GT(sentence.size(), 20u) << entry.term;
      EXPECT_TRUE(sentence.ends_with('.')) << sentence;
      EXPECT_EQ(sentence.find(". "), std::string_view::npos) << sentence << " is more than one";
    }
  }
  EXPECT_GE(terms.size(), 35u);
}

/// Words of this instrument, which neither the lecture nor the paper has.
const std::set<std::string_view> kOwn = {"audit", "invariant", "trace",          "trace ring",
                                         "gate",  "story",     "library OS note"};

TEST(Glossary, EveryIdeaNamesItsSlideOrSection) {
  for (const auto& entry : model::glossary()) {
    EXPECT_EQ(entry.source().empty(), kOwn.contains(entry.term)) << entry.term;
    for (const char c : entry.slides) EXPECT_TRUE((c >= '0' && c <= '9') || c == ',' || c == ' ') << entry.term;
  }
}

TEST(Glossary, TermsAreFoundAsTheyAreWritten) {
  for (const char* term : {"frame", "Frames", "TLB", "tlb", "SLICES", "Secure binding", "capability"})
    EXPECT_NE(model::glossary_entry(term), nullptr) << term;
  EXPECT_EQ(model::glossary_entry("no such thing"), nullptr);
  EXPECT_EQ(model::glossary_entry(""), nullptr);
}

TEST(EventTable, EveryEventHasASentence) {
  for (const auto& row : model::kEventTable)
    if (row.known()) {
      EXPECT_GT(row.text.size(), 3u) << row.name;
      EXPECT_FALSE(row.text.ends_with('.')) << row.name;
    }
}

}  // namespace
}  // namespace exo::test
