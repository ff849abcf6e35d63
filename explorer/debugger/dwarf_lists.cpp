// Lists of ranges and of locations: DWARF 5, 7.25 and 7.29, and the simpler ones of DWARF 4, 2.17.3 and 2.6.2.
#include "explorer/debugger/dwarf.hpp"

namespace exo::debugger {
namespace {

using Kind = Attribute::Kind;

constexpr std::size_t kMostListEntries = 1u << 16;
constexpr std::uint32_t kNewBase = 0xffff'ffff;  // of version 4: the second address is what the others count from

}  // namespace

template <typename Visit>
void Dwarf::visit_ranges_4(const Unit& unit, std::uint64_t offset, Visit&& visit) const {
  if (offset >= ranges_4_.size()) return;
  Cursor at(ranges_4_, std::size_t(offset));
  std::uint32_t base = unit.low;
  for (std::size_t i = 0; at.ok() && i < kMostListEntries; ++i) {
    const std::uint32_t first = at.u32(), last = at.u32();
    if (!at.ok() || (first == 0 && last == 0)) return;
    if (first == kNewBase)
      base = last;
    else if (first < last && !visit(AddressRange{base + first, base + last}))
      return;
  }
}

template <typename Visit>
void Dwarf::visit_ranges(const Unit& unit, std::uint64_t offset, Visit&& visit) const {
  if (unit.version == 4) return visit_ranges_4(unit, offset, visit);
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
  // In version 4 a number of four bytes is no place in a section: that has a form of its own.
  if (found.kind != Kind::List) return {};
  return die.unit->version == 4 ? location_4_at(*die.unit, found.number, pc) : location_at(*die.unit, found.number, pc);
}

Bytes Dwarf::location_4_at(const Unit& unit, std::uint64_t offset, std::uint32_t pc) const {
  if (offset >= locations_4_.size()) return {};
  Cursor at(locations_4_, std::size_t(offset));
  std::uint32_t base = unit.low;
  for (std::size_t i = 0; at.ok() && i < kMostListEntries; ++i) {
    const std::uint32_t first = at.u32(), last = at.u32();
    if (first == 0 && last == 0) return {};
    if (first == kNewBase) {
      base = last;
      continue;
    }
    const Bytes expression = at.bytes(at.u16());
    if (at.ok() && base + first <= pc && pc < base + last) return expression;
  }
  return {};
}

Bytes Dwarf::location_at(const Unit& unit, std::uint64_t offset, std::uint32_t pc) const {
  if (offset >= location_lists_.size()) return {};
  Cursor at(location_lists_, std::size_t(offset));
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
