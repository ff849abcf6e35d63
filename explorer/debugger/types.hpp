// Types of C++ as debugging information describes them: what a value is made of, and what a type is called. Cycles and
// absurd sizes of a damaged file end at limits.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "explorer/debugger/symbols.hpp"

namespace exo::debugger {

enum class TypeKind : std::uint8_t {
  Unknown,
  Void,
  Bool,
  Signed,
  Unsigned,
  Character,  ///< char: shown as text
  Float,
  Enum,
  Pointer,
  Reference,
  Array,
  Record,  ///< struct, class, union
  Function,
};

/// A type without the names and qualifiers around it. Valid as long as its Symbols are.
struct Type {
  TypeKind kind = TypeKind::Unknown;
  std::uint32_t bytes = 0;      ///< of a value; 0: none, or not known
  Die die;                      ///< of the type itself; none: made here (void, or what an expression computes)
  Die named;                    ///< as it was written: with typedefs and qualifiers
  std::uint16_t dimension = 0;  ///< of an array of arrays: how many were taken off already
  std::shared_ptr<const Type> pointee = {};  ///< of a pointer that an expression made

  [[nodiscard]] bool is_number() const {
    return kind == TypeKind::Bool || kind == TypeKind::Signed || kind == TypeKind::Unsigned ||
           kind == TypeKind::Character || kind == TypeKind::Enum;
  }
  [[nodiscard]] bool is_indirect() const { return kind == TypeKind::Pointer || kind == TypeKind::Reference; }
};

struct Member {
  std::string name;  ///< of a base: its type; empty: anonymous
  Type type;
  std::uint32_t offset = 0;                ///< bytes from the object's start
  std::uint16_t bit_offset = 0, bits = 0;  ///< of a bit field, from `offset`; bits 0: it is none
  bool is_base = false;
};

class Types {
 public:
  explicit Types(Symbols& symbols) : symbols_(symbols) {}

  /// The type that an entry (a variable, a member, a pointer) has; void when it names none.
  [[nodiscard]] Type of(Die die);
  /// The type that an entry is.
  [[nodiscard]] Type at(Die type);
  [[nodiscard]] std::string name(const Type& type);
  /// Elements of an array; nothing: not said. At most 2^24.
  [[nodiscard]] std::optional<std::uint32_t> count(const Type& array);
  /// Of an array, a pointer or a reference: what it holds or points at.
  [[nodiscard]] Type target(const Type& type);
  /// Data members, bases first. At most kMostMembers.
  [[nodiscard]] const std::vector<Member>& members(const Type& record);
  /// The name of an enumerator: "Blue"; empty: no such value.
  [[nodiscard]] std::string_view enumerator(const Type& type, std::uint64_t value);
  [[nodiscard]] bool is_scoped(const Type& enumeration);
  /// A type by full name or the end of one; built-in names too ("unsigned int", "uint8_t").
  [[nodiscard]] std::optional<Type> find(std::string_view name);
  /// Types that no program needs to define.
  [[nodiscard]] static Type number(bool is_signed, std::uint32_t bytes);
  [[nodiscard]] static Type boolean() { return {TypeKind::Bool, 1, {}, {}, 0}; }
  [[nodiscard]] static Type pointer_to(const Type& type) {
    return {TypeKind::Pointer, 4, {}, {}, 0, std::make_shared<const Type>(type)};
  }
  /// The value of an enumerator by full name or its end; `of` becomes its type.
  [[nodiscard]] std::optional<std::uint64_t> find_enumerator(std::string_view name, Type& of);

  static constexpr std::size_t kMostMembers = 1024;

 private:
  [[nodiscard]] std::string name_of(Die die, int depth);
  [[nodiscard]] Type resolve(Die die, Die named);
  /// Where a type that is only declared is defined.
  [[nodiscard]] Die definition(Die declaration);
  void index();
  [[nodiscard]] std::optional<std::uint32_t> subrange(Die array, std::uint16_t dimension);
  [[nodiscard]] std::uint16_t dimensions(Die array);

  Symbols& symbols_;
  bool indexed_ = false;
  std::unordered_map<std::string_view, std::vector<Die>> by_name_, enumerators_;
  std::unordered_map<std::uint32_t, Type> types_;                   ///< of entries, by their offsets
  std::unordered_map<std::uint32_t, std::vector<Member>> members_;  ///< by the record's offset
};

}  // namespace exo::debugger
