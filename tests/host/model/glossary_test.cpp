// The glossary keeps its form: three sentences an entry, a source for the ideas, and every event with a sentence.
#include "explorer/model/glossary.hpp"

#include <gtest/gtest.h>

#include <set>

#include "explorer/model/event_table.hpp"
#include "explorer/model/term_finder.hpp"

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
const std::set<std::string_view> kOwn = {
    "audit",      "invariant", "trace",       "trace ring", "gate",       "story",           "library OS note",
    "machine",    "event",     "text mirror", "glossary",   "comparison", "source debugger", "watch expression",
    "breakpoint", "profile",   "flame graph", "console",    "rebuild"};

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

/// "secure binding=bindings, frame=Frame": what is found, with the words that it is found by.
std::string found(std::string_view text) {
  std::string out;
  for (const model::FoundTerm& term : model::terms_in(text))
    out += (out.empty() ? "" : ", ") + std::string(term.entry->term) + "=" +
           std::string(text.substr(term.begin, term.end - term.begin)) + (term.plain ? "*" : "");
  return out;
}

TEST(TermFinder, WholeWordsTheLongestAndPlurals) {
  EXPECT_EQ(found("Frame 5 is asked for, within its deadline."), "frame=Frame, deadline=deadline");
  EXPECT_EQ(found("A packet filter is no filters' claim"),
            "packet filter=packet filter, packet filter=filters*, claim=claim");
  EXPECT_EQ(found("Both library OSes and their policies: two capabilities."),
            "library OS=library OSes, policy=policies, capability=capabilities");
  EXPECT_EQ(found("The SLICE is over; slice by slice"), "slice=SLICE, slice=slice*, slice=slice*");
  EXPECT_EQ(found("The slice end comes"), "slice end=slice end");
  EXPECT_EQ(found("a pagesize, a subframe, frame_5, framework"), "");
  EXPECT_EQ(found("\u201cTLB\u201d"), "TLB=TLB");
  EXPECT_EQ(found(""), "");
  EXPECT_EQ(found("slice"), "slice=slice");
}

TEST(TermFinder, WordsOfEverySecondSentenceAreNotUnderlined) { EXPECT_EQ(found("the machine"), "machine=machine*"); }

TEST(TermFinder, EveryTermIsFoundByItsNameAndEveryOtherNameMeansATerm) {
  for (const auto& entry : model::glossary()) {
    const auto terms = model::terms_in(entry.term);
    ASSERT_EQ(terms.size(), 1u) << entry.term;
    EXPECT_EQ(terms[0].entry, &entry);
  }
  for (const auto& other : model::other_names()) {
    EXPECT_NE(model::glossary_entry(other.term), nullptr) << other.name;
    EXPECT_EQ(model::glossary_entry(other.name), nullptr) << other.name << " is an entry itself";
  }
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
