#include "explorer/debugger/location.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "explorer/debugger/call_frames.hpp"

namespace exo::debugger {
namespace {

constexpr std::size_t kMostSteps = 4096;
constexpr std::size_t kMostValues = 64;
constexpr std::size_t kMostPieces = 256;
constexpr unsigned kGenericBits = 32;

/// A number on the stack. Generic ones have 32 bits; others have a base type of the program.
struct Number {
  std::uint64_t value = 0;
  unsigned bits = kGenericBits;
  bool is_signed = true;
  bool generic = true;

  [[nodiscard]] std::uint64_t as_unsigned() const {
    return bits >= 64 ? value : value & ((std::uint64_t(1) << bits) - 1);
  }
  [[nodiscard]] std::int64_t as_signed() const {
    if (bits >= 64) return std::int64_t(value);
    const unsigned shift = 64 - bits;
    return std::int64_t(value << shift) >> shift;
  }
};

std::string_view name_of(unsigned operation) {
  switch (operation) {
    case DW_OP_entry_value:
    case DW_OP_GNU_entry_value:
      return "the value at the function's entry is not kept";
    case DW_OP_fbreg:
    case DW_OP_call_frame_cfa:
      return "the frame's address is not known";
    default:
      return "";
  }
}

class Machine {
 public:
  explicit Machine(const ExpressionContext& context) : context_(context) {}

  void push(std::uint64_t value) { push(Number{value}); }
  void push(const Number& number) {
    if (stack_.size() >= kMostValues) return fail("the expression is too deep");
    stack_.push_back(number);
  }

  /// False: why() says what is missing.
  bool run(Bytes expression) {
    Cursor in(expression);
    while (!in.done() && why_.empty()) {
      if (++steps_ > kMostSteps) fail("the expression does not end");
      step(in, expression);
      if (!in.ok()) fail("the expression is damaged");
    }
    return why_.empty();
  }

  [[nodiscard]] std::optional<std::uint32_t> top() const {
    if (!why_.empty() || stack_.empty() || !std::holds_alternative<Piece::Gone>(where_)) return std::nullopt;
    return std::uint32_t(stack_.back().as_unsigned());
  }
  Location location() {
    if (why_.empty() && pieces_.empty()) finish(0);
    if (!why_.empty()) return {{}, why_};
    return {std::move(pieces_), ""};
  }

 private:
  void fail(std::string_view why) {
    if (why_.empty()) why_ = why;
  }
  Number pop() {
    if (stack_.empty()) {
      fail("the expression is damaged");
      return {};
    }
    const Number number = stack_.back();
    stack_.pop_back();
    return number;
  }

  /// What stands so far becomes a piece.
  void finish(std::uint32_t bytes) {
    if (pieces_.size() >= kMostPieces) return fail("the value has too many pieces");
    Piece piece;
    piece.bytes = bytes;
    if (!std::holds_alternative<Piece::Gone>(where_))
      piece.where = where_;
    else if (stack_.empty())
      piece.where = Piece::Gone{};
    else if (is_value_)
      piece.where =
          Piece::Constant{stack_.back().is_signed && !stack_.back().generic ? std::uint64_t(stack_.back().as_signed())
                                                                            : stack_.back().as_unsigned()};
    else
      piece.where = Piece::Memory{std::uint32_t(stack_.back().as_unsigned())};
    pieces_.push_back(piece);
    where_ = Piece::Gone{};
    is_value_ = false;
    stack_.clear();
  }

  void push_register(std::uint64_t number, std::int64_t offset) {
    const auto found = context_.registers == nullptr ? std::nullopt : context_.registers->find(number);
    if (!found) return fail("a register that it needs is not kept");
    push(std::uint32_t(*found + std::uint32_t(offset)));
  }
  void load(std::size_t bytes) {
    const auto address = std::uint32_t(pop().as_unsigned());
    std::uint64_t value = 0;
    if (bytes == 0 || bytes > 8 || context_.read == nullptr || !*context_.read ||
        !(*context_.read)(address, {reinterpret_cast<std::byte*>(&value), bytes}))
      return fail("memory that it needs can't be read");
    push(value);
  }
  std::optional<Number> base_type(std::uint64_t offset) const {
    if (offset == 0) return Number{};
    if (context_.dwarf == nullptr || context_.unit == nullptr) return std::nullopt;
    const Die die = context_.dwarf->at_offset(context_.unit->offset + offset);
    if (!die || die.tag() != DW_TAG_base_type) return std::nullopt;
    const auto bytes = context_.dwarf->attribute(die, DW_AT_byte_size).unsigned_value();
    const auto encoding = context_.dwarf->attribute(die, DW_AT_encoding).unsigned_value();
    if (!bytes || *bytes == 0 || *bytes > 8 || !encoding || *encoding == DW_ATE_float) return std::nullopt;
    Number type;
    type.bits = unsigned(*bytes * 8);
    type.is_signed = *encoding == DW_ATE_signed || *encoding == DW_ATE_signed_char;
    type.generic = false;
    return type;
  }
  void convert(std::uint64_t type_offset) {
    const Number number = pop();
    std::optional<Number> type = base_type(type_offset);
    if (!type) return fail("a type that can't be read");
    type->value = number.is_signed && !number.generic ? std::uint64_t(number.as_signed()) : number.as_unsigned();
    push(*type);
  }

  void binary(unsigned operation) {
    const Number second = pop(), first = pop();
    Number result = first;
    const std::uint64_t a = first.as_unsigned(), b = second.as_unsigned();
    const std::int64_t signed_a = first.as_signed(), signed_b = second.as_signed();
    const bool by_sign = first.is_signed;
    const auto truth = [&](bool holds) { result = Number{holds ? 1U : 0U}; };
    switch (operation) {
      case DW_OP_plus:
        result.value = a + b;
        break;
      case DW_OP_minus:
        result.value = a - b;
        break;
      case DW_OP_mul:
        result.value = a * b;
        break;
      case DW_OP_and:
        result.value = a & b;
        break;
      case DW_OP_or:
        result.value = a | b;
        break;
      case DW_OP_xor:
        result.value = a ^ b;
        break;
      case DW_OP_div:
        if (b == 0) return fail("the expression divides by 0");
        result.value = !by_sign         ? a / b
                       : signed_b == -1 ? std::uint64_t(0) - std::uint64_t(signed_a)
                                        : std::uint64_t(signed_a / signed_b);
        break;
      case DW_OP_mod:
        if (b == 0) return fail("the expression divides by 0");
        result.value = a % b;
        break;
      case DW_OP_shl:
        result.value = b < first.bits ? a << b : 0;
        break;
      case DW_OP_shr:
        result.value = b < first.bits ? a >> b : 0;
        break;
      case DW_OP_shra:
        result.value = std::uint64_t(signed_a >> std::min<std::uint64_t>(b, 63));
        break;
      case DW_OP_eq:
        return truth(a == b), push(result);
      case DW_OP_ne:
        return truth(a != b), push(result);
      case DW_OP_lt:
        return truth(by_sign ? signed_a < signed_b : a < b), push(result);
      case DW_OP_le:
        return truth(by_sign ? signed_a <= signed_b : a <= b), push(result);
      case DW_OP_gt:
        return truth(by_sign ? signed_a > signed_b : a > b), push(result);
      default:
        return truth(by_sign ? signed_a >= signed_b : a >= b), push(result);
    }
    push(result);
  }

  void step(Cursor& in, Bytes expression) {
    const unsigned operation = in.u8();
    if (operation >= DW_OP_lit0 && operation <= DW_OP_lit31) return push(operation - DW_OP_lit0);
    if (operation >= DW_OP_reg0 && operation <= DW_OP_reg31) {
      where_ = Piece::Register{operation - DW_OP_reg0};
      return;
    }
    if (operation >= DW_OP_breg0 && operation <= DW_OP_breg31) return push_register(operation - DW_OP_breg0, in.sleb());
    switch (operation) {
      case DW_OP_nop:
        return;
      case DW_OP_addr:
        return push(in.u32());
      case DW_OP_addrx:
      case DW_OP_constx: {
        const std::uint64_t index = in.uleb();
        const auto address = context_.dwarf != nullptr && context_.unit != nullptr
                                 ? context_.dwarf->indexed_address(*context_.unit, index)
                                 : std::nullopt;
        return address ? push(*address) : fail("an address that it needs is not in the file");
      }
      case DW_OP_const1u:
        return push(in.u8());
      case DW_OP_const1s:
        return push(std::uint64_t(std::int64_t(std::int8_t(in.u8()))));
      case DW_OP_const2u:
        return push(in.u16());
      case DW_OP_const2s:
        return push(std::uint64_t(std::int64_t(std::int16_t(in.u16()))));
      case DW_OP_const4u:
        return push(in.u32());
      case DW_OP_const4s:
        return push(std::uint64_t(std::int64_t(std::int32_t(in.u32()))));
      case DW_OP_const8u:
      case DW_OP_const8s:
        return push(wide(in.u64()));
      case DW_OP_constu:
        return push(wide(in.uleb()));
      case DW_OP_consts:
        return push(wide(std::uint64_t(in.sleb())));
      case DW_OP_regx:
        where_ = Piece::Register{std::uint32_t(in.uleb())};
        return;
      case DW_OP_bregx: {
        const std::uint64_t number = in.uleb();
        return push_register(number, in.sleb());
      }
      case DW_OP_fbreg: {
        const std::int64_t offset = in.sleb();
        const auto base = context_.frame_base ? context_.frame_base() : std::nullopt;
        return base ? push(std::uint32_t(*base + std::uint32_t(offset))) : fail(name_of(operation));
      }
      case DW_OP_call_frame_cfa:
        return context_.frame_address ? push(*context_.frame_address) : fail(name_of(operation));
      case DW_OP_push_object_address:
        return context_.object ? push(*context_.object) : fail("the object's address is not known");
      case DW_OP_entry_value:
      case DW_OP_GNU_entry_value: {
        const Bytes inner = in.bytes(in.uleb());
        const auto value = context_.at_entry ? context_.at_entry(inner) : std::nullopt;
        return value ? push(*value) : fail(name_of(operation));
      }
      case DW_OP_dup:
      case DW_OP_over:
      case DW_OP_pick: {
        const std::size_t place = operation == DW_OP_dup ? 0 : operation == DW_OP_over ? 1 : in.u8();
        return place < stack_.size() ? push(Number(stack_[stack_.size() - 1 - place]))
                                     : fail("the expression is damaged");
      }
      case DW_OP_drop:
        (void)pop();
        return;
      case DW_OP_swap: {
        const Number first = pop(), second = pop();
        push(first);
        return push(second);
      }
      case DW_OP_rot: {
        const Number first = pop(), second = pop(), third = pop();
        push(first);
        push(third);
        return push(second);
      }
      case DW_OP_deref:
        return load(4);
      case DW_OP_deref_size:
        return load(in.u8());
      case DW_OP_abs: {
        Number number = pop();
        if (number.as_signed() < 0) number.value = std::uint64_t(0) - std::uint64_t(number.as_signed());
        return push(number);
      }
      case DW_OP_neg: {
        Number number = pop();
        number.value = std::uint64_t(0) - number.value;
        return push(number);
      }
      case DW_OP_not: {
        Number number = pop();
        number.value = ~number.value;
        return push(number);
      }
      case DW_OP_plus_uconst: {
        Number number = pop();
        number.value += in.uleb();
        return push(number);
      }
      case DW_OP_skip:
      case DW_OP_bra: {
        const auto distance = std::int16_t(in.u16());
        if (operation == DW_OP_bra && pop().as_unsigned() == 0) return;
        const std::int64_t target = std::int64_t(in.at()) + distance;
        if (target < 0 || target > std::int64_t(expression.size())) return fail("the expression is damaged");
        in = Cursor(expression, std::size_t(target));
        return;
      }
      case DW_OP_convert:
      case DW_OP_reinterpret:
        return convert(in.uleb());
      case DW_OP_const_type: {
        std::optional<Number> type = base_type(in.uleb());
        const Bytes bytes = in.bytes(in.u8());
        if (!type || bytes.size() > 8) return fail("a type that can't be read");
        if (!bytes.empty()) std::memcpy(&type->value, bytes.data(), bytes.size());
        return push(*type);
      }
      case DW_OP_regval_type: {
        const std::uint64_t number = in.uleb();
        push_register(number, 0);
        return why_.empty() ? convert(in.uleb()) : void();
      }
      case DW_OP_piece:
        return finish(std::uint32_t(in.uleb()));
      case DW_OP_stack_value:
        is_value_ = true;
        return;
      case DW_OP_implicit_value:
        where_ = Piece::Literal{in.bytes(in.uleb())};
        return;
      case DW_OP_and:
      case DW_OP_div:
      case DW_OP_minus:
      case DW_OP_mod:
      case DW_OP_mul:
      case DW_OP_or:
      case DW_OP_plus:
      case DW_OP_shl:
      case DW_OP_shr:
      case DW_OP_shra:
      case DW_OP_xor:
      case DW_OP_eq:
      case DW_OP_ge:
      case DW_OP_gt:
      case DW_OP_le:
      case DW_OP_lt:
      case DW_OP_ne:
        return binary(operation);
      default:
        return fail(fmt::format("operation 0x{:x} is not understood", operation));
    }
  }
  /// A constant that does not fit a generic number keeps all its bits: it is the value of a wide variable.
  static Number wide(std::uint64_t value) {
    Number number{value};
    if (std::int64_t(value) != std::int64_t(std::int32_t(value)) && value > 0xffff'ffff) number.bits = 64;
    return number;
  }

  const ExpressionContext& context_;
  std::vector<Number> stack_;
  std::vector<Piece> pieces_;
  decltype(Piece::where) where_ = Piece::Gone{};
  bool is_value_ = false;
  std::size_t steps_ = 0;
  std::string why_;
};

}  // namespace

std::optional<std::uint32_t> FrameRegisters::find(std::uint64_t number) const {
  if (number < 32)
    return (known >> number & 1) != 0 ? std::optional(values.general[std::size_t(number)]) : std::nullopt;
  if (!knows_lo_hi) return std::nullopt;
  if (number == kDwarfHi) return values.hi;
  if (number == kDwarfLo) return values.lo;
  return std::nullopt;
}

Location locate(Bytes expression, const ExpressionContext& context) {
  if (expression.empty()) return {{}, "optimised out"};
  Machine machine(context);
  (void)machine.run(expression);
  return machine.location();
}

std::optional<std::uint32_t> compute(Bytes expression, const ExpressionContext& context,
                                     std::optional<std::uint32_t> from) {
  Machine machine(context);
  if (from) machine.push(*from);
  if (!machine.run(expression)) return std::nullopt;
  return machine.top();
}

}  // namespace exo::debugger
