// Reading a query. Every refusal says where it is, what is wrong and what to write instead.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "explorer/model/query.hpp"
#include "explorer/model/query_tokens.hpp"

namespace exo::model {

namespace {

constexpr std::size_t kDeepest = 64;  ///< brackets and "not" within each other
constexpr std::size_t kLongest = 4096;

std::string first_words(const std::vector<std::string>& words, std::size_t most = 12) {
  std::string text;
  for (std::size_t i = 0; i < words.size() && i < most; ++i) text += fmt::format("{}{}", i == 0 ? "" : ", ", words[i]);
  return words.size() > most ? text + " and others" : text;
}

std::vector<std::string> names_of_fields() {
  std::vector<std::string> names;
  for (const auto& field : query_fields()) names.push_back(field.name);
  return names;
}

struct Number {
  double value = 0;
  bool time = false;
};

/// "37", "0x10010", "1.2ms"; empty when it is a word.
std::optional<Number> number_of(std::string_view text) {
  if (text.empty() || text[0] < '0' || text[0] > '9') return {};
  const char* const end = text.data() + text.size();
  if (text.starts_with("0x") || text.starts_with("0X")) {
    std::uint64_t value = 0;
    const auto [at, error] = std::from_chars(text.data() + 2, end, value, 16);
    if (error != std::errc() || at != end) return {};
    return Number{double(value), false};
  }
  double value = 0;
  const auto [at, error] = std::from_chars(text.data(), end, value, std::chars_format::fixed);
  if (error != std::errc()) return {};
  const std::string_view unit(at, std::size_t(end - at));
  if (unit.empty()) return Number{value, false};
  if (unit == "us" || unit == "\u00b5s" || unit == "\u03bcs") return Number{value, true};
  if (unit == "ns") return Number{value / 1e3, true};
  if (unit == "ms") return Number{value * 1e3, true};
  if (unit == "s") return Number{value * 1e6, true};
  return {};
}

}  // namespace

class QueryParser {
 public:
  QueryParser(std::string_view text, Query& query) : text_(text), tokens_(query_tokens(text)), query_(query) {}

  void run() {
    if (text_.size() > kLongest)
      throw QueryError{kLongest, 1, "the query is too long", fmt::format("write at most {} characters", kLongest)};
    if (!is_end() && !is_count_by()) query_.root_ = any();
    query_.condition_ = std::string(text_.substr(0, here().at));
    while (query_.condition_.ends_with(' ')) query_.condition_.pop_back();
    if (is_count_by()) count_by();
    if (!is_end()) {
      if (here().text == ")") refuse(here(), "this bracket was never opened", "leave it out, or open one before");
      refuse(here(), fmt::format("'{}' can't stand here", here().text), "join conditions with 'and' or 'or'");
    }
    if (query_.nodes_.empty()) return;
    query_.may_match_ = query_.nodes_[query_.root_].may_hold;
    if (query_.may_match_.none())
      throw QueryError{0, text_.size(), "no event can match: none has all that is asked for at once",
                       "leave a condition out, or join them with 'or'"};
  }

 private:
  using Node = Query::Node;
  using What = Query::What;
  using Compare = Query::Compare;

  std::string_view text_;
  std::vector<QueryToken> tokens_;
  std::size_t next_ = 0, depth_ = 0;
  Query& query_;

  [[nodiscard]] const QueryToken& here(std::size_t ahead = 0) const {
    return tokens_[std::min(next_ + ahead, tokens_.size() - 1)];
  }
  [[nodiscard]] bool is_end() const { return here().kind == QueryToken::Kind::End; }
  [[nodiscard]] bool is_word(std::string_view word, std::size_t ahead = 0) const {
    return here(ahead).kind == QueryToken::Kind::Word && here(ahead).text == word;
  }
  [[nodiscard]] bool is_sign(std::string_view sign, std::size_t ahead = 0) const {
    return here(ahead).kind == QueryToken::Kind::Sign && here(ahead).text == sign;
  }
  [[nodiscard]] bool is_count_by() const { return is_word("count") && is_word("by", 1); }
  [[nodiscard]] bool is_comparison(std::size_t ahead) const {
    return here(ahead).kind == QueryToken::Kind::Sign && here(ahead).text != "(" && here(ahead).text != ")" &&
           here(ahead).text != "..";
  }
  [[nodiscard]] bool is_range() const { return is_word("in", 1) && is_sign("..", 3); }

  [[noreturn]] static void refuse(const QueryToken& at, std::string what, std::string remedy) {
    throw QueryError{at.at, std::max<std::size_t>(1, at.length), std::move(what), std::move(remedy)};
  }

  std::size_t add(Node node) {
    query_.nodes_.push_back(std::move(node));
    return query_.nodes_.size() - 1;
  }

  std::size_t join(What what, std::size_t left, std::size_t right) {
    const Node &a = query_.nodes_[left], &b = query_.nodes_[right];
    Node node;
    node.what = what;
    node.left = left;
    node.right = right;
    node.may_hold = what == What::And ? a.may_hold & b.may_hold : a.may_hold | b.may_hold;
    node.may_fail = what == What::And ? a.may_fail | b.may_fail : a.may_fail & b.may_fail;
    return add(std::move(node));
  }

  std::size_t any() {
    std::size_t left = all();
    while (is_word("or")) {
      ++next_;
      left = join(What::Or, left, all());
    }
    return left;
  }

  std::size_t all() {
    std::size_t left = one();
    while (!is_end() && !is_word("or") && !is_sign(")") && !is_count_by()) {
      if (is_word("and")) ++next_;
      left = join(What::And, left, one());
    }
    return left;
  }

  std::size_t one() {
    if (is_end()) {
      const bool after = next_ > 0;
      refuse(
          here(),
          after ? fmt::format("a condition is missing after '{}'", tokens_[next_ - 1].text) : "a condition is missing",
          "add one, like event = RevokeAborted");
    }
    if (++depth_ > kDeepest) refuse(here(), "this is nested too deeply", "take some brackets away");
    std::size_t node = 0;
    if (is_word("not")) {
      ++next_;
      Node inverse;
      inverse.what = What::Not;
      inverse.left = one();
      inverse.may_hold = query_.nodes_[inverse.left].may_fail;
      inverse.may_fail = query_.nodes_[inverse.left].may_hold;
      node = add(std::move(inverse));
    } else if (is_sign("(")) {
      const QueryToken open = here();
      ++next_;
      node = any();
      if (!is_sign(")")) refuse(open, "this bracket is never closed", "add ) after the last condition within it");
      ++next_;
    } else {
      node = test_or_word();
    }
    --depth_;
    return node;
  }

  std::size_t test_or_word() {
    const QueryToken subject = here();
    if (is_comparison(1) || is_range()) return comparison();
    if (subject.kind == QueryToken::Kind::Sign)
      refuse(subject, fmt::format("'{}' needs something to compare before it", subject.text),
             "write FIELD = VALUE, like env = stubborn");
    for (const std::string_view word : {"and", "or"})
      if (is_word(word))
        refuse(subject, fmt::format("a condition is missing before '{}'", word),
               fmt::format("leave it out, or write \"{}\" to search for the word", word));
    ++next_;
    Node node;
    node.what = What::Word;
    node.word = subject.text;
    for (char& c : node.word)
      if (c >= 'A' && c <= 'Z') c = char(c - 'A' + 'a');
    node.may_hold = node.may_fail = EventSet().set();
    query_.has_words_ = true;
    return add(std::move(node));
  }

  QueryField field() {
    const QueryToken token = here();
    const auto found = token.kind == QueryToken::Kind::Word ? query_field(token.text) : std::nullopt;
    if (!found) {
      const auto names = names_of_fields();
      const std::string near = did_you_mean(token.text, names);
      refuse(token,
             token.text.empty() ? "a field is missing" : fmt::format("there is no field '{}'{}", token.text, near),
             "the fields are " + first_words(names));
    }
    ++next_;
    return *found;
  }

  std::size_t comparison() {
    Node node;
    node.field = field();
    const QueryToken sign = here();
    ++next_;
    if (sign.kind == QueryToken::Kind::Word) {  // in
      const QueryToken first = here();
      node.compare = Compare::Within;
      node.numeric = true;
      node.low = number(node.field).value;
      ++next_;  // ..
      node.high = number(node.field).value;
      if (node.high < node.low)
        refuse(first, "the range ends before it begins", "write the smaller number first, like 5..12");
    } else {
      node.compare = sign.text == "=" || sign.text == "==" ? Compare::Equal
                     : sign.text == "!="                   ? Compare::NotEqual
                     : sign.text == "<"                    ? Compare::Less
                     : sign.text == "<="                   ? Compare::LessEqual
                     : sign.text == ">"                    ? Compare::Greater
                                                           : Compare::GreaterEqual;
      value(node, sign);
    }
    node.may_hold = events_with(node.field);
    node.may_fail.set();
    if (node.field.thing == QueryThing::Event || node.field.thing == QueryThing::Category) {
      node.may_hold = node.events;
      node.may_fail = ~node.events;
    }
    return add(std::move(node));
  }

  Number number(const QueryField& field) {
    const QueryToken token = here();
    const auto found = token.kind == QueryToken::Kind::Word ? number_of(token.text) : std::nullopt;
    if (!found)
      refuse(token, token.text.empty() ? "a number is missing" : fmt::format("'{}' is no number", token.text),
             field.thing == QueryThing::Time ? "write a time, like 1200us or 1.2ms" : "write 37 or 0x10010");
    bool times = field.thing == QueryThing::Time;
    for (const FieldKind kind : kinds_of(field)) times = times || is_time(kind, field.name);
    if (found->time && !times) refuse(token, fmt::format("'{}' is no time", field.name), "leave the unit out");
    ++next_;
    return *found;
  }

  void value(Node& node, const QueryToken& sign) {
    const QueryToken token = here();
    const bool order = node.compare != Compare::Equal && node.compare != Compare::NotEqual;
    if (token.kind == QueryToken::Kind::End || token.kind == QueryToken::Kind::Sign)
      refuse(token, fmt::format("a value is missing after '{}'", sign.text),
             fmt::format("write what {} is compared with", node.field.name));
    if (node.field.thing == QueryThing::Event || node.field.thing == QueryThing::Category) {
      if (order) refuse(sign, fmt::format("{} has no order", node.field.name), "compare with = or !=");
      node.field.thing == QueryThing::Event ? name_of_event(node, token) : name_of_category(node, token);
      if (node.compare == Compare::NotEqual) node.events.flip();
      ++next_;
      return;
    }
    const bool quoted = token.kind == QueryToken::Kind::Quoted;
    if (const auto found = quoted ? std::nullopt : number_of(token.text); found || order) {
      node.numeric = true;
      node.low = number(node.field).value;
      return;
    }
    word(node, token);
    ++next_;
  }

  static void name_of_event(Node& node, const QueryToken& token) {
    const bool several = token.text.ends_with('*');
    const std::string wanted = lower(several ? token.text.substr(0, token.text.size() - 1) : token.text);
    for (std::size_t id = 0; id < kEventTable.size(); ++id) {
      const std::string name = lower(kEventTable[id].name);
      if (kEventTable[id].known() && (several ? name.starts_with(wanted) : name == wanted)) node.events.set(id);
    }
    if (node.events.none())
      refuse(token, fmt::format("there is no event '{}'{}", token.text, did_you_mean(token.text, event_names())),
             "events are named like RevokeAborted; Revoke* stands for all that begin so");
  }

  static void name_of_category(Node& node, const QueryToken& token) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < kCategories; ++i) names.emplace_back(category_name(Category(i)));
    const auto found = std::ranges::find(names, token.text);
    if (found == names.end())
      refuse(token, fmt::format("there is no category '{}'{}", token.text, did_you_mean(token.text, names)),
             "the categories are " + first_words(names, 20));
    for (std::size_t id = 0; id < kEventTable.size(); ++id)
      if (kEventTable[id].known() && kEventTable[id].category == Category(found - names.begin())) node.events.set(id);
  }

  void word(Node& node, const QueryToken& token) {
    std::vector<std::string> known;
    bool env = false;
    node.word = token.text;
    for (const FieldKind kind : kinds_of(node.field)) {
      env = env || kind == FieldKind::Env;
      if (kind == FieldKind::Env) continue;
      if (const auto value = value_of_word(kind, token.text, {})) node.alternatives.push_back({kind, *value});
      for (auto& word : plain_words_of(kind)) known.push_back(std::move(word));
    }
    if (env) query_.names_.push_back(node.word);
    if (env || !node.alternatives.empty()) return;
    refuse(token, fmt::format("'{}' is no value of {}{}", token.text, node.field.name, did_you_mean(token.text, known)),
           known.empty() ? "write a number, like 37 or 0x10010" : "its words are " + first_words(known, 20));
  }

  void count_by() {
    const QueryToken count = here();
    next_ += 2;
    const QueryToken token = here();
    const QueryField by = field();
    if (by.thing == QueryThing::Number || by.thing == QueryThing::Time)
      refuse(token, fmt::format("every event has its own {}", by.name), "count by event, env, frame or another field");
    query_.count_by_ = by;
    if (!is_end() && !is_sign(")"))
      refuse(here(), "'count by' is the end of a query", fmt::format("put '{}' before '{}'", here().text, count.text));
  }

  static std::string lower(std::string_view text) {
    std::string small(text);
    for (char& c : small)
      if (c >= 'A' && c <= 'Z') c = char(c - 'A' + 'a');
    return small;
  }
};

Query::Query(std::string_view text) { QueryParser(text, *this).run(); }

}  // namespace exo::model
