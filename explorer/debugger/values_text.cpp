// How values look, and what is inside of them.
#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "explorer/debugger/values.hpp"

namespace exo::debugger {
namespace {

constexpr int kMostDepth = 4;             // of braces in one line
constexpr std::size_t kMostElements = 8;  // of an array in one line
constexpr std::size_t kMostMembers = 12;
constexpr std::size_t kMostCharacters = 64;
constexpr int kMostBases = 8;
constexpr std::uint32_t kMostLoaded = 1u << 16;
constexpr std::string_view kGone = "optimised out";

std::string escaped(char c) {
  switch (c) {
    case '\n':
      return "\\n";
    case '\t':
      return "\\t";
    case '\r':
      return "\\r";
    case '"':
      return "\\\"";
    case '\\':
      return "\\\\";
    case '\0':
      return "\\0";
    default:
      return c >= ' ' && c < '\x7f' ? std::string(1, c) : fmt::format("\\x{:02x}", std::uint8_t(c));
  }
}

}  // namespace

std::optional<std::vector<std::byte>> Scope::load(const Value& value) {
  if (!value.available()) return std::nullopt;
  const std::uint32_t count = value.bits != 0 ? (value.bit_offset + value.bits + 7U) / 8 : value.type.bytes;
  if (count > kMostLoaded) return std::nullopt;
  if (!value.address) {
    if (value.bytes.size() < count || std::find(value.lost.begin(), value.lost.end(), true) != value.lost.end())
      return std::nullopt;
    return std::vector<std::byte>(value.bytes.begin(), value.bytes.begin() + count);
  }
  std::vector<std::byte> bytes(count);
  if (!read_(*value.address, bytes)) return std::nullopt;
  return bytes;
}

std::optional<std::uint64_t> Scope::number(const Value& value) {
  if (!value.type.is_number() && value.type.kind != TypeKind::Pointer && value.type.kind != TypeKind::Reference)
    return std::nullopt;
  const auto bytes = load(value);
  if (!bytes || bytes->empty() || bytes->size() > 8) return std::nullopt;
  std::uint64_t number = 0;
  std::memcpy(&number, bytes->data(), bytes->size());
  unsigned bits = 8 * unsigned(bytes->size());
  if (value.bits != 0) {
    number >>= value.bit_offset;
    bits = value.bits;
  }
  if (bits < 64) {
    number &= (std::uint64_t(1) << bits) - 1;
    if (value.type.kind == TypeKind::Signed || value.type.kind == TypeKind::Character)
      number = std::uint64_t(std::int64_t(number << (64 - bits)) >> (64 - bits));
  }
  return number;
}

Value Scope::element(const Value& array, std::uint32_t index) {
  Value value;
  value.name = fmt::format("[{}]", index);
  value.type = types_.target(array.type);
  value.missing = array.missing;
  const std::uint64_t offset = std::uint64_t(index) * value.type.bytes;
  if (array.address) {
    value.address = std::uint32_t(*array.address + offset);
  } else if (array.available()) {
    if (offset + value.type.bytes > array.bytes.size()) {
      value.missing = "outside of what is known of the array";
    } else {
      value.bytes.assign(array.bytes.begin() + std::ptrdiff_t(offset),
                         array.bytes.begin() + std::ptrdiff_t(offset + value.type.bytes));
      if (!array.lost.empty())
        value.lost.assign(array.lost.begin() + std::ptrdiff_t(offset),
                          array.lost.begin() + std::ptrdiff_t(offset + value.type.bytes));
    }
  }
  return value;
}

Value Scope::target(const Value& pointer) {
  Value value;
  value.name = "*" + pointer.name;
  value.type = types_.target(pointer.type);
  const auto to = number(pointer);
  if (!to)
    value.missing = pointer.missing.empty() ? "the pointer can't be read" : pointer.missing;
  else
    value.address = std::uint32_t(*to);
  return value;
}

std::optional<Value> Scope::member(const Value& record, std::string_view name) {
  struct Level {
    Value value;
    int depth;
  };
  std::vector<Level> levels = {{record, 0}};
  for (std::size_t i = 0; i < levels.size() && i < 64; ++i) {
    const std::vector<Value> inside = children(levels[i].value, 0, Types::kMostMembers);
    const auto& members = types_.members(levels[i].value.type);
    for (std::size_t j = 0; j < inside.size() && j < members.size(); ++j) {
      if (!members[j].is_base && !members[j].name.empty() && members[j].name == name) return inside[j];
      if ((members[j].is_base || members[j].name.empty()) && levels[i].depth < kMostBases)
        levels.push_back({inside[j], levels[i].depth + 1});
    }
  }
  return std::nullopt;
}

std::vector<Value> Scope::children(const Value& value, std::size_t first, std::size_t most) {
  std::vector<Value> found;
  if (value.type.kind == TypeKind::Reference) return children(target(value), first, most);
  if (value.type.kind == TypeKind::Pointer) {
    if (first == 0 && most != 0 && has_children(value)) found.push_back(target(value));
    return found;
  }
  if (value.type.kind == TypeKind::Array) {
    const std::uint32_t count = types_.count(value.type).value_or(0);
    for (std::size_t i = first; i < count && i - first < most; ++i) found.push_back(element(value, std::uint32_t(i)));
    return found;
  }
  const auto& members = types_.members(value.type);
  for (std::size_t i = first; i < members.size() && i - first < most; ++i) {
    const Member& member = members[i];
    Value part;
    part.name = member.name;
    part.type = member.type;
    part.bit_offset = member.bit_offset;
    part.bits = member.bits;
    part.missing = value.missing;
    const std::size_t count = member.bits != 0 ? (member.bit_offset + member.bits + 7U) / 8 : member.type.bytes;
    if (value.address) {
      part.address = *value.address + member.offset;
    } else if (value.available()) {
      if (member.offset + count > value.bytes.size()) {
        part.missing = kGone;
      } else {
        const auto from = std::ptrdiff_t(member.offset), to = std::ptrdiff_t(member.offset + count);
        part.bytes.assign(value.bytes.begin() + from, value.bytes.begin() + to);
        if (!value.lost.empty()) part.lost.assign(value.lost.begin() + from, value.lost.begin() + to);
        if (!part.lost.empty() && std::find(part.lost.begin(), part.lost.end(), false) == part.lost.end())
          part.missing = kGone;
      }
    }
    found.push_back(std::move(part));
  }
  return found;
}

bool Scope::has_children(const Value& value) {
  if (!value.available()) return false;
  switch (value.type.kind) {
    case TypeKind::Record:
      return !types_.members(value.type).empty();
    case TypeKind::Array:
      return types_.count(value.type).value_or(0) != 0;
    case TypeKind::Reference:
      return has_children(target(value));
    case TypeKind::Pointer: {
      const TypeKind to = types_.target(value.type).kind;
      return to != TypeKind::Void && to != TypeKind::Function && to != TypeKind::Unknown &&
             number(value).value_or(0) != 0;
    }
    default:
      return false;
  }
}

std::optional<std::string> Scope::text_at(std::uint32_t address, std::size_t most) {
  std::string text;
  for (std::size_t i = 0; i < most; ++i) {
    std::byte byte{};
    if (!read_(address + std::uint32_t(i), {&byte, 1}))
      return text.empty() ? std::nullopt : std::optional(text + "\"...");
    if (byte == std::byte{0}) return text + "\"";
    const char c = char(byte);
    if (c != '\n' && c != '\t' && c != '\r' && (c < ' ' || c > '~')) return std::nullopt;
    text += escaped(c);
  }
  return text + "\"...";
}

void Scope::write_number(const Value& value, std::string& out) {
  const auto found = number(value);
  if (!found) {
    out += value.lost.empty() ? "can't be read" : kGone;
    return;
  }
  switch (value.type.kind) {
    case TypeKind::Bool:
      out += *found > 1 ? fmt::format("true ({})", *found) : *found != 0 ? "true" : "false";
      break;
    case TypeKind::Character:
      out += fmt::format("'{}'", *found == '\'' ? "\\'" : escaped(char(*found)));
      break;
    case TypeKind::Enum: {
      const std::string_view name = types_.enumerator(value.type, *found);
      const std::string type = types_.name({value.type.kind, value.type.bytes, value.type.die, value.type.die, 0});
      const std::size_t outer = type.rfind("::");
      const std::string last = outer == std::string::npos ? type : type.substr(outer + 2);
      if (name.empty())
        out += fmt::format("{}({})", last, *found);
      else
        out += types_.is_scoped(value.type) ? fmt::format("{}::{}", last, name) : std::string(name);
      break;
    }
    case TypeKind::Signed:
      out += fmt::format("{}", std::int64_t(*found));
      break;
    default:
      out += *found >= 0x1'0000 ? fmt::format("{} (0x{:x})", *found, *found) : fmt::format("{}", *found);
  }
}

void Scope::write_pointer(const Value& value, std::string& out) {
  const auto to = number(value);
  if (!to) {
    out += value.lost.empty() ? "can't be read" : kGone;
    return;
  }
  if (*to == 0) {
    out += "nullptr";
    return;
  }
  out += fmt::format("0x{:08x}", *to);
  const Type target = types_.target(value.type);
  if (target.kind == TypeKind::Character) {
    if (const auto text = text_at(std::uint32_t(*to), kMostCharacters)) out += " \"" + *text;
  } else if (target.kind == TypeKind::Function) {
    if (const auto function = symbols_.function_at(std::uint32_t(*to)); function && function->entry == *to)
      out += fmt::format(" {}", function->name);
  }
}

void Scope::write(const Value& value, std::string& out, int depth) {
  if (!value.available()) {
    out += value.missing;
    return;
  }
  if (out.size() > kMostText) {
    out += "...";
    return;
  }
  switch (value.type.kind) {
    case TypeKind::Pointer:
      return write_pointer(value, out);
    case TypeKind::Reference:
      return depth >= kMostDepth ? void(out += "...") : write(target(value), out, depth + 1);
    case TypeKind::Float: {
      const auto bytes = load(value);
      if (!bytes || (bytes->size() != 4 && bytes->size() != 8)) {
        out += bytes ? "a number of a kind that is not shown" : "can't be read";
        return;
      }
      float small = 0;
      double large = 0;
      if (bytes->size() == 4) std::memcpy(&small, bytes->data(), 4);
      if (bytes->size() == 8) std::memcpy(&large, bytes->data(), 8);
      out += fmt::format("{}", bytes->size() == 4 ? double(small) : large);
      return;
    }
    case TypeKind::Array: {
      const std::uint32_t count = types_.count(value.type).value_or(0);
      if (types_.target(value.type).kind == TypeKind::Character) {
        Value whole = value;
        whole.type.bytes = std::min<std::uint32_t>(count, kMostCharacters);
        if (const auto bytes = load(whole)) {
          out += '"';
          std::size_t end = 0;
          while (end < bytes->size() && (*bytes)[end] != std::byte{0}) ++end;
          for (std::size_t i = 0; i < end; ++i) out += escaped(char((*bytes)[i]));
          out += end == kMostCharacters && count > end ? "\"..." : "\"";
          return;
        }
      }
      if (depth >= kMostDepth) {
        out += "{...}";
        return;
      }
      out += '{';
      for (std::uint32_t i = 0; i < count; ++i) {
        if (i != 0) out += ", ";
        if (i >= kMostElements || out.size() > kMostText) {
          out += "...";
          break;
        }
        write(element(value, i), out, depth + 1);
      }
      out += '}';
      return;
    }
    case TypeKind::Record: {
      if (depth >= kMostDepth) {
        out += "{...}";
        return;
      }
      const std::vector<Value> inside = children(value, 0, kMostMembers + 1);
      const auto& members = types_.members(value.type);
      out += '{';
      for (std::size_t i = 0; i < inside.size(); ++i) {
        if (i != 0) out += ", ";
        if (i >= kMostMembers || out.size() > kMostText) {
          out += "...";
          break;
        }
        if (!members[i].is_base && !inside[i].name.empty()) out += inside[i].name + " = ";
        write(inside[i], out, depth + 1);
      }
      out += '}';
      return;
    }
    case TypeKind::Function:
    case TypeKind::Void:
      out += types_.name(value.type);
      return;
    case TypeKind::Unknown:
      out += "of a type that is not known";
      return;
    default:
      write_number(value, out);
  }
}

std::string Scope::text(const Value& value) {
  std::string out;
  write(value, out, 0);
  return out;
}

ValueRow Scope::row(const Value& value) {
  return {value.name,       types_.name(value.type), text(value),        value.address,
          value.type.bytes, value.available(),       has_children(value)};
}

}  // namespace exo::debugger
