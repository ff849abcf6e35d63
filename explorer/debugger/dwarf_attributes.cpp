// Values of attributes (DWARF 5, 7.5.5).
#include <algorithm>

#include "explorer/debugger/dwarf.hpp"
#include "explorer/debugger/dwarf_forms.hpp"

namespace exo::debugger {
namespace {

using Kind = Attribute::Kind;

constexpr int kMostReferences = 4;  // from a call through its origin to a declaration; more is a circle

std::optional<std::uint64_t> word_at(Bytes section, std::uint64_t offset) {
  if (offset > section.size() || section.size() - offset < 4) return std::nullopt;
  return Cursor(section, std::size_t(offset)).u32();
}

Attribute text_at(Bytes section, std::optional<std::uint64_t> offset) {
  if (!offset || *offset >= section.size()) return {};
  Cursor at(section, std::size_t(*offset));
  const std::string_view text = at.text();
  return at.ok() ? Attribute{Kind::Text, 0, {}, text} : Attribute{};
}

/// Offset of the list that stands at a place in a table of offsets; the table begins at `base`.
std::optional<std::uint64_t> list_offset(Bytes section, std::optional<std::uint64_t> base, std::uint64_t index) {
  if (!base || index > section.size()) return std::nullopt;
  const auto found = word_at(section, *base + 4 * index);
  return found ? std::optional(*base + *found) : std::nullopt;
}

}  // namespace

std::optional<std::uint32_t> Dwarf::indexed_address(const Unit& unit, std::uint64_t index) const {
  if (!unit.addresses || index > addresses_.size()) return std::nullopt;
  const auto found = word_at(addresses_, *unit.addresses + 4 * index);
  return found ? std::optional(std::uint32_t(*found)) : std::nullopt;
}

Attribute Dwarf::value(const Unit& unit, Cursor& at, std::uint64_t form, std::int64_t constant) const {
  const auto number = [](std::uint64_t value) { return Attribute{Kind::Number, value, {}, {}}; };
  const auto entry = [](std::uint64_t offset) { return Attribute{Kind::Entry, offset, {}, {}}; };
  const auto list = [](std::uint64_t offset) { return Attribute{Kind::List, offset, {}, {}}; };
  const auto block = [](Bytes bytes) { return Attribute{Kind::Block, 0, bytes, {}}; };
  const auto address = [&](std::uint64_t index) {
    const auto found = indexed_address(unit, index);
    return found ? Attribute{Kind::Address, *found, {}, {}} : Attribute{};
  };
  const auto text = [&](std::uint64_t index) {
    if (!unit.strings || index > offsets_.size()) return Attribute{};
    return text_at(strings_, word_at(offsets_, *unit.strings + 4 * index));
  };
  switch (form) {
    case DW_FORM_addr:
      return {Kind::Address, at.u32(), {}, {}};
    case DW_FORM_addrx:
      return address(at.uleb());
    case DW_FORM_addrx1:
      return address(at.number(1));
    case DW_FORM_addrx2:
      return address(at.number(2));
    case DW_FORM_addrx3:
      return address(at.number(3));
    case DW_FORM_addrx4:
      return address(at.number(4));
    case DW_FORM_data1:
    case DW_FORM_flag:
      return number(at.number(1));
    case DW_FORM_data2:
      return number(at.number(2));
    case DW_FORM_data4:
      return number(at.number(4));
    case DW_FORM_data8:
      return number(at.number(8));
    case DW_FORM_data16:
      return block(at.bytes(16));
    case DW_FORM_udata:
      return number(at.uleb());
    case DW_FORM_sdata:
      return {Kind::Signed, std::uint64_t(at.sleb()), {}, {}};
    case DW_FORM_implicit_const:
      return {Kind::Signed, std::uint64_t(constant), {}, {}};
    case DW_FORM_flag_present:
      return number(1);
    case DW_FORM_string: {
      const std::string_view found = at.text();
      return at.ok() ? Attribute{Kind::Text, 0, {}, found} : Attribute{};
    }
    case DW_FORM_strp:
      return text_at(strings_, at.number(4));
    case DW_FORM_line_strp:
      return text_at(line_strings_, at.number(4));
    case DW_FORM_strx:
      return text(at.uleb());
    case DW_FORM_strx1:
      return text(at.number(1));
    case DW_FORM_strx2:
      return text(at.number(2));
    case DW_FORM_strx3:
      return text(at.number(3));
    case DW_FORM_strx4:
      return text(at.number(4));
    case DW_FORM_ref1:
      return entry(unit.offset + at.number(1));
    case DW_FORM_ref2:
      return entry(unit.offset + at.number(2));
    case DW_FORM_ref4:
      return entry(unit.offset + at.number(4));
    case DW_FORM_ref8:
      return entry(unit.offset + at.number(8));
    case DW_FORM_ref_udata:
      return entry(unit.offset + at.uleb());
    case DW_FORM_ref_addr:
      return entry(at.number(4));
    case DW_FORM_sec_offset:
      return list(at.number(4));
    case DW_FORM_rnglistx: {
      const auto found = list_offset(range_lists_, unit.ranges, at.uleb());
      return found ? list(*found) : Attribute{};
    }
    case DW_FORM_loclistx: {
      const auto found = list_offset(location_lists_, unit.locations, at.uleb());
      return found ? list(*found) : Attribute{};
    }
    case DW_FORM_exprloc:
    case DW_FORM_block:
      return block(at.bytes(at.uleb()));
    case DW_FORM_block1:
      return block(at.bytes(at.number(1)));
    case DW_FORM_block2:
      return block(at.bytes(at.number(2)));
    case DW_FORM_block4:
      return block(at.bytes(at.number(4)));
    default:
      return {};
  }
}

Attribute Dwarf::attribute_of(const Unit& unit, const Entry& entry, std::uint16_t name) const {
  const Abbreviation& abbreviation = unit.abbreviations->rows[entry.abbreviation];
  const AttributeForm* forms = unit.abbreviations->forms.data() + abbreviation.first;
  std::uint32_t place = 0;
  while (place < abbreviation.count && forms[place].name != name) ++place;
  if (place == abbreviation.count) return {};
  Cursor at(info_.first(unit.end), entry.attributes);
  for (std::uint32_t i = 0; i < place; ++i)
    if (!skip_form(at, forms[i].form)) return {};
  const Attribute found = value(unit, at, forms[place].form, forms[place].constant);
  return at.ok() ? found : Attribute{};
}

Attribute Dwarf::attribute(Die die, std::uint16_t name) {
  return die ? attribute_of(*die.unit, die.entry(), name) : Attribute{};
}

Die Dwarf::reference(Die die, std::uint16_t name) {
  const Attribute found = attribute(die, name);
  return found.kind == Kind::Entry ? at_offset(found.number) : Die{};
}

Attribute Dwarf::inherited(Die die, std::uint16_t name) {
  for (int steps = 0; die && steps <= kMostReferences; ++steps) {
    if (const Attribute found = attribute(die, name)) return found;
    const Die origin = reference(die, DW_AT_abstract_origin);
    die = origin ? origin : reference(die, DW_AT_specification);
  }
  return {};
}

}  // namespace exo::debugger
