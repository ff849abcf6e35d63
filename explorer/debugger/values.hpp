// What a frame's variables hold: found through their locations, read when asked for, shown as text and as a tree. What
// is not there any more is said to be optimised out; no value is ever made up.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "explorer/debugger/types.hpp"
#include "explorer/debugger/unwind.hpp"

namespace exo::debugger {

/// A value, or the place of one in memory. Its bytes are read when they are needed.
struct Value {
  std::string name;
  Type type;
  std::optional<std::uint32_t> address;      ///< it lies in memory; else it is what follows
  std::vector<std::byte> bytes;              ///< of registers, constants, pieces
  std::vector<bool> lost;                    ///< bytes that are optimised out; empty: none
  std::uint16_t bit_offset = 0, bits = 0;    ///< of a bit field, from the first byte
  std::optional<std::uint32_t> in_register;  ///< all of it is there
  std::string missing;                       ///< not empty: there is no value, and why
  bool argument = false;

  [[nodiscard]] bool available() const { return missing.empty(); }
};

/// A value as a row of a tree.
struct ValueRow {
  std::string name, type, text;
  std::optional<std::uint32_t> address;
  std::uint32_t bytes = 0;
  bool available = true;
  bool has_children = false;
};

/// Everything that can be seen from one frame. Refers to the stack and to what it was read with, which must stay.
class Scope {
 public:
  Scope(Symbols& symbols, const Stack& stack, std::size_t frame, const StackSource& source);

  [[nodiscard]] Symbols& symbols() { return symbols_; }
  [[nodiscard]] Types& types() { return types_; }
  [[nodiscard]] const Frame& frame() const { return *frame_; }

  /// Arguments and local variables in scope at the frame's pc, innermost block first; one that hides another comes
  /// first.
  [[nodiscard]] std::vector<Value> locals();
  /// Variables of the program that are not of a function, of the frame's source first. At most `most`.
  [[nodiscard]] std::vector<Value> globals(std::size_t most = 1024);
  /// A variable by name: local, member of `this`, static or global (full name or its end).
  [[nodiscard]] std::optional<Value> find(std::string_view name);

  /// A variable's entry as a value at this frame.
  [[nodiscard]] Value value_of(Die variable);
  /// Members, elements, what a pointer points at. At most `most` from `first` on.
  [[nodiscard]] std::vector<Value> children(const Value& value, std::size_t first = 0, std::size_t most = 256);
  [[nodiscard]] std::optional<Value> member(const Value& record, std::string_view name);
  [[nodiscard]] Value element(const Value& array, std::uint32_t index);
  /// What a pointer or reference leads to.
  [[nodiscard]] Value target(const Value& pointer);

  /// The number that it is (sign extended); nothing: it is none, or can't be read.
  [[nodiscard]] std::optional<std::uint64_t> number(const Value& value);
  /// Its bytes, all of them.
  [[nodiscard]] std::optional<std::vector<std::byte>> load(const Value& value);
  /// One line of at most about kMostText characters.
  [[nodiscard]] std::string text(const Value& value);
  [[nodiscard]] ValueRow row(const Value& value);
  [[nodiscard]] bool has_children(const Value& value);

  static constexpr std::size_t kMostText = 160;

 private:
  [[nodiscard]] std::uint32_t location_pc() const;
  [[nodiscard]] ExpressionContext context(std::size_t frame);
  [[nodiscard]] std::optional<std::uint32_t> frame_base(std::size_t frame);
  [[nodiscard]] std::optional<std::uint32_t> at_entry(std::size_t frame, Bytes expression, int depth);
  [[nodiscard]] Value value_at(const Location& location, Type type, std::string name);
  void write(const Value& value, std::string& out, int depth);
  void write_number(const Value& value, std::string& out);
  void write_pointer(const Value& value, std::string& out);
  [[nodiscard]] std::optional<std::string> text_at(std::uint32_t address, std::size_t most);

  Symbols& symbols_;
  Types& types_;
  const Stack& stack_;
  const StackSource& source_;
  std::size_t number_;
  const Frame* frame_;
  ReadBytes read_;
  int depth_ = 0;  ///< of values at entry that need others
};

}  // namespace exo::debugger
