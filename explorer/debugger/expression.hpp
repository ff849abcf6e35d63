// Expressions over a program's variables, as one writes them in C++: for watches, for the conditions of breakpoints and
// for places of data. Parsed once, evaluated often. They read and never write: no assignment, no calls.
//
//   counter   libos::heap.used   list->next->name   *pointer   grid[1][2]   &everything   $sp   $v0 == 3
//   (uint8_t)x   (exo::fixture::Node*)0x402000   static_cast<int>(x)   a + b * 2 < c && !d   x ? y : z   sizeof(x)
//   Colour::Blue   'a'   0x10   true   nullptr
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "explorer/debugger/values.hpp"

namespace exo::debugger {

/// A value, or in one line why there is none: value.missing.
struct Evaluated {
  Value value;
  [[nodiscard]] bool ok() const { return value.available(); }
};

class Expression {
 public:
  struct Node;

  /// Throws InputError with one line that says where it is wrong.
  explicit Expression(std::string_view text);
  ~Expression();
  Expression(Expression&&) noexcept;
  Expression& operator=(Expression&&) noexcept;

  [[nodiscard]] const std::string& text() const { return text_; }
  /// At a frame. The value's name is the expression's text.
  [[nodiscard]] Evaluated evaluate(Scope& scope) const;
  /// As a condition: nothing when it has no value, `why` then says why.
  [[nodiscard]] std::optional<bool> holds(Scope& scope, std::string* why = nullptr) const;

 private:
  std::string text_;
  std::unique_ptr<Node> root_;
};

}  // namespace exo::debugger
