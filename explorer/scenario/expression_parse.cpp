// Reads expressions by recursive descent. Everything is checked here: functions, names, fields, ranges and kinds of
// value.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "explorer/model/words.hpp"
#include "explorer/scenario/expression_tree.hpp"
#include "kernel/abi/memory_layout.hpp"

namespace exo::scenario {
namespace {

constexpr std::size_t kLongest = 2000;  ///< characters
constexpr int kDeepest = 50;            ///< nested parentheses

struct Token {
  enum class Kind : std::uint8_t { End, Word, Number, Quoted, Symbol } kind = Kind::End;
  std::string text;
  double number = 0;
};

bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool digit(char c) { return c >= '0' && c <= '9'; }

std::vector<Token> tokens_of(std::string_view text) {
  if (text.size() > kLongest)
    throw ExpressionError(fmt::format("the expression is longer than {} characters; split it", kLongest));
  std::vector<Token> tokens;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    const std::size_t start = i;
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      ++i;
    } else if (letter(c)) {
      while (i < text.size() && (letter(text[i]) || digit(text[i]))) ++i;
      tokens.push_back({Token::Kind::Word, std::string(text.substr(start, i - start)), 0});
    } else if (digit(c)) {
      while (i < text.size() && (letter(text[i]) || digit(text[i]) || text[i] == '.')) ++i;
      const std::string digits(text.substr(start, i - start));
      char* end = nullptr;
      const double value = std::strtod(digits.c_str(), &end);
      if (*end != 0) throw ExpressionError(fmt::format("'{}' is not a number; write 50, 0x32 or 0.5", digits));
      tokens.push_back({Token::Kind::Number, digits, value});
    } else if (c == '\'') {
      const auto close = text.find('\'', i + 1);
      if (close == std::string_view::npos) throw ExpressionError("a quote is not closed; add ' after the word");
      tokens.push_back({Token::Kind::Quoted, std::string(text.substr(i + 1, close - i - 1)), 0});
      i = close + 1;
    } else {
      const std::string_view two = text.substr(i, 2);
      const bool pair = two == "==" || two == "!=" || two == "<=" || two == ">=";
      if (!pair && std::string_view("()<>=+-*/,").find(c) == std::string_view::npos)
        throw ExpressionError(fmt::format("'{}' means nothing in an expression; remove it", c));
      i += pair ? 2 : 1;
      tokens.push_back({Token::Kind::Symbol, std::string(text.substr(start, i - start)), 0});
    }
  }
  tokens.push_back({Token::Kind::End, "the end", 0});
  return tokens;
}

std::optional<Comparison> comparison_of(std::string_view symbol) {
  if (symbol == "==" || symbol == "=") return Comparison::Equal;
  if (symbol == "!=") return Comparison::NotEqual;
  if (symbol == "<") return Comparison::Less;
  if (symbol == "<=") return Comparison::LessEqual;
  if (symbol == ">") return Comparison::Greater;
  if (symbol == ">=") return Comparison::GreaterEqual;
  return {};
}

std::string_view type_text(Type type) {
  switch (type) {
    case Type::Nothing:
      return "never";
    case Type::Number:
      return "a number";
    case Type::Truth:
      return "yes or no";
    case Type::Env:
      return "an environment";
    case Type::Outcome:
      return "an outcome (returned, aborted, pending, ended)";
    case Type::Condition:
      return "a condition (gone, building, ready, running_now, dormant)";
  }
  return "";
}

class Reader {
 public:
  Reader(std::string_view text, ExpressionContext& context) : tokens_(tokens_of(text)), context_(context) {}

  Node all() {
    Node node = either();
    if (peek().kind != Token::Kind::End)
      throw ExpressionError(fmt::format("'{}' is not expected there; remove it or join with 'and'", peek().text));
    return node;
  }

 private:
  std::vector<Token> tokens_;
  ExpressionContext& context_;
  std::size_t at_ = 0;
  int depth_ = 0;

  [[nodiscard]] const Token& peek() const { return tokens_[at_]; }
  Token next() {
    Token token = tokens_[at_];
    if (token.kind != Token::Kind::End) ++at_;
    return token;
  }
  bool take(std::string_view text) {
    if (peek().kind == Token::Kind::End || peek().kind == Token::Kind::Quoted || peek().text != text) return false;
    ++at_;
    return true;
  }
  void want(std::string_view text) {
    if (!take(text))
      throw ExpressionError(fmt::format("'{}' stands where '{}' must; write {}", peek().text, text, text));
  }

  static Node join(Node::Kind kind, Type type, Node left, Node right, Type wanted) {
    for (const Node* side : {&left, &right})
      if (side->type != wanted && !(wanted == Type::Number && side->type == Type::Nothing))
        throw ExpressionError(
            fmt::format("one side is {}, but {} is needed there", type_text(side->type), type_text(wanted)));
    Node node;
    node.kind = kind;
    node.type = type;
    node.children.push_back(std::move(left));
    node.children.push_back(std::move(right));
    return node;
  }

  Node either() {
    Node left = both();
    while (take("or")) left = join(Node::Kind::Or, Type::Truth, std::move(left), both(), Type::Truth);
    return left;
  }
  Node both() {
    Node left = negated();
    while (take("and")) left = join(Node::Kind::And, Type::Truth, std::move(left), negated(), Type::Truth);
    return left;
  }
  Node negated() {
    if (++depth_ > kDeepest) throw ExpressionError("the expression is nested too deeply; split it");
    Node node;
    if (take("not")) {
      node.kind = Node::Kind::Not;
      node.type = Type::Truth;
      node.children.push_back(negated());
      if (node.children[0].type != Type::Truth) throw ExpressionError("'not' needs yes or no after it; compare first");
    } else {
      node = compared();
    }
    --depth_;
    return node;
  }
  Node compared() {
    Node first = sum();
    if (!is_comparison()) return first;
    Node node;
    node.kind = Node::Kind::Compare;
    node.type = Type::Truth;
    node.children.push_back(std::move(first));
    while (is_comparison()) {
      const Comparison comparison = *comparison_of(next().text);
      Node right = sum();
      const Type a = node.children.back().type, b = right.type;
      if (a != b && a != Type::Nothing && b != Type::Nothing)
        throw ExpressionError(fmt::format("it compares {} with {}, which is never true", type_text(a), type_text(b)));
      if (comparison != Comparison::Equal && comparison != Comparison::NotEqual &&
          (a != Type::Number || b != Type::Number))
        throw ExpressionError("only numbers can be less or greater; use == or !=");
      node.comparisons.push_back(comparison);
      node.children.push_back(std::move(right));
    }
    return node;
  }
  [[nodiscard]] bool is_comparison() const { return peek().kind == Token::Kind::Symbol && comparison_of(peek().text); }

  Node sum() {
    Node left = product();
    for (;;) {
      if (take("+"))
        left = join(Node::Kind::Add, Type::Number, std::move(left), product(), Type::Number);
      else if (take("-"))
        left = join(Node::Kind::Subtract, Type::Number, std::move(left), product(), Type::Number);
      else
        return left;
    }
  }
  Node product() {
    Node left = single();
    for (;;) {
      if (take("*"))
        left = join(Node::Kind::Multiply, Type::Number, std::move(left), single(), Type::Number);
      else if (take("/"))
        left = join(Node::Kind::Divide, Type::Number, std::move(left), single(), Type::Number);
      else
        return left;
    }
  }
  static Node literal(Value value) {
    Node node;
    node.type = value.type;
    node.literal = std::move(value);
    return node;
  }
  Node single() {
    const Token token = next();
    if (token.kind == Token::Kind::Number) return literal({Type::Number, token.number, {}});
    if (token.kind == Token::Kind::Symbol && token.text == "(") {
      Node node = either();
      want(")");
      return node;
    }
    if (token.kind != Token::Kind::Word)
      throw ExpressionError(
          fmt::format("{} stands where a value must; write a number, a word or a function", token.text));
    for (const auto& row : kFunctions)
      if (row.name == token.text) return call(row);
    if (peek().kind == Token::Kind::Symbol && peek().text == "(") {
      std::vector<std::string> names;
      std::string list;
      for (const auto& row : kFunctions) {
        names.emplace_back(row.name);
        list += fmt::format("{}{}", list.empty() ? "" : ", ", row.name);
      }
      throw ExpressionError(
          fmt::format("there is no function '{}'{}; there are {}", token.text, did_you_mean(token.text, names), list));
    }
    return word(token.text);
  }
  Node word(const std::string& text) {
    std::vector<std::string> known(context_.names.begin() + (context_.names.empty() ? 0 : 1), context_.names.end());
    if (std::ranges::find(known, text) != known.end()) return literal({Type::Env, 0, text});
    for (const auto& row : kWords) {
      if (row.word == text)
        return literal(
            {row.type, text == "yes" ? 1.0 : 0.0, row.type == Type::Truth || row.type == Type::Nothing ? "" : text});
      known.emplace_back(row.word);
    }
    for (const auto& row : kFunctions) known.emplace_back(row.name);
    throw ExpressionError(fmt::format("'{}' is no environment and no known word{}", text, did_you_mean(text, known)));
  }

  Node call(const FunctionRow& row) {
    Node node;
    node.kind = Node::Kind::Call;
    node.type = row.type;
    node.function = row.function;
    if (row.argument == Argument::None) return node;
    want("(");
    switch (row.argument) {
      case Argument::Env:
        node.env = env();
        break;
      case Argument::EnvAndFrames:
        node.env = take("nobody") ? 0 : env();
        want(",");
        take("frame");
        node.children.push_back(numeric());
        want(",");
        node.children.push_back(numeric());
        break;
      case Argument::Frame:
        take("frame");
        node.children.push_back(numeric());
        break;
      case Argument::Slice:
        take("slice");
        node.children.push_back(numeric());
        break;
      case Argument::Download:
      case Argument::Packet:
        take(row.argument == Argument::Download ? "download" : "packet");
        node.children.push_back(numeric());
        break;
      case Argument::Request:
        take("request");
        if (take("of")) {
          node.of_env = true;
          node.env = env();
        } else {
          node.children.push_back(numeric());
        }
        break;
      case Argument::FieldOfEvent: {
        const std::string field = next().text;
        want(",");
        take("event");
        const abi::Event event = event_named(next().text);
        const auto found = find_field(event, field);
        if (!found)
          throw ExpressionError(fmt::format("event {} has no field '{}'; it has {}", model::event_name(event), field,
                                            field_names(event)));
        node.field = *found;
        node.pattern = pattern(event);
        break;
      }
      default:
        take("event");
        node.pattern = pattern(event_named(next().text));
    }
    want(")");
    return node;
  }
  Node numeric() {
    Node node = sum();
    if (node.type != Type::Number) throw ExpressionError("a number is needed there");
    const bool beyond = node.kind == Node::Kind::Literal &&
                        (node.literal.number < 0 || node.literal.number >= double(abi::kFrameCount));
    if (beyond)
      throw ExpressionError(fmt::format("{} is out of range; frames, requests, downloads and packets go from 0 to {}",
                                        node.literal.number, abi::kFrameCount - 1));
    return node;
  }
  std::uint32_t env() {
    const std::string name = next().text;
    const auto number = env_number(context_.names, name);
    if (!number)
      throw ExpressionError(fmt::format("there is no environment '{}'{}; there are {}", name,
                                        did_you_mean(name, context_.names), words_of(FieldKind::Env, context_.names)));
    return *number;
  }
  /// The tests after an event's name, up to the closing parenthesis; registers the pattern.
  std::size_t pattern(abi::Event event) {
    EventPattern pattern{event, {}};
    while (peek().kind == Token::Kind::Word || (peek().kind == Token::Kind::Symbol && peek().text == ",")) {
      take(",");
      const std::string field = next().text;
      if (!is_comparison())
        throw ExpressionError(fmt::format("a comparison is missing after '{}'; write {} = value", field, field));
      const Comparison comparison = *comparison_of(next().text);
      const Token value = next();
      if (value.kind == Token::Kind::Number)
        pattern.tests.push_back(field_test(event, field, comparison, std::int64_t(value.number)));
      else
        pattern.tests.push_back(field_test(event, field, comparison, value.text, context_.names));
    }
    const auto found = std::ranges::find(context_.patterns, pattern);
    const auto index = std::size_t(found - context_.patterns.begin());
    if (found == context_.patterns.end()) context_.patterns.push_back(std::move(pattern));
    return index;
  }
};

Field field_named(abi::Event event, std::string_view name) {
  const auto field = find_field(event, name);
  if (!field)
    throw ExpressionError(
        fmt::format("event {} has no field '{}'; it has {}", model::event_name(event), name, field_names(event)));
  return *field;
}

}  // namespace

FieldTest field_test(abi::Event event, std::string_view field, Comparison comparison, std::string_view word,
                     const EnvNames& names) {
  const Field found = field_named(event, field);
  const auto value = value_of_word(found.kind, word, names);
  if (!value) {
    const std::string words = words_of(found.kind, names);
    throw ExpressionError(fmt::format("'{}' can't be the {} of {}; {}", word, field, model::event_name(event),
                                      words.empty() ? "write a number" : "write a number or one of: " + words));
  }
  return {found, comparison, *value};
}

FieldTest field_test(abi::Event event, std::string_view field, Comparison comparison, std::int64_t number) {
  const Field found = field_named(event, field);
  const std::string never = fmt::format("{} can never be the {} of {}", number, field, model::event_name(event));
  if (!can_be(found.kind, number)) throw ExpressionError(never + "; there is no such number");
  if (found.position >= 0 && found.kind != FieldKind::Op) {
    const auto& range = model::row_of(event).ranges[std::size_t(found.position)];
    if (!range.holds(std::uint32_t(number)))
      throw ExpressionError(fmt::format("{}; it goes from {} to {}", never, range.low, range.high));
  }
  return {found, comparison, std::uint32_t(number)};
}

abi::Event event_named(std::string_view name) {
  if (const auto event = find_event(name)) return *event;
  throw ExpressionError(fmt::format("there is no event '{}'{}; the events are in kernel/abi/trace_events.def", name,
                                    did_you_mean(name, event_names())));
}

Node parse_tree(std::string_view text, ExpressionContext& context) { return Reader(text, context).all(); }

}  // namespace exo::scenario
