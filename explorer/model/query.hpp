// A question about the trace, as it is typed: conditions on fields, ranges, words, and what to count by.
//
//   query     = [condition] ["count by" FIELD]
//   condition = any of "or", "and" (which may be left out), "not", ( )
//   test      = FIELD (= != < <= > >=) VALUE | FIELD in VALUE..VALUE | WORD | "several words"
//
// A word alone must occur in the event's name or sentence. A test on a field that an event doesn't have is not true,
// whatever it compares; `not` makes that true.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "explorer/model/query_fields.hpp"

namespace exo::model {

/// What is wrong with a query, where (bytes of its text), and what to do about it.
struct QueryError {
  std::size_t position = 0, length = 0;
  std::string what, remedy;
  friend bool operator==(const QueryError&, const QueryError&) = default;
};

class Query {
 public:
  Query() = default;
  /// Throws QueryError.
  explicit Query(std::string_view text);

  /// Passes everything and counts nothing.
  [[nodiscard]] bool empty() const { return nodes_.empty() && !count_by_; }
  [[nodiscard]] bool passes_everything() const { return nodes_.empty(); }
  /// Whether an event of this number may match: a test of one bit, before anything is decoded.
  [[nodiscard]] bool may_match(std::uint16_t id) const { return may_match_[set_place(id)]; }
  /// `state` words the sentence, when there are words; `names` are those of environments then.
  [[nodiscard]] bool matches(const Event& event, const State& state, const NamesNow& names) const;

  [[nodiscard]] const std::optional<QueryField>& count_by() const { return count_by_; }
  /// The condition as it was typed, without "count by".
  [[nodiscard]] const std::string& condition() const { return condition_; }
  /// Needs the sentence of every event that may match.
  [[nodiscard]] bool has_words() const { return has_words_; }
  /// Names of environments that the query compares with: for a hint when there is none of that name.
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }

 private:
  friend class QueryParser;
  enum class What : std::uint8_t { And, Or, Not, Test, Word };
  enum class Compare : std::uint8_t { Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual, Within };
  struct Alternative {
    FieldKind kind;
    std::uint32_t value;
  };
  struct Node {
    What what = What::Test;
    std::size_t left = 0, right = 0;  ///< nodes
    QueryField field{};
    Compare compare = Compare::Equal;
    bool numeric = false;
    double low = 0, high = 0;               ///< a number, or the ends of a range
    std::string word;                       ///< in lower case: to be found; of an Env: its name
    std::vector<Alternative> alternatives;  ///< what the word stands for, by kind
    EventSet events{};                      ///< Event, Category: exactly these
    EventSet may_hold{}, may_fail{};
  };

  std::vector<Node> nodes_;
  std::size_t root_ = 0;
  EventSet may_match_ = EventSet().set();
  std::optional<QueryField> count_by_;
  std::string condition_;
  bool has_words_ = false;
  std::vector<std::string> names_;

  struct Subject;
  [[nodiscard]] bool holds(std::size_t node, Subject& subject) const;
  [[nodiscard]] static bool compare_one(const Node& node, const QueryValue& value, const NamesNow& names);
  [[nodiscard]] static bool test(const Node& node, const Subject& subject);
};

/// A query with one more test: "(a or b) and frame = 5". Its "count by" is dropped.
[[nodiscard]] std::string with_test(const Query& query, std::string_view field, std::string_view value);

/// What may stand at the end of a text that is being typed.
struct Completion {
  std::string text;  ///< in place of everything from `from` on
  std::string help;
};
struct Completions {
  std::size_t from = 0;
  std::vector<Completion> all;
};
[[nodiscard]] Completions complete(std::string_view text, const State& state);

}  // namespace exo::model
