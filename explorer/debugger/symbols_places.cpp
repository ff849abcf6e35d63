// From names and lines to addresses.
#include <algorithm>
#include <map>
#include <tuple>

#include "explorer/debugger/symbols.hpp"

namespace exo::debugger {
namespace {

/// "a/b.cpp" names "x/a/b.cpp", not "xa/b.cpp".
bool names(std::string_view full, std::string_view end, std::string_view separator) {
  if (end.empty() || !full.ends_with(end)) return false;
  full.remove_suffix(end.size());
  return full.empty() || full.ends_with(separator) || end.starts_with(separator);
}

/// As one writes it: namespaces without a name are left out.
std::string written(std::string full) {
  constexpr std::string_view kUnnamed = "(anonymous namespace)::";
  for (std::size_t at; (at = full.find(kUnnamed)) != std::string::npos;) full.erase(at, kUnnamed.size());
  return full;
}

std::string_view last_part(std::string_view name) {
  const std::size_t at = name.substr(0, name.find('<')).rfind("::");
  return at == std::string_view::npos ? name : name.substr(at + 2);
}

}  // namespace

void Symbols::index_names() {
  if (names_indexed_) return;
  names_indexed_ = true;
  for (std::size_t i = 0; i < dwarf_->units(); ++i) {
    Unit& unit = dwarf_->unit(i);
    for (std::uint32_t entry = 0; entry < unit.entries.size(); ++entry) {
      const std::uint16_t tag = unit.entries[entry].tag;
      if (tag != DW_TAG_subprogram && tag != DW_TAG_inlined_subroutine) continue;
      const Die die{&unit, entry};
      if (!dwarf_->attribute(die, DW_AT_low_pc) && !dwarf_->attribute(die, DW_AT_ranges)) continue;
      if (const std::string_view name = dwarf_->name(die); !name.empty()) by_name_[name].push_back(die);
    }
  }
}

std::vector<FunctionPlace> Symbols::functions(std::string_view name) {
  index_names();
  std::map<std::uint32_t, FunctionPlace> found;
  const auto dies = by_name_.find(last_part(name));
  if (dies != by_name_.end()) {
    for (const Die die : dies->second) {
      const std::string full = full_name(die);
      if (!names(full, name, "::") && !names(written(full), name, "::")) continue;
      const bool inlined = die.tag() == DW_TAG_inlined_subroutine;
      const auto ranges = dwarf_->ranges(die);
      if (ranges.empty()) continue;
      const Attribute low = dwarf_->attribute(die, DW_AT_low_pc);
      const std::uint32_t entry =
          low.kind == Attribute::Kind::Address ? std::uint32_t(low.number) : ranges.front().first;
      if (!image_->is_code(entry) || found.size() >= kMostPlaces) continue;
      found.try_emplace(entry, FunctionPlace{full, entry, inlined ? entry : body_of(entry, ranges), inlined});
    }
  }
  if (found.empty())  // assembly, and programs without debugging information
    if (const ElfSymbol* symbol = image_->symbol(name); symbol != nullptr && image_->is_code(symbol->address))
      found.try_emplace(symbol->address, FunctionPlace{std::string(name), symbol->address, symbol->address, false});
  std::vector<FunctionPlace> places;
  for (auto& [entry, place] : found) places.push_back(std::move(place));
  return places;
}

std::vector<std::uint32_t> Symbols::files_named(std::string_view name) const {
  std::vector<std::uint32_t> found;
  while (name.starts_with("./")) name.remove_prefix(2);
  for (std::uint32_t i = 0; i < lines_.files.size(); ++i)
    if (names(lines_.files[i].name, name, "/")) found.push_back(i);
  return found;
}

std::optional<SourceLine> Symbols::line_at(std::uint32_t address) const {
  const LineRow* row = lines_.find(address);
  if (row == nullptr || row->line == 0) return std::nullopt;
  return SourceLine{row->file, row->line, row->column, row->is_statement};
}

void Symbols::index_lines() {
  if (!by_line_.empty()) return;
  for (std::uint32_t i = 0; i < lines_.rows.size(); ++i) {
    const LineRow& row = lines_.rows[i];
    if (!row.is_end && row.is_statement && row.line != 0) by_line_.push_back(i);
  }
  std::stable_sort(by_line_.begin(), by_line_.end(), [&](std::uint32_t a, std::uint32_t b) {
    const LineRow &x = lines_.rows[a], &y = lines_.rows[b];
    return std::tie(x.file, x.line, x.address) < std::tie(y.file, y.line, y.address);
  });
}

std::uint64_t Symbols::scope_key(std::uint32_t pc) {
  const Die function = function_die(pc);
  if (!function) return 0;
  const std::vector<Die> chain = inlined_around(function, pc);
  return chain.empty() ? function.entry().offset : chain.back().entry().offset;
}

std::vector<LinePlaces> Symbols::places_of(std::string_view file, std::uint32_t line) {
  index_lines();
  std::vector<LinePlaces> all;
  for (const std::uint32_t number : files_named(file)) {
    auto at = std::lower_bound(
        by_line_.begin(), by_line_.end(), std::pair(number, line),
        [&](std::uint32_t i, auto& key) { return std::pair(lines_.rows[i].file, lines_.rows[i].line) < key; });
    if (at == by_line_.end() || lines_.rows[*at].file != number) continue;
    LinePlaces places{number, lines_.rows[*at].line, lines_.rows[*at].line == line, {}};
    std::map<std::uint64_t, std::uint32_t> by_scope;  // the first address in each
    for (; at != by_line_.end() && lines_.rows[*at].file == number && lines_.rows[*at].line == places.line; ++at) {
      std::uint32_t address = lines_.rows[*at].address;
      if (const Die function = function_die(address)) {
        const Attribute low = dwarf_->attribute(function, DW_AT_low_pc);
        if (low.kind == Attribute::Kind::Address && low.number == address)
          address = body_of(address, dwarf_->ranges(function));
      }
      const std::uint64_t key = scope_key(address);
      if (by_scope.size() >= kMostPlaces) break;
      if (key == 0)
        places.addresses.push_back(address);  // assembly: each is a place of its own
      else
        by_scope.try_emplace(key, address);
    }
    for (const auto& [scope, address] : by_scope) places.addresses.push_back(address);
    std::sort(places.addresses.begin(), places.addresses.end());
    places.addresses.erase(std::unique(places.addresses.begin(), places.addresses.end()), places.addresses.end());
    if (places.addresses.size() > kMostPlaces) places.addresses.resize(kMostPlaces);
    all.push_back(std::move(places));
  }
  return all;
}

std::vector<std::uint32_t> Symbols::lines_of(std::uint32_t file) const {
  std::vector<std::uint32_t> found;
  for (const LineRow& row : lines_.rows)
    if (row.file == file && row.is_statement && !row.is_end && row.line != 0) found.push_back(row.line);
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

std::vector<AddressRange> Symbols::statement_at(std::uint32_t pc) {
  std::vector<AddressRange> ranges;
  const LineRow* here = lines_.find(pc);
  if (here == nullptr || here->line == 0) return ranges;
  const Die function = function_die(pc);
  const std::uint64_t scope = scope_key(pc);
  std::vector<AddressRange> within = function ? dwarf_->ranges(function) : std::vector<AddressRange>{};
  if (within.empty()) within.push_back({here->address, here->address + 1});
  std::sort(within.begin(), within.end(),
            [](const AddressRange& a, const AddressRange& b) { return a.first < b.first; });
  for (const AddressRange& part : within) {
    auto row = std::upper_bound(lines_.rows.begin(), lines_.rows.end(), part.first,
                                [](std::uint32_t at, const LineRow& one) { return at < one.address; });
    if (row != lines_.rows.begin()) --row;
    for (; row != lines_.rows.end() && row->address < part.last; ++row) {
      if (row->is_end || row->line != here->line || row->file != here->file || row + 1 == lines_.rows.end()) continue;
      const AddressRange range{std::max(row->address, part.first),
                               function ? std::min((row + 1)->address, part.last) : (row + 1)->address};
      if (range.first >= range.last || (function && scope_key(range.first) != scope)) continue;
      if (!ranges.empty() && ranges.back().last == range.first)
        ranges.back().last = range.last;
      else
        ranges.push_back(range);
    }
  }
  return ranges;
}

}  // namespace exo::debugger
