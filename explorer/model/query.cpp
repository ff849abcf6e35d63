// Judging events by a query that was parsed.
#include "explorer/model/query.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "explorer/model/words.hpp"

namespace exo::model {

/// One event being judged; its sentence is made when a word asks for it first.
struct Query::Subject {
  const Event& event;
  const State& state;
  const NamesNow& names;
  std::optional<std::string> text{};

  const std::string& words() {
    if (!text) {
      text = fmt::format("{} {}", event_name(event.id), sentence(event, state));
      for (char& c : *text)
        if (c >= 'A' && c <= 'Z') c = char(c - 'A' + 'a');
    }
    return *text;
  }
};

bool Query::matches(const Event& event, const State& state, const NamesNow& names) const {
  if (!may_match(std::uint16_t(event.id))) return false;
  if (nodes_.empty()) return true;
  Subject subject{event, state, names};
  return holds(root_, subject);
}

bool Query::holds(std::size_t number, Subject& subject) const {
  const Node& node = nodes_[number];
  switch (node.what) {
    case What::And:
      return holds(node.left, subject) && holds(node.right, subject);
    case What::Or:
      return holds(node.left, subject) || holds(node.right, subject);
    case What::Not:
      return !holds(node.left, subject);
    case What::Word:
      return subject.words().find(node.word) != std::string::npos;
    case What::Test:
      return test(node, subject);
  }
  return false;
}

bool Query::compare_one(const Node& node, const QueryValue& value, const NamesNow& names) {
  if (!node.numeric) {
    if (value.kind == FieldKind::Env) return names.is(std::uint32_t(value.number), node.word);
    return std::ranges::any_of(node.alternatives, [&](const Alternative& one) {
      return one.kind == value.kind && double(one.value) == value.number;
    });
  }
  // Times are shown with two decimals: what is shown can be asked for.
  const bool rounded = value.kind == FieldKind::Ticks || value.kind == FieldKind::Micros;
  switch (node.compare) {
    case Compare::Equal:
    case Compare::NotEqual:
      return std::abs(value.number - node.low) < (rounded ? 0.0051 : 0.5);
    case Compare::Less:
      return value.number < node.low;
    case Compare::LessEqual:
      return value.number <= node.low;
    case Compare::Greater:
      return value.number > node.low;
    case Compare::GreaterEqual:
      return value.number >= node.low;
    case Compare::Within:
      return value.number >= node.low && value.number <= node.high;
  }
  return false;
}

bool Query::test(const Node& node, const Subject& subject) {
  if (node.field.thing == QueryThing::Event || node.field.thing == QueryThing::Category)
    return node.events[set_place(std::uint16_t(subject.event.id))];
  QueryValues values;
  values_of(node.field, subject.event, values);
  const auto used = std::span(values.all).first(values.count);
  const bool any =
      std::ranges::any_of(used, [&](const QueryValue& value) { return compare_one(node, value, subject.names); });
  return node.compare == Compare::NotEqual ? !used.empty() && !any : any;
}

std::string with_test(const Query& query, std::string_view field, std::string_view value) {
  const std::string& before = query.condition();
  const std::string added = fmt::format("{} = {}", field, value);
  if (before.empty()) return added;
  // "or" binds less than "and": only then the old condition needs to be held together.
  bool loose = false;
  for (std::size_t at = before.find("or"); at != std::string::npos; at = before.find("or", at + 1))
    loose = loose || ((at == 0 || before[at - 1] == ' ' || before[at - 1] == ')') &&
                      (at + 2 == before.size() || before[at + 2] == ' ' || before[at + 2] == '('));
  return loose ? fmt::format("({}) and {}", before, added) : fmt::format("{} and {}", before, added);
}

}  // namespace exo::model
