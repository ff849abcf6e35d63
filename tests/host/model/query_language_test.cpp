// Queries: what they find, what they refuse and where, what they offer while being typed, and what they count.
#include <fmt/format.h>

#include <algorithm>

#include "explorer/model/filter.hpp"
#include "explorer/model/query.hpp"
#include "explorer/model/words.hpp"
#include "tests/host/model/support.hpp"

namespace exo::test {
namespace {

using abi::Event;
using model::EventNumber;
using model::Query;
using model::QueryError;

class QueryLanguage : public ::testing::Test {
 protected:
  void SetUp() override {
    kernel_.boot();
    while (kernel_.trace.size() < 5'000) kernel_.random_move();
    history_.append(kernel_.trace);
  }
  std::vector<EventNumber> found(const std::string& text) {
    model::FilterIndex index;
    index.set({.text = text, .categories = ~0u, .env = {}, .id = {}});
    EXPECT_FALSE(index.error()) << text << ": " << (index.error() ? index.error()->what : "");
    while (!index.scan(history_, 500)) {
    }
    std::vector<EventNumber> numbers;
    for (std::size_t i = 0; i < index.size(); ++i) numbers.push_back(index.at(i));
    return numbers;
  }
  /// By looking at every event, without any of the index's short cuts.
  template <typename Holds>
  std::vector<EventNumber> all(Holds holds) {
    std::vector<EventNumber> numbers;
    for (EventNumber n = 1; n <= history_.size(); ++n)
      if (holds(history_.event(n))) numbers.push_back(n);
    return numbers;
  }
  MiniKernel kernel_{17};
  model::History history_;
};

bool names(const model::Event& event, std::uint32_t env) {
  bool any = event.env == env;
  for (std::size_t i = 0; i < 4; ++i)
    any = any || (model::row_of(event.id).kinds[i] == model::FieldKind::Env && event.args[i] == env);
  return any;
}

TEST_F(QueryLanguage, FindsByFieldsRangesAndWords) {
  EXPECT_EQ(found("event = FrameFreed"), all([](const auto& e) { return e.id == Event::FrameFreed; }));
  EXPECT_EQ(found("event = frame*"), all([](const auto& e) { return model::event_name(e.id).starts_with("Frame"); }));
  EXPECT_EQ(found("env = 2"), all([](const auto& e) { return names(e, 2); }));
  EXPECT_EQ(found("actor = 2"), all([](const auto& e) { return e.env == 2; }));
  EXPECT_EQ(found("number in 100..200").size(), 101u);
  EXPECT_EQ(found("category = binding"),
            all([](const auto& e) { return model::row_of(e.id).category == model::Category::binding; }));
  EXPECT_EQ(found("not category = binding").size() + found("category = binding").size(), history_.size());
  EXPECT_EQ(found("event = FrameFreed or event = FrameAllocated and env = 3"), all([](const auto& e) {
              return e.id == Event::FrameFreed || (e.id == Event::FrameAllocated && names(e, 3));
            }));
  EXPECT_EQ(found("(event = FrameFreed or event = FrameAllocated) env = 3"), all([](const auto& e) {
              return (e.id == Event::FrameFreed || e.id == Event::FrameAllocated) && names(e, 3);
            }));
  const double middle = model::micros(history_.ticks(2500));
  EXPECT_EQ(found(fmt::format("time < {}us", middle)),
            all([&](const auto& e) { return model::micros(e.ticks) < middle; }));
  EXPECT_EQ(found(fmt::format("time >= {}ms", middle / 1000)).size() +
                found(fmt::format("time < {}ms", middle / 1000)).size(),
            history_.size());
  EXPECT_EQ(found("TOOK frame"), all([&](const auto& e) {
              return model::sentence(e, history_.newest()).find("took frame") != std::string::npos;
            }));
  EXPECT_EQ(found("\"took frame\""), found("took frame"));
}

TEST_F(QueryLanguage, AThingIsFoundWhateverTheArgumentIsCalled) {
  const auto asked = all([](const auto& e) { return e.id == Event::RevokeRequested && e.args[2] < abi::kFrameCount; });
  ASSERT_FALSE(asked.empty());
  const auto frame = history_.event(asked.front()).args[2];
  const auto numbers = found(fmt::format("frame = {}", frame));
  EXPECT_TRUE(std::ranges::binary_search(numbers, asked.front())) << "it stands in `asked` there";
  EXPECT_GT(found(fmt::format("frame in 0..{}", abi::kFrameCount)).size(), numbers.size());
  EXPECT_EQ(found("frame != 5 or frame = 5"), found("frame >= 0")) << "what has no frame is neither";
}

TEST_F(QueryLanguage, RefusesWithPlaceAndRemedy) {
  struct Case {
    std::string_view text;
    std::size_t position;
    std::string_view what, remedy;
  };
  constexpr Case kCases[] = {
      {"frmae = 5", 0, "no field 'frmae' (did you mean 'frame'?)", "the fields are"},
      {"event = RevokeAbort", 8, "no event 'RevokeAbort'", "Revoke*"},
      {"event = Boot and", 16, "missing after 'and'", "add one"},
      {"or env = 2", 0, "missing before 'or'", "search for the word"},
      {"(env = 2", 0, "never closed", "add )"},
      {"env = 2)", 7, "never opened", "leave it out"},
      {"env =", 5, "a value is missing", "env is compared"},
      {"= 5", 0, "something to compare before", "FIELD = VALUE"},
      {"frame in 12..5", 9, "ends before it begins", "smaller number first"},
      {"frame < five", 8, "'five' is no number", "37"},
      {"frame = 5us", 8, "'frame' is no time", "unit"},
      {"category = tbl", 11, "did you mean 'tlb'", "binding"},
      {"status = Nonsense", 9, "no value of status", "its words are"},
      {"count by", 8, "a field is missing", "the fields are"},
      {"count by time", 9, "its own time", "event, env"},
      {"count by env and frame = 5", 13, "is the end", "before 'count'"},
      {"event = Boot and request = 3", 0, "no event can match", "leave a condition out"},
      {"event < Boot", 6, "no order", "="},
  };
  for (const Case& one : kCases) try {
      (void)Query(one.text);
      ADD_FAILURE() << one.text << " was taken";
    } catch (const QueryError& error) {
      EXPECT_EQ(error.position, one.position) << one.text << ": " << error.what;
      EXPECT_NE(error.what.find(one.what), std::string::npos) << one.text << ": " << error.what;
      EXPECT_NE(error.remedy.find(one.remedy), std::string::npos) << one.text << ": " << error.remedy;
    }
}

TEST_F(QueryLanguage, AnErrorLeavesTheQueryBeforeInForce) {
  model::FilterIndex index;
  index.set({.text = "event = FrameFreed", .categories = ~0u, .env = {}, .id = {}});
  while (!index.scan(history_)) {
  }
  const auto rows = index.size();
  index.set({.text = "event = FrameFreed and (", .categories = ~0u, .env = {}, .id = {}});
  ASSERT_TRUE(index.error());
  EXPECT_TRUE(index.scan(history_));
  EXPECT_EQ(index.size(), rows);
}

TEST_F(QueryLanguage, CountsByField) {
  for (const std::string by : {"event", "env", "frame", "category", "page", "reason", "pc"}) {
    model::FilterIndex index;
    index.set({.text = "number <= 4000 count by " + by, .categories = ~0u, .env = {}, .id = {}});
    ASSERT_FALSE(index.error());
    while (!index.scan(history_, 100)) {
    }
    ASSERT_NE(index.counts(), nullptr);
    const auto& rows = index.counts()->rows();
    ASSERT_FALSE(rows.empty()) << by;
    EXPECT_EQ(index.counts()->events(), 4000u);
    for (std::size_t i = 0; i < std::min<std::size_t>(rows.size(), 5); ++i) {
      // A click on a row finds exactly what the row says.
      const std::string text = model::with_test(index.query(), by, rows[i].value);
      const auto numbers = found(text);
      EXPECT_EQ(numbers.size(), rows[i].count) << text;
      if (!numbers.empty()) {
        EXPECT_EQ(numbers.front(), rows[i].first) << text;
      }
      if (i > 0) {
        EXPECT_GE(rows[i - 1].count, rows[i].count);
      }
    }
  }
}

TEST_F(QueryLanguage, AddsATestToAnyCondition) {
  EXPECT_EQ(model::with_test(Query(""), "frame", "5"), "frame = 5");
  EXPECT_EQ(model::with_test(Query("env = 2 count by frame"), "frame", "5"), "env = 2 and frame = 5");
  EXPECT_EQ(model::with_test(Query("env = 2 or env = 3"), "frame", "5"), "(env = 2 or env = 3) and frame = 5");
}

TEST_F(QueryLanguage, CompletesFieldsAndValues) {
  const auto first = [&](std::string_view text) {
    const auto found = model::complete(text, history_.newest());
    return found.all.empty() ? std::string() : std::string(text.substr(0, found.from)) + found.all.front().text;
  };
  EXPECT_EQ(first("ev"), "event");
  EXPECT_EQ(first("event = RevokeAb"), "event = RevokeAborted");
  EXPECT_EQ(first("event = revokeab"), "event = RevokeAborted");
  EXPECT_EQ(first("not cat"), "not category");
  EXPECT_EQ(first("category = tl"), "category = tlb");
  EXPECT_EQ(first("env = 2 a"), "env = 2 actor");
  EXPECT_EQ(first("count by ev"), "count by event");
  EXPECT_EQ(first("reason = Ab"), "reason = Aborted");
  EXPECT_EQ(first("frame in 5.."), "");
}

TEST_F(QueryLanguage, AnyTextIsAQueryOrIsRefused) {
  std::mt19937 random(5);
  constexpr std::string_view kPieces[] = {
      "env", "=",  "frame",    "(", ")",  "and",     "or", "not",   "in",   "5..", "..",
      "12",  "\"", "count by", "!", "<=", "Revoke*", "0x", "1.2ms", "\xc3", "*",   " "};
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (unsigned n = unsigned(random() % 9); n > 0; --n)
      (text += kPieces[random() % std::size(kPieces)]) += random() % 3 != 0 ? " " : "";
    try {
      const Query query(text);
      (void)query.matches(history_.event(1 + random() % history_.size()), history_.newest(), {});
    } catch (const QueryError& error) {
      EXPECT_LE(error.position, text.size()) << text;
      EXPECT_FALSE(error.remedy.empty());
    }
    (void)model::complete(text, history_.newest());
  }
  EXPECT_THROW(Query(std::string(5000, '(')), QueryError);
  EXPECT_THROW(Query(std::string(300, '(')), QueryError);
}

}  // namespace
}  // namespace exo::test
