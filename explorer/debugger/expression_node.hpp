// What an expression is made of. Only for the files expression*.cpp.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "explorer/debugger/expression.hpp"

namespace exo::debugger {

enum class Operation : std::uint8_t {
  Number,    ///< `number`, of `type`
  Name,      ///< `text`
  Register,  ///< `number` among kRegisterNames
  Member,    ///< of the first operand: `text`
  Arrow,     ///< of what the first operand points at
  Index,
  Dereference,
  AddressOf,
  Negate,
  Not,
  Complement,
  Plus,
  Cast,        ///< to `text`
  SizeOf,      ///< of the operand
  SizeOfType,  ///< `text`
  Multiply,
  Divide,
  Remainder,
  Add,
  Subtract,
  ShiftLeft,
  ShiftRight,
  Less,
  LessOrEqual,
  Greater,
  GreaterOrEqual,
  Equal,
  NotEqual,
  And,
  ExclusiveOr,
  Or,
  BothTrue,
  OneTrue,
  Choose,
};

struct Expression::Node {
  Operation operation = Operation::Number;
  std::string text;
  std::uint64_t number = 0;
  Type type;
  std::vector<std::unique_ptr<Node>> operands;
};

/// Throws InputError.
[[nodiscard]] std::unique_ptr<Expression::Node> parse_expression(std::string_view text);

/// Names of registers behind the "$", in the order of Node::number: 32 general ones (o32), then the others.
inline constexpr std::string_view kRegisterNames[] = {
    "zero", "at", "v0", "v1", "a0", "a1", "a2", "a3",     "t0",    "t1",       "t2",  "t3",     "t4", "t5",
    "t6",   "t7", "s0", "s1", "s2", "s3", "s4", "s5",     "s6",    "s7",       "t8",  "t9",     "k0", "k1",
    "gp",   "sp", "fp", "ra", "lo", "hi", "pc", "status", "cause", "badvaddr", "epc", "entryhi"};

}  // namespace exo::debugger
