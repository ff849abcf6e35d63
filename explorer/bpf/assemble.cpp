// The assembler: what text() writes, back into instructions.
#include <fmt/format.h>

#include <cctype>
#include <charconv>
#include <map>
#include <optional>

#include "explorer/bpf/operators.hpp"
#include "explorer/bpf/text.hpp"
#include "explorer/common/error.hpp"

namespace exo::bpf {
namespace {

using namespace abi::bpf;

/// Words and numbers, and signs as long as they can be.
std::vector<std::string_view> tokens_of(std::string_view line) {
  constexpr std::string_view kSigns[] = {"s>>=", "s<=", "s>=", "s>", "s<", "s/=", "s%=", "<<=", ">>=", "+=", "-=",
                                         "*=",   "/=",  "%=",  "|=", "&=", "^=",  "==",  "!=",  "<=",  ">="};
  std::vector<std::string_view> tokens;
  while (!line.empty()) {
    if (std::isspace(static_cast<unsigned char>(line.front())) != 0) {
      line.remove_prefix(1);
      continue;
    }
    std::size_t length = 0;
    for (const std::string_view sign : kSigns)
      if (length == 0 && line.starts_with(sign)) length = sign.size();
    const auto word = [&](std::size_t i) {
      return std::isalnum(static_cast<unsigned char>(line[i])) != 0 || line[i] == '_';
    };
    if (length == 0)
      while (length < line.size() && word(length)) ++length;
    if (length == 0) length = 1;
    tokens.push_back(line.substr(0, length));
    line.remove_prefix(length);
  }
  return tokens;
}

class Assembler {
 public:
  std::vector<Instruction> program;

  void line(std::string_view text) {
    text_ = text;
    tokens_ = tokens_of(text);
    next_ = 0;
    if (tokens_.size() >= 2 && tokens_[1] == ":") {
      labels_[std::string(tokens_[0])] = std::int64_t(program.size());
      next_ = 2;
    }
    if (next_ == tokens_.size()) return;
    statement();
    if (next_ != tokens_.size()) fail(fmt::format("\"{}\" is too much", tokens_[next_]));
  }

  void finish() {
    for (const Target& target : targets_) {
      const auto label = labels_.find(target.name);
      if (label == labels_.end()) throw InputError(fmt::format("there is no label \"{}\"", target.name));
      set_distance(target.at, label->second);
    }
  }

 private:
  struct Target {
    std::size_t at;
    std::string name;
  };

  [[noreturn]] void fail(const std::string& why) const {
    throw InputError(fmt::format("\"{}\" is no instruction: {}", text_, why));
  }
  [[nodiscard]] std::string_view peek() const { return next_ < tokens_.size() ? tokens_[next_] : std::string_view(); }
  bool take(std::string_view token) {
    if (peek() != token) return false;
    ++next_;
    return true;
  }
  void expect(std::string_view token) {
    if (!take(token)) fail(fmt::format("\"{}\" is missing", token));
  }

  static std::optional<std::uint64_t> number_of(std::string_view token) {
    const bool hex = token.starts_with("0x");
    if (hex) token.remove_prefix(2);
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), value, hex ? 16 : 10);
    if (error != std::errc() || end != token.data() + token.size() || token.empty()) return std::nullopt;
    return value;
  }
  std::uint64_t number() {
    const bool negative = take("-");
    const auto value = number_of(peek());
    if (!value) fail("a number is missing");
    ++next_;
    return negative ? 0 - *value : *value;
  }
  std::int32_t immediate() {
    const std::uint64_t value = number();
    if (value > 0xffff'ffff && std::int64_t(value) != std::int32_t(std::uint32_t(value)))
      fail("the number is too large");
    return std::int32_t(std::uint32_t(value));
  }
  std::int16_t offset() {
    std::int64_t value = 0;
    if (take("+"))
      value = std::int64_t(number());
    else if (take("-"))
      value = -std::int64_t(number());
    if (value < INT16_MIN || value > INT16_MAX) fail("the offset is too large");
    return std::int16_t(value);
  }
  /// r or w with a number; -1: it is none.
  int is_register(char kind) const {
    const std::string_view token = peek();
    if (token.size() < 2 || token[0] != kind) return -1;
    const auto value = number_of(token.substr(1));
    return value && *value < 16 ? int(*value) : -1;
  }
  int register_of(char kind) {
    const int number = is_register(kind);
    if (number < 0) fail(fmt::format("a register ({}0 to {}10) is missing", kind, kind));
    ++next_;
    return number;
  }

  void emit(unsigned opcode, int destination, int source, int distance, std::int32_t value) {
    program.push_back({std::uint8_t(opcode), std::uint8_t(destination | source << 4), std::int16_t(distance), value});
  }
  /// The rest of the operation: a register of the same kind, or an immediate.
  void emit_operand(unsigned opcode, char kind, int destination, int distance) {
    if (is_register(kind) >= 0) {
      const int source = register_of(kind);
      emit(opcode | kSourceRegister, destination, source, distance, 0);
    } else {
      emit(opcode, destination, 0, distance, immediate());
    }
  }

  void set_distance(std::size_t at, std::int64_t target) {
    const std::int64_t distance = target - std::int64_t(at) - 1;
    Instruction& it = program[at];
    const bool far = it.opcode == (kClassJmp32 | kJa) || it.opcode == (kClassJmp | kCall);
    if (!far && (distance < INT16_MIN || distance > INT16_MAX)) throw InputError("a jump leads too far");
    if (far)
      it.immediate = std::int32_t(distance);
    else
      it.offset = std::int16_t(distance);
  }
  /// Of the instruction emitted last.
  void target() {
    const std::size_t at = program.size() - 1;
    if (peek() == "-" || number_of(peek()))
      set_distance(at, std::int64_t(number()));
    else if (next_ < tokens_.size())
      targets_.push_back({at, std::string(tokens_[next_++])});
    else
      fail("a target is missing");
  }

  static unsigned size_code(std::uint64_t bits) {
    return bits == 32 ? 0x00 : bits == 16 ? 0x08 : bits == 8 ? 0x10 : 0x18;
  }
  /// "*(u32 *)(r1 + 4)" after the star.
  void memory(unsigned& opcode, int& base, std::int16_t& distance) {
    expect("(");
    const std::string_view type = peek();
    const bool is_signed = type.starts_with('s');
    const std::uint64_t bits =
        is_signed || type.starts_with('u') ? std::uint64_t(number_of(type.substr(1)).value_or(0)) : 0;
    if (bits != 8 && bits != 16 && bits != 32 && bits != 64) fail("the size is u8, u16, u32, u64, s8, s16 or s32");
    ++next_;
    opcode = size_code(bits) | (is_signed ? kMemSigned : kMem);
    expect("*");
    expect(")");
    expect("(");
    base = register_of('r');
    distance = offset();
    expect(")");
  }

  void statement();
  void assignment(char kind);
  bool special_assignment(char kind, int destination);
  void condition();

  std::string_view text_;
  std::vector<std::string_view> tokens_;
  std::size_t next_ = 0;
  std::map<std::string, std::int64_t> labels_;
  std::vector<Target> targets_;
};

void Assembler::statement() {
  if (take("exit")) return emit(kClassJmp | kExit, 0, 0, 0, 0);
  if (take("goto") || take("gotol")) {
    emit(tokens_[next_ - 1] == "goto" ? kClassJmp | kJa : kClassJmp32 | kJa, 0, 0, 0, 0);
    return target();
  }
  if (take("call")) {
    if (take("to")) {
      emit(kClassJmp | kCall, 0, kCallLocal, 0, 0);
      return target();
    }
    for (const HelperName& helper : kHelperNames)
      if (take(helper.name)) return emit(kClassJmp | kCall, 0, 0, 0, std::int32_t(helper.number));
    return emit(kClassJmp | kCall, 0, 0, 0, immediate());
  }
  if (take("if")) return condition();
  if (take("*")) {
    unsigned opcode = 0;
    int base = 0;
    std::int16_t distance = 0;
    memory(opcode, base, distance);
    expect("=");
    if (is_register('r') >= 0)
      emit(opcode | kClassStx, base, register_of('r'), distance, 0);
    else
      emit(opcode | kClassSt, base, 0, distance, immediate());
    return;
  }
  assignment(is_register('w') >= 0 ? 'w' : 'r');
}

void Assembler::condition() {
  const char kind = is_register('w') >= 0 ? 'w' : 'r';
  const int destination = register_of(kind);
  for (const Operator& row : kConditions) {
    if (!take(row.sign)) continue;
    emit_operand(row.operation | (kind == 'r' ? kClassJmp : kClassJmp32), kind, destination, 0);
    expect("goto");
    return target();
  }
  fail("a comparison is missing");
}

/// What is not the operation of a row: loads, constants, negation, byte orders, moves that extend the sign.
bool Assembler::special_assignment(char kind, int destination) {
  const unsigned group = kind == 'r' ? kClassAlu64 : kClassAlu;
  if (take("*")) {
    unsigned opcode = 0;
    int base = 0;
    std::int16_t distance = 0;
    memory(opcode, base, distance);
    emit(opcode | kClassLdx, destination, base, distance, 0);
    return true;
  }
  if (peek() == "-" && next_ + 1 < tokens_.size() && tokens_[next_ + 1].front() == kind) {
    ++next_;
    if (register_of(kind) != destination) fail("a register is negated in place");
    emit(group | kNeg, destination, 0, 0, 0);
    return true;
  }
  if (take("(")) {
    const auto bits = peek().starts_with("s") ? number_of(peek().substr(1)) : std::nullopt;
    if (!bits) fail("the size is s8, s16 or s32");
    ++next_;
    expect(")");
    emit(group | kMov | kSourceRegister, destination, register_of(kind), int(*bits), 0);
    return true;
  }
  for (const std::string_view order : {"bswap", "be", "le"}) {
    if (!peek().starts_with(order)) continue;
    const auto bits = number_of(peek().substr(order.size()));
    if (!bits) break;
    ++next_;
    (void)register_of(kind);
    const unsigned opcode = order == "bswap" ? kClassAlu64 : order == "be" ? kClassAlu | kSourceRegister : kClassAlu;
    emit(opcode | kEnd, destination, 0, 0, std::int32_t(*bits));
    return true;
  }
  const std::size_t before = next_;
  if (is_register(kind) < 0) {
    const std::uint64_t value = number();
    if (take("ll")) {
      emit(kLoadConstant, destination, 0, 0, std::int32_t(std::uint32_t(value)));
      emit(0, 0, 0, 0, std::int32_t(std::uint32_t(value >> 32)));
      return true;
    }
    next_ = before;
  }
  return false;
}

void Assembler::assignment(char kind) {
  const int destination = register_of(kind);
  const unsigned group = kind == 'r' ? kClassAlu64 : kClassAlu;
  if (take("=")) {
    if (!special_assignment(kind, destination)) emit_operand(group | kMov, kind, destination, 0);
    return;
  }
  for (const auto& [sign, operation] : {std::pair{"s/=", kDiv}, std::pair{"s%=", kMod}})
    if (take(sign)) return emit_operand(group | operation, kind, destination, kSignedDivision);
  for (const Operator& row : kArithmetic)
    if (take(row.sign)) return emit_operand(group | row.operation, kind, destination, 0);
  fail("an operation is missing");
}

}  // namespace

std::vector<Instruction> assemble(std::string_view lines) {
  Assembler assembler;
  while (!lines.empty()) {
    const std::size_t end = lines.find_first_of(";\n");
    std::string_view line = lines.substr(0, end);
    lines = end == std::string_view::npos ? std::string_view() : lines.substr(end + 1);
    line = line.substr(0, line.find('#'));
    assembler.line(line);
  }
  assembler.finish();
  return assembler.program;
}

}  // namespace exo::bpf
