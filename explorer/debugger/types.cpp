#include "explorer/debugger/types.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace exo::debugger {
namespace {

constexpr int kMostWrappers = 32;  // typedefs and qualifiers around a type
constexpr int kMostNesting = 12;   // of types in a type's name
constexpr std::uint32_t kMostElements = 1u << 24;
constexpr std::uint64_t kMostBytes = 1u << 28;

bool is_wrapper(std::uint16_t tag) {
  return tag == DW_TAG_typedef || tag == DW_TAG_const_type || tag == DW_TAG_volatile_type ||
         tag == DW_TAG_restrict_type || tag == DW_TAG_atomic_type;
}
bool is_record(std::uint16_t tag) {
  return tag == DW_TAG_structure_type || tag == DW_TAG_class_type || tag == DW_TAG_union_type;
}
bool is_type(std::uint16_t tag) {
  return is_wrapper(tag) || is_record(tag) || tag == DW_TAG_enumeration_type || tag == DW_TAG_base_type;
}

TypeKind kind_of_base(std::uint64_t encoding, std::string_view name) {
  switch (encoding) {
    case DW_ATE_boolean:
      return TypeKind::Bool;
    case DW_ATE_signed:
      return TypeKind::Signed;
    case DW_ATE_unsigned:
    case DW_ATE_address:
      return TypeKind::Unsigned;
    case DW_ATE_signed_char:
      return name == "char" ? TypeKind::Character : TypeKind::Signed;
    case DW_ATE_unsigned_char:
      return name == "char" ? TypeKind::Character : TypeKind::Unsigned;
    case DW_ATE_UTF:
      return TypeKind::Unsigned;
    case DW_ATE_float:
      return TypeKind::Float;
    default:
      return TypeKind::Unknown;
  }
}

}  // namespace

Type Types::number(bool is_signed, std::uint32_t bytes) {
  return {is_signed ? TypeKind::Signed : TypeKind::Unsigned, bytes, {}, {}, 0};
}

Type Types::of(Die die) {
  if (!die) return {TypeKind::Void, 0, {}, {}, 0};
  const std::uint32_t offset = die.entry().offset;
  if (const auto known = types_.find(offset); known != types_.end()) return known->second;
  for (int steps = 0; die && steps < 4; ++steps) {
    if (const Die type = symbols_.dwarf().reference(die, DW_AT_type)) return types_[offset] = at(type);
    const Die origin = symbols_.dwarf().reference(die, DW_AT_abstract_origin);
    die = origin ? origin : symbols_.dwarf().reference(die, DW_AT_specification);
  }
  return {TypeKind::Void, 0, {}, {}, 0};
}

Type Types::at(Die type) { return resolve(type, type); }

Type Types::resolve(Die die, Die named) {
  Dwarf& dwarf = symbols_.dwarf();
  for (int steps = 0; die && is_wrapper(die.tag()); ++steps) {
    if (steps >= kMostWrappers) return {TypeKind::Unknown, 0, {}, named, 0};
    die = dwarf.reference(die, DW_AT_type);
  }
  Type type{TypeKind::Unknown, 0, die, named, 0};
  if (!die) {
    type.kind = TypeKind::Void;
    return type;
  }
  if (is_record(die.tag()) && dwarf.attribute(die, DW_AT_declaration)) {
    if (const Die found = definition(die)) type.die = die = found;
  }
  const auto size = dwarf.attribute(die, DW_AT_byte_size).unsigned_value();
  type.bytes = size && *size <= kMostBytes ? std::uint32_t(*size) : 0;
  switch (die.tag()) {
    case DW_TAG_base_type:
      type.kind = kind_of_base(dwarf.attribute(die, DW_AT_encoding).number, dwarf.attribute(die, DW_AT_name).text);
      if (type.bytes > 8) type.kind = TypeKind::Unknown;
      break;
    case DW_TAG_enumeration_type:
      type.kind = TypeKind::Enum;
      if (type.bytes == 0 || type.bytes > 8) type.kind = TypeKind::Unknown;
      break;
    case DW_TAG_pointer_type:
    case DW_TAG_ptr_to_member_type:
      type.kind = die.tag() == DW_TAG_pointer_type ? TypeKind::Pointer : TypeKind::Unsigned;
      type.bytes = 4;
      break;
    case DW_TAG_reference_type:
    case DW_TAG_rvalue_reference_type:
      type.kind = TypeKind::Reference;
      type.bytes = 4;
      break;
    case DW_TAG_array_type: {
      type.kind = TypeKind::Array;
      if (const auto elements = count(type)) {
        const std::uint64_t bytes = std::uint64_t(*elements) * target(type).bytes;
        type.bytes = bytes <= kMostBytes ? std::uint32_t(bytes) : 0;
      }
      break;
    }
    case DW_TAG_subroutine_type:
      type.kind = TypeKind::Function;
      break;
    case DW_TAG_unspecified_type:  // decltype(nullptr)
      type.kind = TypeKind::Unsigned;
      type.bytes = 4;
      break;
    default:
      if (is_record(die.tag())) type.kind = TypeKind::Record;
  }
  return type;
}

void Types::index() {
  if (indexed_) return;
  indexed_ = true;
  Dwarf& dwarf = symbols_.dwarf();
  for (std::size_t i = 0; i < dwarf.units(); ++i) {
    Unit& unit = dwarf.unit(i);
    for (std::uint32_t entry = 0; entry < unit.entries.size(); ++entry) {
      const Die die{&unit, entry};
      if (die.tag() == DW_TAG_enumerator) enumerators_[dwarf.attribute(die, DW_AT_name).text].push_back(die);
      if (!is_type(die.tag())) continue;
      const std::string_view name = dwarf.attribute(die, DW_AT_name).text;
      if (!name.empty() && !dwarf.attribute(die, DW_AT_declaration)) by_name_[name].push_back(die);
    }
  }
}

Die Types::definition(Die declaration) {
  index();
  const auto found = by_name_.find(symbols_.dwarf().attribute(declaration, DW_AT_name).text);
  if (found == by_name_.end()) return {};
  const std::string full = symbols_.full_name(declaration);
  for (const Die die : found->second)
    if (is_record(die.tag()) && symbols_.full_name(die) == full) return die;
  return {};
}

std::optional<Type> Types::find(std::string_view name) {
  struct BuiltIn {
    std::string_view name;
    bool is_signed;
    std::uint32_t bytes;
  };
  constexpr BuiltIn kBuiltIn[] = {{"int", true, 4},
                                  {"unsigned", false, 4},
                                  {"unsigned int", false, 4},
                                  {"short", true, 2},
                                  {"unsigned short", false, 2},
                                  {"long", true, 4},
                                  {"unsigned long", false, 4},
                                  {"long long", true, 8},
                                  {"unsigned long long", false, 8},
                                  {"signed char", true, 1},
                                  {"unsigned char", false, 1},
                                  {"uint8_t", false, 1},
                                  {"uint16_t", false, 2},
                                  {"uint32_t", false, 4},
                                  {"uint64_t", false, 8},
                                  {"int8_t", true, 1},
                                  {"int16_t", true, 2},
                                  {"int32_t", true, 4},
                                  {"int64_t", true, 8},
                                  {"size_t", false, 4},
                                  {"uintptr_t", false, 4}};
  for (const BuiltIn& one : kBuiltIn)
    if (one.name == name) return number(one.is_signed, one.bytes);
  if (name == "bool") return boolean();
  if (name == "char") return Type{TypeKind::Character, 1, {}, {}, 0};
  if (name == "void") return Type{TypeKind::Void, 0, {}, {}, 0};
  index();
  if (name.starts_with("::")) name.remove_prefix(2);
  const std::size_t at = name.substr(0, name.find('<')).rfind("::");
  const auto found = by_name_.find(at == std::string_view::npos ? name : name.substr(at + 2));
  if (found == by_name_.end()) return std::nullopt;
  for (const Die die : found->second) {
    const std::string full = symbols_.full_name(die);
    if (full == name || (full.ends_with(name) && full.substr(0, full.size() - name.size()).ends_with("::")))
      return this->at(die);
  }
  return std::nullopt;
}

std::optional<std::uint64_t> Types::find_enumerator(std::string_view name, Type& of) {
  index();
  if (name.starts_with("::")) name.remove_prefix(2);
  const std::size_t at = name.rfind("::");
  const auto found = enumerators_.find(at == std::string_view::npos ? name : name.substr(at + 2));
  if (found == enumerators_.end()) return std::nullopt;
  const auto ends = [&](std::string_view full) {
    return full == name || (full.ends_with(name) && full.substr(0, full.size() - name.size()).ends_with("::"));
  };
  for (const Die die : found->second) {
    const Die type = die.parent();
    if (!type || type.tag() != DW_TAG_enumeration_type) continue;
    of = this->at(type);
    // One of an enumeration without a scope is also known without its type's name.
    const std::string outer = symbols_.full_name(type);
    const std::size_t cut = outer.rfind("::");
    const std::string around = cut == std::string::npos ? "" : outer.substr(0, cut + 2);
    const std::string own(symbols_.dwarf().attribute(die, DW_AT_name).text);
    if (!ends(outer + "::" + own) && (is_scoped(of) || !ends(around + own))) continue;
    if (is_scoped(of) && at == std::string_view::npos) continue;
    return symbols_.dwarf().attribute(die, DW_AT_const_value).unsigned_value();
  }
  return std::nullopt;
}

std::string Types::name(const Type& type) {
  if (type.pointee) return name(*type.pointee) + "*";
  if (type.dimension == 0 && type.named) return name_of(type.named, 0);
  if (type.kind == TypeKind::Array && type.die) {
    std::string text = name_of(symbols_.dwarf().reference(type.die, DW_AT_type), 1);
    for (std::uint16_t i = type.dimension; i < dimensions(type.die); ++i) {
      const auto elements = subrange(type.die, i);
      text += elements ? fmt::format("[{}]", *elements) : "[]";
    }
    return text;
  }
  switch (type.kind) {
    case TypeKind::Void:
      return "void";
    case TypeKind::Bool:
      return "bool";
    case TypeKind::Character:
      return "char";
    case TypeKind::Signed:
    case TypeKind::Unsigned:
      return fmt::format("{}int{}_t", type.kind == TypeKind::Unsigned ? "u" : "", 8 * type.bytes);
    default:
      return type.die ? name_of(type.die, 0) : "?";
  }
}

std::string Types::name_of(Die die, int depth) {
  Dwarf& dwarf = symbols_.dwarf();
  if (!die) return "void";
  if (depth > kMostNesting) return "...";
  const auto inner = [&] { return name_of(dwarf.reference(die, DW_AT_type), depth + 1); };
  const auto behind = [&](std::string_view mark) {
    const Die target = dwarf.reference(die, DW_AT_type);
    if (target && target.tag() == DW_TAG_subroutine_type) {
      std::string text = name_of(target, depth + 1);
      const std::size_t at = text.find('(');
      return at == std::string::npos ? text : text.insert(at, fmt::format("({})", mark));
    }
    return inner() + std::string(mark);
  };
  switch (die.tag()) {
    case DW_TAG_const_type:
    case DW_TAG_volatile_type: {
      const std::string_view word = die.tag() == DW_TAG_const_type ? "const" : "volatile";
      const Die target = dwarf.reference(die, DW_AT_type);
      if (target && target.tag() == DW_TAG_pointer_type) return fmt::format("{} {}", inner(), word);
      return fmt::format("{} {}", word, inner());
    }
    case DW_TAG_restrict_type:
    case DW_TAG_atomic_type:
      return inner();
    case DW_TAG_pointer_type:
      return behind("*");
    case DW_TAG_ptr_to_member_type:
      return behind("::*");
    case DW_TAG_reference_type:
      return behind("&");
    case DW_TAG_rvalue_reference_type:
      return behind("&&");
    case DW_TAG_array_type: {
      std::string text = inner();
      for (std::uint16_t i = 0; i < dimensions(die); ++i) {
        const auto elements = subrange(die, i);
        text += elements ? fmt::format("[{}]", *elements) : "[]";
      }
      return text;
    }
    case DW_TAG_subroutine_type: {
      std::string arguments;
      for (Die at = die.child(); at && arguments.size() < 200; at = at.next())
        if (at.tag() == DW_TAG_formal_parameter)
          arguments += (arguments.empty() ? "" : ", ") + name_of(dwarf.reference(at, DW_AT_type), depth + 1);
      return fmt::format("{}({})", inner(), arguments);
    }
    default: {
      std::string text = symbols_.full_name(die);
      if (!text.empty()) return text;
      return die.tag() == DW_TAG_union_type ? "(anonymous union)"
             : is_record(die.tag())         ? "(anonymous struct)"
                                            : "(unnamed)";
    }
  }
}

std::uint16_t Types::dimensions(Die array) {
  std::uint16_t found = 0;
  for (Die at = array.child(); at && found < 16; at = at.next())
    if (at.tag() == DW_TAG_subrange_type) ++found;
  return found;
}

std::optional<std::uint32_t> Types::subrange(Die array, std::uint16_t dimension) {
  Dwarf& dwarf = symbols_.dwarf();
  for (Die at = array.child(); at; at = at.next()) {
    if (at.tag() != DW_TAG_subrange_type || dimension-- != 0) continue;
    if (const auto count = dwarf.attribute(at, DW_AT_count).unsigned_value())
      return *count <= kMostElements ? std::optional(std::uint32_t(*count)) : std::nullopt;
    if (const auto last = dwarf.attribute(at, DW_AT_upper_bound).unsigned_value())
      return *last < kMostElements ? std::optional(std::uint32_t(*last + 1)) : std::nullopt;
    return std::nullopt;
  }
  return std::nullopt;
}

std::optional<std::uint32_t> Types::count(const Type& array) {
  return array.die && array.kind == TypeKind::Array ? subrange(array.die, array.dimension) : std::nullopt;
}

Type Types::target(const Type& type) {
  if (type.pointee) return *type.pointee;
  if (!type.die) return {};
  if (type.kind == TypeKind::Array && type.dimension + 1 < dimensions(type.die)) {
    Type inner = type;
    ++inner.dimension;
    inner.bytes = 0;
    const auto elements = count(inner);
    const std::uint64_t bytes = elements ? std::uint64_t(*elements) * target(inner).bytes : 0;
    inner.bytes = bytes <= kMostBytes ? std::uint32_t(bytes) : 0;
    return inner;
  }
  // An array of itself, as only a damaged file has it, would have no end.
  const Die next = symbols_.dwarf().reference(type.die, DW_AT_type);
  if (type.kind == TypeKind::Array) {
    Die at = next;
    for (int steps = 0; at && steps < kMostWrappers; ++steps) {
      if (at == type.die) return {};
      if (!is_wrapper(at.tag()) && at.tag() != DW_TAG_array_type) break;
      at = symbols_.dwarf().reference(at, DW_AT_type);
      if (steps + 1 == kMostWrappers) return {};
    }
  }
  return next ? at(next) : Type{TypeKind::Void, 0, {}, {}, 0};
}

const std::vector<Member>& Types::members(const Type& record) {
  static const std::vector<Member> kNone;
  if (record.kind != TypeKind::Record || !record.die) return kNone;
  const auto [place, is_new] = members_.try_emplace(record.die.entry().offset);
  if (!is_new) return place->second;
  Dwarf& dwarf = symbols_.dwarf();
  std::vector<Member> found;
  for (Die at = record.die.child(); at && found.size() < kMostMembers; at = at.next()) {
    const bool is_base = at.tag() == DW_TAG_inheritance;
    if (at.tag() != DW_TAG_member && !is_base) continue;
    if (dwarf.attribute(at, DW_AT_external) || dwarf.attribute(at, DW_AT_declaration)) continue;  // static
    Member member;
    member.type = of(at);
    member.is_base = is_base;
    member.name = is_base ? name(member.type) : std::string(dwarf.attribute(at, DW_AT_name).text);
    member.offset = std::uint32_t(dwarf.attribute(at, DW_AT_data_member_location).unsigned_value().value_or(0));
    if (const auto bits = dwarf.attribute(at, DW_AT_bit_size).unsigned_value(); bits && *bits > 0 && *bits <= 64) {
      member.bits = std::uint16_t(*bits);
      const auto from = dwarf.attribute(at, DW_AT_data_bit_offset).unsigned_value();
      const auto from_4 = dwarf.attribute(at, DW_AT_bit_offset).unsigned_value();  // of version 4: from the upper end
      std::uint64_t bit = from.value_or(std::uint64_t(member.offset) * 8);
      if (!from && from_4) bit += std::uint64_t(member.type.bytes) * 8 - *from_4 - *bits;
      if (bit > kMostBytes) continue;
      member.offset = std::uint32_t(bit / 8);
      member.bit_offset = std::uint16_t(bit % 8);
    }
    found.push_back(std::move(member));
  }
  std::stable_partition(found.begin(), found.end(), [](const Member& member) { return member.is_base; });
  return members_[record.die.entry().offset] = std::move(found);
}

std::string_view Types::enumerator(const Type& type, std::uint64_t value) {
  if (type.kind != TypeKind::Enum || !type.die) return "";
  const std::uint64_t mask = type.bytes >= 8 ? ~std::uint64_t(0) : (std::uint64_t(1) << 8 * type.bytes) - 1;
  for (Die at = type.die.child(); at; at = at.next()) {
    if (at.tag() != DW_TAG_enumerator) continue;
    const auto one = symbols_.dwarf().attribute(at, DW_AT_const_value).unsigned_value();
    if (one && (*one & mask) == (value & mask)) return symbols_.dwarf().attribute(at, DW_AT_name).text;
  }
  return "";
}

bool Types::is_scoped(const Type& enumeration) {
  return enumeration.die &&
         symbols_.dwarf().attribute(enumeration.die, DW_AT_enum_class).unsigned_value().value_or(0) != 0;
}

}  // namespace exo::debugger
