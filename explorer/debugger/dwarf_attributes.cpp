// Values of attributes, and the lists of ranges and locations that they name (DWARF 5, 7.5.5, 7.7.3, 7.25).
#include <algorithm>

#include "explorer/debugger/dwarf.hpp"
#include "explorer/debugger/dwarf_forms.hpp"

namespace exo::debugger {
namespace {

using Kind = Attribute::Kind;

constexpr int kMostReferences = 4;  // from a call through its origin to a declaration; more is a circle
constexpr std::size_t kMostListEntries = 1u << 16;

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

template <typename Visit>
void Dwarf::visit_ranges(const Unit& unit, std::uint64_t offset, Visit&& visit) const {
  if (offset >= range_lists_.size()) return;
  Cursor at(range_lists_, std::size_t(offset));
  std::optional<std::uint32_t> base = unit.low;
  for (std::size_t i = 0; at.ok() && i < kMostListEntries; ++i) {
    std::optional<std::uint32_t> first, last;
    switch (at.u8()) {
      case DW_RLE_base_addressx:
        base = indexed_address(unit, at.uleb());
        continue;
      case DW_RLE_base_address:
        base = at.u32();
        continue;
      case DW_RLE_startx_endx:
        first = indexed_address(unit, at.uleb());
        last = indexed_address(unit, at.uleb());
        break;
      case DW_RLE_startx_length:
        first = indexed_address(unit, at.uleb());
        if (const auto length = std::uint32_t(at.uleb()); first) last = *first + length;
        break;
      case DW_RLE_offset_pair: {
        const auto from = std::uint32_t(at.uleb()), to = std::uint32_t(at.uleb());
        if (base) first = *base + from, last = *base + to;
        break;
      }
      case DW_RLE_start_end:
        first = at.u32();
        last = at.u32();
        break;
      case DW_RLE_start_length:
        first = at.u32();
        last = *first + std::uint32_t(at.uleb());
        break;
      default:  // the end, or what nobody knows
        return;
    }
    if (at.ok() && first && last && *first < *last && !visit(AddressRange{*first, *last})) return;
  }
}

std::vector<AddressRange> Dwarf::ranges(Die die) {
  std::vector<AddressRange> all;
  if (!die) return all;
  if (const Attribute lists = attribute(die, DW_AT_ranges); lists.kind == Kind::List) {
    visit_ranges(*die.unit, lists.number, [&](AddressRange range) {
      all.push_back(range);
      return all.size() < kMostRanges;
    });
    return all;
  }
  const Attribute low = attribute(die, DW_AT_low_pc), high = attribute(die, DW_AT_high_pc);
  if (low.kind != Kind::Address || !high) return all;
  const auto first = std::uint32_t(low.number);
  const auto last = std::uint32_t(high.kind == Kind::Address ? high.number : first + high.number);
  if (first < last) all.push_back({first, last});
  return all;
}

bool Dwarf::covers(Die die, std::uint32_t address) {
  if (!die) return false;
  if (const Attribute lists = attribute(die, DW_AT_ranges); lists.kind == Kind::List) {
    bool found = false;
    visit_ranges(*die.unit, lists.number, [&](AddressRange range) { return !(found = range.holds(address)); });
    return found;
  }
  const Attribute low = attribute(die, DW_AT_low_pc), high = attribute(die, DW_AT_high_pc);
  if (low.kind != Kind::Address || !high) return false;
  const auto first = std::uint32_t(low.number);
  return AddressRange{first, std::uint32_t(high.kind == Kind::Address ? high.number : first + high.number)}.holds(
      address);
}

Bytes Dwarf::expression_at(Die die, std::uint16_t name, std::uint32_t pc) {
  const Attribute found = attribute(die, name);
  if (found.kind == Kind::Block) return found.block;
  if (found.kind != Kind::List || found.number >= location_lists_.size()) return {};
  const Unit& unit = *die.unit;
  Cursor at(location_lists_, std::size_t(found.number));
  std::optional<std::uint32_t> base = unit.low;
  Bytes otherwise;
  for (std::size_t i = 0; at.ok() && i < kMostListEntries; ++i) {
    std::optional<std::uint32_t> first, last;
    switch (at.u8()) {
      case DW_LLE_base_addressx:
        base = indexed_address(unit, at.uleb());
        continue;
      case DW_LLE_base_address:
        base = at.u32();
        continue;
      case DW_LLE_startx_endx:
        first = indexed_address(unit, at.uleb());
        last = indexed_address(unit, at.uleb());
        break;
      case DW_LLE_startx_length:
        first = indexed_address(unit, at.uleb());
        if (const auto length = std::uint32_t(at.uleb()); first) last = *first + length;
        break;
      case DW_LLE_offset_pair: {
        const auto from = std::uint32_t(at.uleb()), to = std::uint32_t(at.uleb());
        if (base) first = *base + from, last = *base + to;
        break;
      }
      case DW_LLE_default_location:
        otherwise = at.bytes(at.uleb());
        continue;
      case DW_LLE_start_end:
        first = at.u32();
        last = at.u32();
        break;
      case DW_LLE_start_length:
        first = at.u32();
        last = *first + std::uint32_t(at.uleb());
        break;
      default:
        return otherwise;
    }
    const Bytes expression = at.bytes(at.uleb());
    if (at.ok() && first && last && *first <= pc && pc < *last) return expression;
  }
  return otherwise;
}

}  // namespace exo::debugger
