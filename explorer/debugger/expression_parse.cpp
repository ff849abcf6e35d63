// From text to an expression: the operators of C++ with its precedence.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "explorer/common/error.hpp"
#include "explorer/debugger/expression_node.hpp"

namespace exo::debugger {
namespace {

using Node = Expression::Node;
using NodePtr = std::unique_ptr<Node>;

constexpr std::size_t kMostCharacters = 2048;
constexpr std::size_t kMostNodes = 256;
constexpr int kMostDepth = 64;

struct Binary {
  std::string_view sign;
  Operation operation;
  int precedence;
};
// Longer signs come first.
constexpr Binary kBinary[] = {{"<<", Operation::ShiftLeft, 8},   {">>", Operation::ShiftRight, 8},
                              {"<=", Operation::LessOrEqual, 7}, {">=", Operation::GreaterOrEqual, 7},
                              {"==", Operation::Equal, 6},       {"!=", Operation::NotEqual, 6},
                              {"&&", Operation::BothTrue, 2},    {"||", Operation::OneTrue, 1},
                              {"*", Operation::Multiply, 10},    {"/", Operation::Divide, 10},
                              {"%", Operation::Remainder, 10},   {"+", Operation::Add, 9},
                              {"-", Operation::Subtract, 9},     {"<", Operation::Less, 7},
                              {">", Operation::Greater, 7},      {"&", Operation::And, 5},
                              {"^", Operation::ExclusiveOr, 4},  {"|", Operation::Or, 3}};
constexpr int kLoosest = 1;

constexpr std::string_view kBuiltIn[] = {
    "unsigned",  "signed",  "int",      "short",    "long",     "char",   "bool",    "void",    "float",
    "double",    "uint8_t", "uint16_t", "uint32_t", "uint64_t", "int8_t", "int16_t", "int32_t", "int64_t",
    "uintptr_t", "size_t",  "const",    "volatile", "struct",   "class",  "union",   "enum"};

bool is_built_in(std::string_view word) {
  return std::find(std::begin(kBuiltIn), std::end(kBuiltIn), word) != std::end(kBuiltIn);
}
bool starts_word(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  NodePtr parse() {
    if (text_.size() > kMostCharacters) fail("it is too long");
    NodePtr root = choice(0);
    skip();
    if (at_ < text_.size()) {
      if (is_assignment()) fail("an expression here can't change anything: no assignment");
      fail(fmt::format("'{}' is not understood", text_.substr(at_, 12)));
    }
    return root;
  }

 private:
  [[noreturn]] void fail(std::string_view why) const {
    throw InputError(fmt::format("expression \"{}\", at {}: {}", text_.substr(0, 80), at_ + 1, why));
  }
  void skip() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
  }
  char look() {
    skip();
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool take(std::string_view sign) {
    skip();
    if (!text_.substr(at_).starts_with(sign)) return false;
    at_ += sign.size();
    return true;
  }
  void expect(std::string_view sign) {
    if (!take(sign)) fail(fmt::format("'{}' is missing", sign));
  }
  [[nodiscard]] bool is_assignment() const {
    const std::string_view rest = text_.substr(at_);
    if (rest.starts_with("==")) return false;
    for (const std::string_view sign : {"=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=", "++", "--"})
      if (rest.starts_with(sign)) return true;
    return false;
  }

  NodePtr make(Operation operation, std::string text = "") {
    if (++nodes_ > kMostNodes) fail("it is too long");
    auto node = std::make_unique<Node>();
    node->operation = operation;
    node->text = std::move(text);
    return node;
  }
  NodePtr make(Operation operation, NodePtr first, NodePtr second = nullptr) {
    NodePtr node = make(operation);
    node->operands.push_back(std::move(first));
    if (second != nullptr) node->operands.push_back(std::move(second));
    return node;
  }
  NodePtr number(std::uint64_t value, Type type) {
    NodePtr node = make(Operation::Number);
    node->number = value;
    node->type = std::move(type);
    return node;
  }

  NodePtr choice(int depth) {
    if (depth > kMostDepth) fail("it is nested too deeply");
    NodePtr condition = binary(kLoosest, depth);
    if (!take("?")) return condition;
    NodePtr node = make(Operation::Choose, std::move(condition), choice(depth + 1));
    expect(":");
    node->operands.push_back(choice(depth + 1));
    return node;
  }

  NodePtr binary(int loosest, int depth) {
    if (depth > kMostDepth) fail("it is nested too deeply");
    NodePtr left = unary(depth);
    for (;;) {
      skip();
      const Binary* found = nullptr;
      for (const Binary& one : kBinary)
        if (text_.substr(at_).starts_with(one.sign)) {
          found = &one;
          break;
        }
      if (found == nullptr || found->precedence < loosest || is_assignment()) return left;
      at_ += found->sign.size();
      left = make(found->operation, std::move(left), binary(found->precedence + 1, depth + 1));
    }
  }

  NodePtr unary(int depth) {
    if (depth > kMostDepth) fail("it is nested too deeply");
    skip();
    if (text_.substr(at_).starts_with("++") || text_.substr(at_).starts_with("--"))
      fail("an expression here can't change anything");
    constexpr std::pair<char, Operation> kUnary[] = {{'*', Operation::Dereference}, {'&', Operation::AddressOf},
                                                     {'-', Operation::Negate},      {'!', Operation::Not},
                                                     {'~', Operation::Complement},  {'+', Operation::Plus}};
    for (const auto& [sign, operation] : kUnary)
      if (look() == sign) {
        ++at_;
        return make(operation, unary(depth + 1));
      }
    if (std::string type = cast(); !type.empty()) {
      NodePtr node = make(Operation::Cast, std::move(type));
      node->operands.push_back(unary(depth + 1));
      return node;
    }
    return postfix(depth);
  }

  /// "(type)" in front of a value: its text; else empty, and nothing is taken.
  std::string cast() {
    const std::size_t start = at_;
    if (!take("(")) return "";
    const std::string type = this->type();
    if (type.empty() || !take(")")) {
      at_ = start;
      return "";
    }
    const bool certainly = type.ends_with('*') || is_built_in(type.substr(0, type.find_first_of(" *")));
    const char next = look();
    const bool operand =
        is_word(next) || next == '(' || next == '$' || next == '\'' || next == ':' || next == '!' || next == '~';
    const bool sign = next == '-' || next == '+' || next == '*' || next == '&';
    if (operand || (certainly && sign)) return type;
    at_ = start;
    return "";
  }

  /// A type's name as far as there is one: words, "::", template arguments, "*". Empty: none.
  std::string type() {
    std::string name;
    int pointers = 0;
    for (;;) {
      const char c = look();
      if (starts_word(c) && pointers == 0) {
        std::string word;
        while (at_ < text_.size() && is_word(text_[at_])) word += text_[at_++];
        if (word == "const" || word == "volatile" || word == "struct" || word == "class" || word == "union" ||
            word == "enum")
          continue;
        if (!name.empty() && !name.ends_with("::")) name += ' ';
        name += word;
      } else if (pointers == 0 && text_.substr(at_).starts_with("::")) {
        at_ += 2;
        name += "::";
      } else if (c == '<' && !name.empty() && pointers == 0) {
        int open = 0;
        const std::size_t from = at_;
        do {
          if (at_ >= text_.size()) return "";
          open += text_[at_] == '<' ? 1 : text_[at_] == '>' ? -1 : 0;
          ++at_;
        } while (open > 0);
        name += text_.substr(from, at_ - from);
      } else if (c == '*' && !name.empty()) {
        ++at_;
        ++pointers;
      } else {
        break;
      }
    }
    return pointers > 8 ? "" : name + std::string(std::size_t(pointers), '*');
  }

  NodePtr postfix(int depth) {
    NodePtr node = primary(depth);
    for (;;) {
      if (take("->")) {
        node = make(Operation::Arrow, std::move(node));
        node->text = word();
      } else if (look() == '.') {
        ++at_;
        node = make(Operation::Member, std::move(node));
        node->text = word();
      } else if (take("[")) {
        NodePtr index = choice(depth + 1);
        expect("]");
        node = make(Operation::Index, std::move(node), std::move(index));
      } else if (look() == '(') {
        fail("functions can't be called here");
      } else {
        return node;
      }
    }
  }

  std::string word() {
    if (!starts_word(look())) fail("a name is missing");
    const std::size_t from = at_;
    while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    return std::string(text_.substr(from, at_ - from));
  }

  NodePtr primary(int depth) {
    const char c = look();
    if (c == '\0') fail("something is missing");
    if (take("(")) {
      NodePtr inner = choice(depth + 1);
      expect(")");
      return inner;
    }
    if (c == '$') return register_name();
    if (c == '\'') return character();
    if (c == '"') fail("texts can't be compared here");
    if (std::isdigit(static_cast<unsigned char>(c)) != 0) return literal();
    return name(depth);
  }

  NodePtr register_name() {
    ++at_;
    const std::size_t from = at_;
    while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    std::string_view name = text_.substr(from, at_ - from);
    if (name == "s8") name = "fp";
    NodePtr node = make(Operation::Register, std::string(name));
    const auto found = std::find(std::begin(kRegisterNames), std::end(kRegisterNames), name);
    if (found != std::end(kRegisterNames)) {
      node->number = std::uint64_t(found - std::begin(kRegisterNames));
    } else if (!name.empty() && name.size() <= 2 &&
               std::all_of(name.begin(), name.end(), [](char d) { return d >= '0' && d <= '9'; }) &&
               std::stoul(std::string(name)) < 32) {
      node->number = std::stoul(std::string(name));
    } else {
      fail(fmt::format("there is no register ${}", name));
    }
    return node;
  }

  NodePtr character() {
    ++at_;
    if (at_ >= text_.size()) fail("a character is missing");
    char value = text_[at_++];
    if (value == '\\' && at_ < text_.size()) {
      const char escape = text_[at_++];
      constexpr std::pair<char, char> kEscapes[] = {{'n', '\n'}, {'t', '\t'},  {'r', '\r'},
                                                    {'0', '\0'}, {'\\', '\\'}, {'\'', '\''}};
      const auto found =
          std::find_if(std::begin(kEscapes), std::end(kEscapes), [&](const auto& one) { return one.first == escape; });
      if (found == std::end(kEscapes)) fail("this character is not understood");
      value = found->second;
    }
    if (at_ >= text_.size() || text_[at_++] != '\'') fail("the end of the character is missing");
    return number(std::uint64_t(std::int64_t(value)), Type{TypeKind::Character, 1, {}, {}, 0});
  }

  NodePtr literal() {
    const std::size_t from = at_;
    while (at_ < text_.size() && (is_word(text_[at_]) || text_[at_] == '\'')) ++at_;
    if (at_ < text_.size() && text_[at_] == '.' && at_ + 1 < text_.size() &&
        std::isdigit(static_cast<unsigned char>(text_[at_ + 1])) != 0)
      fail("numbers with a fraction can't be computed with");
    std::string digits;
    for (const char c : text_.substr(from, at_ - from))
      if (c != '\'') digits += char(std::tolower(static_cast<unsigned char>(c)));
    unsigned base = 10;
    std::size_t i = 0;
    if (digits.starts_with("0x"))
      base = 16, i = 2;
    else if (digits.starts_with("0b"))
      base = 2, i = 2;
    else if (digits.size() > 1 && digits[0] == '0')
      base = 8, i = 1;
    std::uint64_t value = 0;
    const std::size_t first = i;
    for (; i < digits.size(); ++i) {
      const char c = digits[i];
      const unsigned digit = c >= '0' && c <= '9'   ? unsigned(c - '0')
                             : c >= 'a' && c <= 'f' ? unsigned(c - 'a' + 10)
                                                    : 99;
      if (digit >= base) break;
      if (value > (~std::uint64_t(0) - digit) / base) fail("this number is too large");
      value = value * base + digit;
    }
    const std::string end = digits.substr(i);
    if ((i == first && base != 8) || end.find_first_not_of("ul") != std::string::npos || end.size() > 3)
      fail(fmt::format("{} is no number", digits));
    const bool is_unsigned = end.find('u') != std::string::npos || (base != 10 && value > 0x7fff'ffff);
    const bool wide = value > (is_unsigned ? 0xffff'ffffU : 0x7fff'ffffU) || end.find("ll") != std::string::npos;
    return number(value, Types::number(!is_unsigned && !(wide && value >> 63 != 0), wide ? 8 : 4));
  }

  NodePtr name(int depth) {
    std::string full;
    if (take("::")) full = "::";
    full += word();
    if (full == "true" || full == "false") return number(full == "true" ? 1 : 0, Types::boolean());
    if (full == "nullptr") return number(0, Types::pointer_to({TypeKind::Void, 0, {}, {}, 0}));
    if (full == "sizeof") return size_of(depth);
    if (full == "static_cast" || full == "reinterpret_cast" || full == "const_cast") {
      expect("<");
      std::string to = type();
      if (to.empty()) fail("a type is missing");
      expect(">");
      expect("(");
      NodePtr node = make(Operation::Cast, std::move(to));
      node->operands.push_back(choice(depth + 1));
      expect(")");
      return node;
    }
    for (;;) {
      skip();
      if (!text_.substr(at_).starts_with("::")) break;
      at_ += 2;
      // Names of what has none, as they are shown: "(anonymous namespace)::hidden" is written without it.
      full += "::" + word();
    }
    return make(Operation::Name, std::move(full));
  }

  NodePtr size_of(int depth) {
    const std::size_t start = at_;
    if (take("(")) {
      std::string type = this->type();
      if (!type.empty() && take(")")) {
        const char next = look();
        if (next != '.' && next != '[' && !text_.substr(at_).starts_with("->"))
          return make(Operation::SizeOfType, std::move(type));
      }
    }
    at_ = start;
    return make(Operation::SizeOf, unary(depth + 1));
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t nodes_ = 0;
};

}  // namespace

std::unique_ptr<Expression::Node> parse_expression(std::string_view text) { return Parser(text).parse(); }

}  // namespace exo::debugger
