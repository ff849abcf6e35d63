#include "explorer/debugger/expression.hpp"

#include <fmt/format.h>

#include <cstring>

#include "explorer/debugger/expression_node.hpp"

namespace exo::debugger {
namespace {

using Node = Expression::Node;

Value missing(std::string why) {
  Value value;
  value.missing = std::move(why);
  return value;
}

Value computed(std::uint64_t number, const Type& type) {
  Value value;
  value.type = type;
  value.bytes.resize(type.bytes);
  if (type.bytes != 0) std::memcpy(value.bytes.data(), &number, std::min<std::size_t>(8, type.bytes));
  return value;
}

bool is_comparison(Operation operation) { return operation >= Operation::Less && operation <= Operation::NotEqual; }

class Evaluation {
 public:
  explicit Evaluation(Scope& scope) : scope_(scope), types_(scope.types()) {}

  Value evaluate(const Node& node) {
    switch (node.operation) {
      case Operation::Number:
        return computed(node.number, node.type);
      case Operation::Name:
        return name(node.text);
      case Operation::Register:
        return register_value(std::size_t(node.number), node.text);
      case Operation::Member:
      case Operation::Arrow:
        return member(node);
      case Operation::Index:
        return index(node);
      case Operation::Dereference: {
        const Value pointer = decayed(evaluate(*node.operands[0]));
        return dereference(pointer);
      }
      case Operation::AddressOf:
        return address_of(stripped(evaluate(*node.operands[0])));
      case Operation::Cast:
        return cast(node);
      case Operation::SizeOf: {
        const Value value = stripped(evaluate(*node.operands[0]));
        return value.available() || value.type.bytes != 0 ? computed(value.type.bytes, Types::number(false, 4)) : value;
      }
      case Operation::SizeOfType: {
        // "sizeof(x)" may be of a variable: only the program knows.
        if (const auto variable = scope_.find(node.text))
          return computed(stripped(*variable).type.bytes, Types::number(false, 4));
        const auto type = named_type(node.text);
        return type ? computed(type->bytes, Types::number(false, 4))
                    : missing(fmt::format("there is no {}", node.text));
      }
      case Operation::Choose: {
        const auto condition = truth(evaluate(*node.operands[0]));
        if (!condition) return missing(why_);
        return evaluate(*node.operands[*condition ? 1 : 2]);
      }
      case Operation::BothTrue:
      case Operation::OneTrue: {
        const auto first = truth(evaluate(*node.operands[0]));
        if (!first) return missing(why_);
        if (*first == (node.operation == Operation::OneTrue)) return computed(*first ? 1 : 0, Types::boolean());
        const auto second = truth(evaluate(*node.operands[1]));
        return second ? computed(*second ? 1 : 0, Types::boolean()) : missing(why_);
      }
      case Operation::Not: {
        const auto value = truth(evaluate(*node.operands[0]));
        return value ? computed(*value ? 0 : 1, Types::boolean()) : missing(why_);
      }
      case Operation::Negate:
      case Operation::Complement:
      case Operation::Plus:
        return unary(node.operation, decayed(evaluate(*node.operands[0])));
      default: {
        const Value first = decayed(evaluate(*node.operands[0]));
        if (!first.available()) return first;
        const Value second = decayed(evaluate(*node.operands[1]));
        if (!second.available()) return second;
        return binary(node.operation, first, second);
      }
    }
  }

  std::optional<bool> truth(const Value& value) {
    const Value plain = decayed(value);
    const auto number = number_of(plain);
    return number ? std::optional(*number != 0) : std::nullopt;
  }
  [[nodiscard]] const std::string& why() const { return why_; }

 private:
  /// What a reference refers to.
  Value stripped(Value value) {
    for (int steps = 0; value.available() && value.type.kind == TypeKind::Reference && steps < 4; ++steps)
      value = scope_.target(value);
    return value;
  }
  /// An array becomes a pointer to its first element, where arithmetic is meant.
  Value decayed(Value value) {
    value = stripped(std::move(value));
    if (!value.available() || value.type.kind != TypeKind::Array || !value.address) return value;
    return computed(*value.address, Types::pointer_to(types_.target(value.type)));
  }

  std::optional<std::uint64_t> number_of(const Value& value) {
    if (!value.available()) {
      why_ = value.missing;
      return std::nullopt;
    }
    const auto number = scope_.number(value);
    if (!number) {
      const bool has_number = value.type.is_number() || value.type.is_indirect();
      why_ = !has_number     ? value.type.kind == TypeKind::Float ? "numbers with a fraction can't be computed with"
                                                                  : fmt::format("{} is no number", types_.name(value.type))
                 : value.address ? fmt::format("0x{:08x} can't be read", *value.address)
                             : "optimised out";
    }
    return number;
  }

  Value name(const std::string& text) {
    if (auto found = scope_.find(text)) return std::move(*found);
    Type type;
    if (const auto value = types_.find_enumerator(text, type)) return computed(*value, type);
    const auto functions = scope_.symbols().functions(text);
    if (!functions.empty())
      return computed(functions.front().entry, Types::pointer_to({TypeKind::Function, 0, {}, {}, 0}));
    return missing(fmt::format("there is no {} here", text));
  }

  Value register_value(std::size_t number, const std::string& name) {
    const FrameRegisters& registers = scope_.frame().registers;
    const Registers& values = registers.values;
    std::optional<std::uint32_t> found;
    if (number < 32)
      found = registers.find(number);
    else if (number < 34)
      found = registers.knows_lo_hi ? std::optional(number == 32 ? values.lo : values.hi) : std::nullopt;
    else
      found = std::array{values.pc,          values.status,       values.cause,
                         values.bad_address, values.exception_pc, values.entry_hi}[std::min<std::size_t>(number - 34,
                                                                                                         5)];
    return found ? computed(*found, Types::number(false, 4))
                 : missing(fmt::format("${} is not kept in this frame", name));
  }

  Value member(const Node& node) {
    Value object = stripped(evaluate(*node.operands[0]));
    if (!object.available()) return object;
    if (node.operation == Operation::Arrow || object.type.kind == TypeKind::Pointer) {
      if (object.type.kind != TypeKind::Pointer)
        return missing(fmt::format("{} is no pointer", types_.name(object.type)));
      object = dereference(object);
      if (!object.available()) return object;
    }
    if (object.type.kind != TypeKind::Record)
      return missing(fmt::format("{} has no members", types_.name(object.type)));
    auto found = scope_.member(object, node.text);
    return found ? std::move(*found) : missing(fmt::format("{} has no member {}", types_.name(object.type), node.text));
  }

  Value dereference(const Value& pointer) {
    const auto to = number_of(pointer);
    if (!to) return missing(why_);
    if (pointer.type.kind != TypeKind::Pointer)
      return missing(fmt::format("{} is no pointer", types_.name(pointer.type)));
    Value value = scope_.target(pointer);
    if (value.type.kind == TypeKind::Void || value.type.kind == TypeKind::Function)
      return missing(fmt::format("{} points at no value", types_.name(pointer.type)));
    return value;
  }

  Value index(const Node& node) {
    const Value array = stripped(evaluate(*node.operands[0]));
    if (!array.available()) return array;
    const auto place = number_of(decayed(evaluate(*node.operands[1])));
    if (!place) return missing(why_);
    if (array.type.kind == TypeKind::Array && !array.address) return scope_.element(array, std::uint32_t(*place));
    const Value pointer = decayed(array);
    if (pointer.type.kind != TypeKind::Pointer) return missing(fmt::format("{} is no array", types_.name(array.type)));
    return dereference(moved(pointer, std::int64_t(*place)));
  }

  Value address_of(const Value& value) {
    if (!value.available()) return value;
    if (value.type.kind == TypeKind::Pointer && value.type.pointee && value.type.pointee->kind == TypeKind::Function &&
        !value.address)
      return value;  // of a function
    if (value.bits != 0) return missing("a bit field has no address");
    if (!value.address) return missing(value.in_register ? "it is in a register" : "it is not in memory");
    return computed(*value.address, Types::pointer_to(value.type));
  }

  std::optional<Type> named_type(std::string_view text) {
    std::size_t pointers = 0;
    while (text.ends_with('*')) text.remove_suffix(1), ++pointers;
    auto type = types_.find(text);
    for (; type && pointers > 0; --pointers) type = Types::pointer_to(*type);
    return type;
  }

  Value cast(const Node& node) {
    const auto type = named_type(node.text);
    if (!type) return missing(fmt::format("there is no type {}", node.text));
    const auto number = number_of(decayed(evaluate(*node.operands[0])));
    if (!number) return missing(why_);
    if (type->kind == TypeKind::Bool) return computed(*number != 0 ? 1 : 0, *type);
    if (!type->is_number() && type->kind != TypeKind::Pointer)
      return missing(fmt::format("a number can't become {}", node.text));
    return computed(*number, *type);
  }

  Value moved(const Value& pointer, std::int64_t elements) {
    const auto from = number_of(pointer);
    if (!from) return missing(why_);
    const Type target = types_.target(pointer.type);
    if (target.bytes == 0)
      return missing(fmt::format("the size of what {} points at is not known", types_.name(pointer.type)));
    return computed(std::uint32_t(*from + std::uint64_t(elements) * target.bytes), pointer.type);
  }

  /// The type that a number has in arithmetic: at least an int (C++20, 7.3.7).
  static Type promoted(const Type& type) {
    if (type.bytes >= 8) return Types::number(type.kind == TypeKind::Signed, 8);
    const bool is_unsigned = type.bytes >= 4 && (type.kind == TypeKind::Unsigned || type.kind == TypeKind::Enum);
    return Types::number(!is_unsigned, 4);
  }

  Value unary(Operation operation, const Value& value) {
    const auto number = number_of(value);
    if (!number) return missing(why_);
    if (operation == Operation::Plus) return value;
    const Type type = promoted(value.type);
    return computed(operation == Operation::Negate ? std::uint64_t(0) - *number : ~*number, type);
  }

  Value binary(Operation operation, const Value& first, const Value& second) {
    const bool first_points = first.type.kind == TypeKind::Pointer,
               second_points = second.type.kind == TypeKind::Pointer;
    const auto a = number_of(first);
    if (!a) return missing(why_);
    const auto b = number_of(second);
    if (!b) return missing(why_);
    if (first_points && !second_points && operation == Operation::Add) return moved(first, std::int64_t(*b));
    if (second_points && !first_points && operation == Operation::Add) return moved(second, std::int64_t(*a));
    if (first_points && !second_points && operation == Operation::Subtract) return moved(first, -std::int64_t(*b));
    if (first_points && second_points && operation == Operation::Subtract) {
      const std::uint32_t bytes = types_.target(first.type).bytes;
      if (bytes == 0) return missing("the size of what they point at is not known");
      return computed(std::uint64_t(std::int64_t(std::int32_t(*a - *b)) / std::int64_t(bytes)), Types::number(true, 4));
    }
    Type type = promoted(first.type);
    const Type other = promoted(second.type);
    const bool shifts = operation == Operation::ShiftLeft || operation == Operation::ShiftRight;
    if (!shifts && (other.bytes > type.bytes || (other.bytes == type.bytes && other.kind == TypeKind::Unsigned)))
      type = other;
    if (first_points || second_points) type = Types::number(false, 4);
    return arithmetic(operation, *a, *b, type);
  }

  Value arithmetic(Operation operation, std::uint64_t a, std::uint64_t b, const Type& type) {
    const unsigned bits = 8 * type.bytes;
    const bool is_signed = type.kind == TypeKind::Signed;
    const auto fit = [&](std::uint64_t value) {
      if (bits >= 64) return value;
      value &= (std::uint64_t(1) << bits) - 1;
      return is_signed ? std::uint64_t(std::int64_t(value << (64 - bits)) >> (64 - bits)) : value;
    };
    a = fit(a);
    if (operation != Operation::ShiftLeft && operation != Operation::ShiftRight) b = fit(b);
    const auto signed_a = std::int64_t(a), signed_b = std::int64_t(b);
    if (is_comparison(operation)) {
      const bool less = is_signed ? signed_a < signed_b : a < b;
      const bool holds = operation == Operation::Less             ? less
                         : operation == Operation::LessOrEqual    ? less || a == b
                         : operation == Operation::Greater        ? !less && a != b
                         : operation == Operation::GreaterOrEqual ? !less
                         : operation == Operation::Equal          ? a == b
                                                                  : a != b;
      return computed(holds ? 1 : 0, Types::boolean());
    }
    switch (operation) {
      case Operation::Multiply:
        return computed(a * b, type);
      case Operation::Divide:
      case Operation::Remainder:
        if (b == 0) return missing("a division by 0");
        if (is_signed && signed_b == -1)
          return computed(operation == Operation::Divide ? std::uint64_t(0) - a : 0, type);
        if (operation == Operation::Divide)
          return computed(is_signed ? std::uint64_t(signed_a / signed_b) : a / b, type);
        return computed(is_signed ? std::uint64_t(signed_a % signed_b) : a % b, type);
      case Operation::Add:
        return computed(a + b, type);
      case Operation::Subtract:
        return computed(a - b, type);
      case Operation::ShiftLeft:
        if (b >= bits) return missing("a shift by more bits than there are");
        return computed(a << b, type);
      case Operation::ShiftRight:
        if (b >= bits) return missing("a shift by more bits than there are");
        return computed(is_signed ? std::uint64_t(signed_a >> b) : a >> b, type);
      case Operation::And:
        return computed(a & b, type);
      case Operation::ExclusiveOr:
        return computed(a ^ b, type);
      default:
        return computed(a | b, type);
    }
  }

  Scope& scope_;
  Types& types_;
  std::string why_;
};

}  // namespace

Expression::Expression(std::string_view text) : text_(text), root_(parse_expression(text_)) {}
Expression::~Expression() = default;
Expression::Expression(Expression&&) noexcept = default;
Expression& Expression::operator=(Expression&&) noexcept = default;

Evaluated Expression::evaluate(Scope& scope) const {
  Evaluated result{Evaluation(scope).evaluate(*root_)};
  result.value.name = text_;
  return result;
}

std::optional<bool> Expression::holds(Scope& scope, std::string* why) const {
  Evaluation evaluation(scope);
  const auto holds = evaluation.truth(evaluation.evaluate(*root_));
  if (!holds && why != nullptr) *why = evaluation.why();
  return holds;
}

}  // namespace exo::debugger
