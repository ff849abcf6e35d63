#include "explorer/debugger/dwarf.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "explorer/debugger/dwarf_forms.hpp"

namespace exo::debugger {
namespace {

constexpr std::size_t kMostUnits = 1u << 14;
constexpr std::size_t kMostAbbreviations = 1u << 21;
constexpr std::size_t kMostEntries = 1u << 23;
constexpr std::size_t kMostDepth = 256;
constexpr std::uint64_t kDwarf64 = 0xffff'fff0;

}  // namespace

Dwarf::Dwarf(const ElfImage& image)
    : info_(image.section(".debug_info")),
      abbreviations_(image.section(".debug_abbrev")),
      strings_(image.section(".debug_str")),
      line_strings_(image.section(".debug_line_str")),
      offsets_(image.section(".debug_str_offsets")),
      addresses_(image.section(".debug_addr")),
      range_lists_(image.section(".debug_rnglists")),
      location_lists_(image.section(".debug_loclists")),
      line_(image.section(".debug_line")),
      ranges_4_(image.section(".debug_ranges")),
      locations_4_(image.section(".debug_loc")),
      abbreviation_budget_(kMostAbbreviations),
      entry_budget_(kMostEntries) {
  read_heads();
}

Dwarf::~Dwarf() = default;

void Dwarf::read_heads() {
  Cursor at(info_);
  while (!at.done() && units_.size() < kMostUnits) {
    auto unit = std::make_unique<Unit>();
    unit->offset = std::uint32_t(at.at());
    const std::uint32_t length = at.u32();
    if (length >= kDwarf64 || length > at.left() || length == 0) {
      problem_ = fmt::format("debugging information is cut off or damaged at 0x{:x}", unit->offset);
      return;
    }
    unit->end = std::uint32_t(at.at() + length);
    unit->version = at.u16();
    const bool is_4 = unit->version == 4;
    const std::uint8_t kind = is_4 ? std::uint8_t(DW_UT_compile) : at.u8();
    std::uint8_t address_bytes = is_4 ? std::uint8_t(0) : at.u8();
    const std::uint32_t table = at.u32();
    if (is_4) address_bytes = at.u8();
    unit->first_entry = std::uint32_t(at.at());
    if (unit->first_entry > unit->end) address_bytes = 0;
    at = Cursor(info_, unit->end);
    if (unit->version != 4 && unit->version != 5) {
      problem_ = fmt::format("debugging information of DWARF version {} is not read, only of 4 and 5", unit->version);
      continue;
    }
    if (address_bytes != 4 || (kind != DW_UT_compile && kind != DW_UT_partial)) continue;
    unit->abbreviations = abbreviations(table);
    read_root(*unit);
    if (!unit->entries.empty()) units_.push_back(std::move(unit));
  }
}

const Abbreviations* Dwarf::abbreviations(std::uint64_t offset) {
  auto& table = tables_[offset];
  if (table == nullptr)
    table = std::make_unique<Abbreviations>(read_abbreviations(abbreviations_, offset, abbreviation_budget_));
  return table.get();
}

/// The bases come first: other attributes may need them, in whatever order they stand.
void Dwarf::read_root(Unit& unit) {
  Cursor at(info_.first(unit.end), unit.first_entry);
  Entry root;
  root.offset = unit.first_entry;
  root.abbreviation = std::uint32_t(unit.abbreviations->find(at.uleb()));
  if (root.abbreviation >= unit.abbreviations->rows.size()) return;
  root.tag = unit.abbreviations->rows[root.abbreviation].tag;
  root.attributes = std::uint32_t(at.at());
  root.end = 1;
  unit.entries.push_back(root);
  const auto offset_of = [&](std::uint16_t name) -> std::optional<std::uint64_t> {
    const Attribute found = attribute_of(unit, root, name);
    return found.kind == Attribute::Kind::List || found.kind == Attribute::Kind::Number ? std::optional(found.number)
                                                                                        : std::nullopt;
  };
  unit.strings = offset_of(DW_AT_str_offsets_base);
  unit.addresses = offset_of(DW_AT_addr_base);
  unit.ranges = offset_of(DW_AT_rnglists_base);
  unit.locations = offset_of(DW_AT_loclists_base);
  unit.lines = offset_of(DW_AT_stmt_list);
  unit.name = attribute_of(unit, root, DW_AT_name).text;
  if (const Attribute low = attribute_of(unit, root, DW_AT_low_pc); low.kind == Attribute::Kind::Address)
    unit.low = std::uint32_t(low.number);
}

void Dwarf::read_entries(Unit& unit) {
  unit.read = true;
  const Abbreviations& table = *unit.abbreviations;
  Cursor at(info_.first(unit.end), unit.first_entry);
  std::vector<std::uint32_t> open;  // entries whose children are being read
  std::vector<Entry> entries;
  entries.reserve((unit.end - unit.first_entry) / 8);
  while (!at.done()) {
    Entry entry;
    entry.offset = std::uint32_t(at.at());
    const std::uint64_t code = at.uleb();
    if (code == 0) {
      if (open.empty()) break;
      entries[open.back()].end = std::uint32_t(entries.size());
      open.pop_back();
      if (open.empty()) break;
      continue;
    }
    const std::size_t row = table.find(code);
    if (!at.ok() || row >= table.rows.size() || entry_budget_ == 0 || open.size() > kMostDepth) {
      problem_ = fmt::format("debugging information is damaged at 0x{:x} ({})", entry.offset, unit.name);
      break;
    }
    --entry_budget_;
    const Abbreviation& abbreviation = table.rows[row];
    entry.tag = abbreviation.tag;
    entry.abbreviation = std::uint32_t(row);
    entry.attributes = std::uint32_t(at.at());
    entry.parent = open.empty() ? 0 : open.back();
    entry.end = std::uint32_t(entries.size() + 1);
    if (abbreviation.is_fixed) {
      at.skip(abbreviation.fixed);
    } else {
      for (std::uint32_t i = 0; i < abbreviation.count; ++i)
        if (!skip_form(at, table.forms[abbreviation.first + i].form)) {
          at.fail();
          break;
        }
    }
    if (!at.ok()) {
      problem_ = fmt::format("debugging information is damaged at 0x{:x} ({})", entry.offset, unit.name);
      break;
    }
    entries.push_back(entry);
    if (abbreviation.children) open.push_back(std::uint32_t(entries.size() - 1));
    if (open.empty()) break;
  }
  for (const std::uint32_t left : open) entries[left].end = std::uint32_t(entries.size());
  if (!entries.empty()) unit.entries = std::move(entries);
}

Unit& Dwarf::unit(std::size_t index) {
  Unit& unit = *units_[index];
  if (!unit.read) read_entries(unit);
  return unit;
}

Die Dwarf::root(std::size_t index) { return {&unit(index), 0}; }

Die Dwarf::at_offset(std::uint64_t offset) {
  const auto next = std::upper_bound(units_.begin(), units_.end(), offset,
                                     [](std::uint64_t at, const auto& one) { return at < one->offset; });
  if (next == units_.begin()) return {};
  Unit& found = unit(std::size_t(next - units_.begin()) - 1);
  const auto entry = std::lower_bound(found.entries.begin(), found.entries.end(), offset,
                                      [](const Entry& one, std::uint64_t at) { return one.offset < at; });
  if (entry == found.entries.end() || entry->offset != offset) return {};
  return {&found, std::uint32_t(entry - found.entries.begin())};
}

}  // namespace exo::debugger
