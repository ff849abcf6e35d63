// What a lesson may ask of the machine, in words: "owner(frame 5) == polite", "count(event Bound holder = saver) > 3",
// "done(request 1) - deadline(request 1) <= 20". Answers, choices, expectations and {braces} in sentences are all this.
//
// An expression is checked when it is read (names, fields, kinds of value), so that evaluating one cannot fail: what
// has not happened is the value `never`, which equals only itself and compares false.
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "explorer/model/history.hpp"
#include "explorer/scenario/pattern.hpp"

namespace exo::scenario {

/// Kind of a value. Env, Outcome and Condition are words, told apart so that comparing two kinds is found when reading.
enum class Type : std::uint8_t { Nothing, Number, Truth, Env, Outcome, Condition };

struct Value {
  Type type = Type::Nothing;
  double number = 0;  ///< Number; Truth: 0 or 1
  std::string word;   ///< Env, Outcome, Condition
};

/// "never", "50", "312.4", "yes", "aborted": as a sentence or an answer shows it.
[[nodiscard]] std::string text_of(const Value& value);

/// What was seen of one pattern so far.
struct Tally {
  std::uint64_t count = 0;
  model::Event first{}, last{};
};

/// The moment an expression is evaluated at: the state after an event and what had been seen until then.
struct Facts {
  const model::State& state;
  std::span<const Tally> tallies;  ///< of ExpressionContext::patterns
  const EnvNames& names;
  std::uint64_t audits = 0, differences = 0, checked = 0;
  std::uint64_t broken_invariants = 0;
};

/// What is wrong with an expression, and how to mend it: "there is no function 'ownr'; functions are ...".
class ExpressionError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct ExpressionContext {
  const EnvNames& names;
  std::vector<EventPattern>& patterns;  ///< every pattern that an expression counts is appended, once
  std::string_view file{};              ///< for messages
};

struct Node;

class Expression {
 public:
  /// Throws ExpressionError.
  Expression(std::string_view text, ExpressionContext& context);

  [[nodiscard]] Value evaluate(const Facts& facts) const;
  [[nodiscard]] Type type() const;
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::shared_ptr<const Node> root_;
};

/// Reads "NAME field = value, field > value" into a pattern. Throws ExpressionError.
[[nodiscard]] FieldTest field_test(abi::Event event, std::string_view field, Comparison comparison,
                                   std::string_view word, const EnvNames& names);
[[nodiscard]] FieldTest field_test(abi::Event event, std::string_view field, Comparison comparison,
                                   std::int64_t number);
[[nodiscard]] abi::Event event_named(std::string_view name);

}  // namespace exo::scenario
