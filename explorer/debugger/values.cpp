// Where variables are. How they look is in values_text.cpp.
#include "explorer/debugger/values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

namespace exo::debugger {
namespace {

constexpr int kMostEntryValues = 8;
constexpr std::uint32_t kMostLoaded = 1u << 16;

Die enclosing_function(Die die) {
  while (die && die.tag() != DW_TAG_subprogram) die = die.parent();
  return die;
}

}  // namespace

Scope::Scope(Symbols& symbols, const Stack& stack, std::size_t frame, const StackSource& source)
    : symbols_(symbols),
      types_(symbols.types()),
      stack_(stack),
      source_(source),
      number_(frame),
      frame_(&stack.frames.at(frame)),
      read_(reader_of(source, frame_->env)) {}

/// The instruction whose row of a location list counts: behind a call, the call itself still does.
std::uint32_t Scope::location_pc() const { return frame_->lookup == frame_->pc ? frame_->pc : frame_->pc - 1; }

ExpressionContext Scope::context(std::size_t number) {
  const Frame& frame = stack_.frames[number];
  ExpressionContext made;
  made.registers = &frame.registers;
  made.read = &read_;
  made.dwarf = &symbols_.dwarf();
  made.unit = frame.die.unit;
  made.frame_address = frame.address;
  made.frame_base = [this, number] { return frame_base(number); };
  made.at_entry = [this, number](Bytes expression) { return at_entry(number, expression, depth_); };
  return made;
}

std::optional<std::uint32_t> Scope::frame_base(std::size_t number) {
  const Frame& frame = stack_.frames[number];
  const Die function = enclosing_function(frame.die);
  if (!function) return std::nullopt;
  const Bytes expression = symbols_.dwarf().expression_at(function, DW_AT_frame_base, frame.lookup);
  ExpressionContext inner = context(number);
  inner.frame_base = {};
  const Location base = locate(expression, inner);
  if (base.pieces.size() != 1) return std::nullopt;
  if (const auto* place = std::get_if<Piece::Register>(&base.pieces[0].where))
    return frame.registers.find(place->number);
  if (const auto* place = std::get_if<Piece::Memory>(&base.pieces[0].where)) return place->address;
  return std::nullopt;
}

/// The caller says what it put there, when the function was called by name (a function on the way that called by a jump
/// would have changed it).
std::optional<std::uint32_t> Scope::at_entry(std::size_t number, Bytes expression, int depth) {
  if (depth >= kMostEntryValues) return std::nullopt;
  Dwarf& dwarf = symbols_.dwarf();
  const Frame& frame = stack_.frames[number];
  const Die function = enclosing_function(frame.die);
  if (!function) return std::nullopt;
  const Attribute low = dwarf.attribute(function, DW_AT_low_pc);
  if (low.kind == Attribute::Kind::Address && low.number == frame.pc && frame.lookup == frame.pc) {
    const Location now = locate(expression, context(number));
    const auto* place = now.pieces.size() == 1 ? std::get_if<Piece::Register>(&now.pieces[0].where) : nullptr;
    return place != nullptr ? frame.registers.find(place->number) : std::nullopt;
  }
  std::size_t outer = number;
  while (outer < stack_.frames.size() && stack_.frames[outer].inlined) ++outer;
  ++outer;
  if (outer >= stack_.frames.size()) return std::nullopt;
  const Frame& caller = stack_.frames[outer];
  const Die calling = enclosing_function(caller.die);
  if (!calling || !caller.boundary.empty() || caller.env != frame.env || caller.guess) return std::nullopt;
  for (std::uint32_t i = calling.index + 1; i < calling.entry().end; ++i) {
    const Die site{calling.unit, i};
    if (site.tag() != DW_TAG_call_site && site.tag() != DW_TAG_GNU_call_site) continue;
    const Attribute back = dwarf.attribute(site, site.tag() == DW_TAG_call_site ? DW_AT_call_return_pc : DW_AT_low_pc);
    if (back.kind != Attribute::Kind::Address || back.number != caller.pc) continue;
    Die origin = dwarf.reference(site, DW_AT_call_origin);
    if (!origin) origin = dwarf.reference(site, DW_AT_abstract_origin);
    if (!origin || symbols_.full_name(origin) != symbols_.full_name(function)) return std::nullopt;
    for (Die parameter = site.child(); parameter; parameter = parameter.next()) {
      const Bytes place = dwarf.attribute(parameter, DW_AT_location).block;
      if (place.size() != expression.size() || !std::equal(place.begin(), place.end(), expression.begin())) continue;
      Bytes value = dwarf.attribute(parameter, DW_AT_call_value).block;
      if (value.empty()) value = dwarf.attribute(parameter, DW_AT_GNU_call_site_value).block;
      ++depth_;
      const auto computed = compute(value, context(outer));
      --depth_;
      return computed;
    }
    return std::nullopt;
  }
  return std::nullopt;
}

Value Scope::value_at(const Location& location, Type type, std::string name) {
  Value value;
  value.name = std::move(name);
  value.type = type;
  if (location.pieces.empty()) {
    value.missing = location.why.empty() ? "optimised out" : location.why;
    return value;
  }
  if (location.pieces.size() == 1)
    if (const auto* memory = std::get_if<Piece::Memory>(&location.pieces[0].where)) {
      value.address = memory->address;
      return value;
    }
  if (type.bytes > kMostLoaded) {
    value.missing = "too large to be read from pieces";
    return value;
  }
  value.bytes.reserve(type.bytes);
  bool any = false;
  for (const Piece& piece : location.pieces) {
    const std::size_t from = value.bytes.size();
    const std::size_t left = type.bytes - std::min<std::size_t>(type.bytes, from);
    const std::size_t count = piece.bytes == 0 ? left : std::min<std::size_t>(piece.bytes, left);
    value.bytes.resize(from + count);
    const std::span<std::byte> out(value.bytes.data() + from, count);
    bool known = true;
    const auto put = [&](std::uint64_t number) {
      if (count > 8) known = false;
      if (count != 0) std::memcpy(out.data(), &number, std::min<std::size_t>(count, 8));
    };
    if (const auto* memory = std::get_if<Piece::Memory>(&piece.where)) {
      known = read_(memory->address, out);
    } else if (const auto* place = std::get_if<Piece::Register>(&piece.where)) {
      const auto found = frame_->registers.find(place->number);
      known = found.has_value() && count <= 4;
      if (known) put(*found);
      if (location.pieces.size() == 1) value.in_register = place->number;
    } else if (const auto* constant = std::get_if<Piece::Constant>(&piece.where)) {
      put(constant->value);
    } else if (const auto* literal = std::get_if<Piece::Literal>(&piece.where)) {
      known = literal->bytes.size() >= count;
      if (known) std::copy_n(literal->bytes.begin(), count, out.begin());
    } else {
      known = false;
    }
    if (!known) {
      value.lost.resize(type.bytes, false);
      std::fill_n(value.lost.begin() + std::ptrdiff_t(from), count, true);
    }
    any = any || (known && count != 0);
  }
  if (value.bytes.size() < type.bytes) {
    value.lost.resize(type.bytes, false);
    std::fill(value.lost.begin() + std::ptrdiff_t(value.bytes.size()), value.lost.end(), true);
    value.bytes.resize(type.bytes);
  }
  if (!any) value.missing = value.in_register ? "its register is not kept" : "optimised out";
  return value;
}

Value Scope::value_of(Die variable) {
  Dwarf& dwarf = symbols_.dwarf();
  const Type type = types_.of(variable);
  std::string name(dwarf.name(variable));
  const bool argument = variable.tag() == DW_TAG_formal_parameter;
  Value value;
  const Attribute constant = dwarf.inherited(variable, DW_AT_const_value);
  if (constant && !dwarf.attribute(variable, DW_AT_location)) {
    value.name = std::move(name);
    value.type = type;
    value.bytes.resize(std::min<std::size_t>(type.bytes, kMostLoaded));
    if (constant.kind == Attribute::Kind::Block) {
      if (constant.block.size() < value.bytes.size()) value.missing = "optimised out";
      std::copy_n(constant.block.begin(), std::min(constant.block.size(), value.bytes.size()), value.bytes.begin());
    } else {
      if (value.bytes.size() > 8 || !constant.unsigned_value()) value.missing = "optimised out";
      if (!value.bytes.empty())
        std::memcpy(value.bytes.data(), &constant.number, std::min<std::size_t>(value.bytes.size(), 8));
    }
  } else {
    ExpressionContext inner = context(number_);
    inner.unit = variable.unit;
    value = value_at(locate(dwarf.expression_at(variable, DW_AT_location, location_pc()), inner), type, name);
    // A caller's argument, in a register that the callee was free to change: behind the call its location may say that
    // it is what it was at the entry, which the caller's caller knows.
    if (!value.available() && argument && frame_->pc != frame_->lookup) {
      const Bytes behind = dwarf.expression_at(variable, DW_AT_location, frame_->pc);
      if (!behind.empty() &&
          (behind[0] == std::byte{DW_OP_entry_value} || behind[0] == std::byte{DW_OP_GNU_entry_value}))
        if (Value other = value_at(locate(behind, inner), type, name); other.available()) value = std::move(other);
    }
  }
  value.argument = argument;
  return value;
}

std::vector<Value> Scope::locals() {
  std::vector<Value> values;
  if (!frame_->die) return values;
  const std::vector<Symbols::NamedDie> variables = symbols_.variables_at(frame_->die, frame_->lookup);
  for (const auto& variable : variables) values.push_back(value_of(variable.die));
  return values;
}

std::vector<Value> Scope::globals(std::size_t most) {
  std::vector<Value> values;
  std::unordered_set<std::string> seen;
  for (const bool own : {true, false})
    for (const Die die : symbols_.variables()) {
      if (values.size() >= most) break;
      if ((die.unit == frame_->die.unit) != own) continue;
      std::string name = symbols_.full_name(die);
      if (!seen.insert(name).second) continue;
      values.push_back(value_of(die));
      values.back().name = std::move(name);
    }
  return values;
}

std::optional<Value> Scope::find(std::string_view name) {
  Die object;
  if (frame_->die)
    for (const auto& variable : symbols_.variables_at(frame_->die, frame_->lookup)) {
      if (variable.name == name) return value_of(variable.die);
      if (variable.name == "this" && !object) object = variable.die;
    }
  if (object && name.find("::") == std::string_view::npos) {
    const Value pointer = value_of(object);
    if (pointer.available())
      if (auto found = member(target(pointer), name)) return found;
  }
  const Die global = symbols_.variable(name, frame_->die.unit);
  return global ? std::optional(value_of(global)) : std::nullopt;
}

}  // namespace exo::debugger
