#include "explorer/debugger/symbols.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "explorer/common/error.hpp"
#include "explorer/debugger/types.hpp"

namespace exo::debugger {
namespace {

constexpr int kMostOuter = 64;  // namespaces and classes around a name
constexpr std::uint32_t kInstructionBytes = 4;
constexpr std::size_t kMostAnswers = 4096;  // kept

bool has_code_below(std::uint16_t tag) {
  return tag == DW_TAG_lexical_block || tag == DW_TAG_inlined_subroutine || tag == DW_TAG_try_block ||
         tag == DW_TAG_catch_block;
}

/// Where a definition stands among namespaces is said by its declaration.
Die declaration_of(Dwarf& dwarf, Die die) {
  for (int steps = 0; steps < 4; ++steps) {
    Die next = dwarf.reference(die, DW_AT_abstract_origin);
    if (!next) next = dwarf.reference(die, DW_AT_specification);
    if (!next) break;
    die = next;
  }
  return die;
}

}  // namespace

Symbols::Symbols(std::string elf, std::string_view what)
    : what_(what),
      image_(std::make_unique<ElfImage>(std::move(elf), what)),
      dwarf_(std::make_unique<Dwarf>(*image_)),
      frames_(std::make_unique<CallFrames>(image_->section(".debug_frame"), *image_)),
      types_(std::make_unique<Types>(*this)),
      lines_(read_lines(*dwarf_, *image_)) {
  for (std::size_t i = 0; i < dwarf_->units(); ++i) {
    Unit* unit = const_cast<Unit*>(&dwarf_->head(i));
    for (const AddressRange& range : dwarf_->ranges({unit, 0}))
      if (image_->is_code(range.first)) units_.push_back({range, std::uint32_t(i)});
  }
  std::stable_sort(units_.begin(), units_.end(),
                   [](const UnitRange& a, const UnitRange& b) { return a.range.first < b.range.first; });
}

Symbols::~Symbols() = default;

std::unique_ptr<Symbols> Symbols::load(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  struct stat status {};
  if (!file || stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode))
    throw InputError(fmt::format("{}: can't be read", path));
  std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  auto made = std::make_unique<Symbols>(std::move(bytes), path);
  made->built_ = status.st_mtime;
  return made;
}

std::string Symbols::problem() const {
  if (image_->section(".debug_info").empty())
    return image_->symbols().empty() ? "no symbols: addresses only"
                                     : "no debugging information: names of functions only";
  if (!dwarf_->problem().empty()) return dwarf_->problem();
  return lines_.problem;
}

Die Symbols::unit_at(std::uint32_t address) {
  auto next = std::upper_bound(units_.begin(), units_.end(), address,
                               [](std::uint32_t at, const UnitRange& unit) { return at < unit.range.first; });
  if (next == units_.begin() || !(--next)->range.holds(address)) return {};
  return dwarf_->root(next->unit);
}

const std::vector<Symbols::FunctionRange>& Symbols::functions_of(Unit& unit) {
  const auto [place, is_new] = functions_.try_emplace(&unit);
  auto& all = place->second;
  if (!is_new) return all;
  for (std::uint32_t i = 0; i < unit.entries.size(); ++i) {
    if (unit.entries[i].tag != DW_TAG_subprogram) continue;
    for (const AddressRange& range : dwarf_->ranges({&unit, i})) all.push_back({range, {&unit, i}});
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const FunctionRange& a, const FunctionRange& b) { return a.range.first < b.range.first; });
  return all;
}

Die Symbols::function_die(std::uint32_t address) {
  const Die unit = unit_at(address);
  if (!unit) return {};
  const auto& all = functions_of(*unit.unit);
  auto next = std::upper_bound(all.begin(), all.end(), address,
                               [](std::uint32_t at, const FunctionRange& one) { return at < one.range.first; });
  return next == all.begin() || !(--next)->range.holds(address) ? Die{} : next->die;
}

std::string Symbols::full_name(Die die) {
  std::string name(dwarf_->name(die));
  if (name.empty()) name = die.tag() == DW_TAG_subprogram ? "(unnamed)" : "";
  int outer = 0;
  for (Die at = declaration_of(*dwarf_, die).parent(); at && outer < kMostOuter; at = at.parent(), ++outer) {
    std::string_view around = dwarf_->attribute(at, DW_AT_name).text;
    switch (at.tag()) {
      case DW_TAG_namespace:
        if (around.empty()) around = "(anonymous namespace)";
        break;
      case DW_TAG_structure_type:
      case DW_TAG_class_type:
      case DW_TAG_union_type:
      case DW_TAG_enumeration_type:
      case DW_TAG_subprogram:
        break;
      default:
        continue;
    }
    if (!around.empty()) name = fmt::format("{}::{}", around, name);
  }
  return name;
}

std::uint32_t Symbols::body_of(std::uint32_t entry, const std::vector<AddressRange>& ranges) const {
  const auto range =
      std::find_if(ranges.begin(), ranges.end(), [&](const AddressRange& one) { return one.holds(entry); });
  if (range == ranges.end()) return entry;
  auto row = std::lower_bound(lines_.rows.begin(), lines_.rows.end(), entry,
                              [](const LineRow& one, std::uint32_t at) { return one.address < at; });
  for (; row != lines_.rows.end() && row->address < range->last; ++row)
    if (row->ends_prologue) return row->address;
  return entry;
}

std::optional<Function> Symbols::function_at(std::uint32_t address) {
  if (!image_->is_code(address)) return std::nullopt;
  Function found;
  if (const Die die = function_die(address)) {
    found.die = die;
    found.name = full_name(die);
    found.ranges = dwarf_->ranges(die);
    const Attribute low = dwarf_->attribute(die, DW_AT_low_pc);
    found.entry = low.kind == Attribute::Kind::Address ? std::uint32_t(low.number) : found.ranges.front().first;
    found.body = body_of(found.entry, found.ranges);
    return found;
  }
  const ElfSymbol* symbol = image_->symbol_at(address);
  if (symbol == nullptr) return std::nullopt;
  found.name = symbol->name;
  found.entry = found.body = symbol->address;
  std::uint32_t last = symbol->address + symbol->size;
  if (symbol->size == 0) {
    const auto next = std::upper_bound(image_->symbols().begin(), image_->symbols().end(), symbol->address,
                                       [](std::uint32_t at, const ElfSymbol& one) { return at < one.address; });
    last = next == image_->symbols().end() ? address + kInstructionBytes : next->address;
    for (const AddressRange& code : image_->code())
      if (code.holds(address)) last = std::min(last, code.last);
  }
  found.ranges.push_back({symbol->address, std::max(last, address + 1)});
  return found;
}

std::vector<Die> Symbols::inlined_around(Die function, std::uint32_t pc) {
  std::vector<Die> chain;
  for (Die scope = function.child(); scope && chain.size() < kMostCalls - 1;) {
    if (has_code_below(scope.tag()) && dwarf_->covers(scope, pc)) {
      if (scope.tag() == DW_TAG_inlined_subroutine) chain.push_back(scope);
      scope = scope.child();
    } else {
      scope = scope.next();
    }
  }
  return chain;
}

std::optional<SourceLine> Symbols::call_line(Die inlined) const {
  const auto line = dwarf_->attribute(inlined, DW_AT_call_line).unsigned_value();
  const auto file = dwarf_->attribute(inlined, DW_AT_call_file).unsigned_value();
  const auto column = dwarf_->attribute(inlined, DW_AT_call_column).unsigned_value();
  if (!line || !file || !inlined.unit->lines) return std::nullopt;
  const auto files = lines_.unit_files.find(*inlined.unit->lines);
  if (files == lines_.unit_files.end() || *file >= files->second.size() || *line == 0) return std::nullopt;
  return SourceLine{files->second[std::size_t(*file)], std::uint32_t(*line), std::uint32_t(column.value_or(0)), true};
}

std::vector<Call> Symbols::calls_at(std::uint32_t pc) {
  if (calls_.size() > kMostAnswers) calls_.clear();
  const auto [place, is_new] = calls_.try_emplace(pc);
  if (is_new) place->second = find_calls(pc);
  return place->second;
}

std::vector<Call> Symbols::find_calls(std::uint32_t pc) {
  std::vector<Call> calls;
  if (!image_->is_code(pc)) return calls;
  const Die function = function_die(pc);
  if (!function) {
    if (const auto found = function_at(pc)) calls.push_back({found->name, {}, false, std::nullopt, found->entry});
    return calls;
  }
  std::vector<Die> chain = inlined_around(function, pc);
  while (!chain.empty()) {
    const Die inlined = chain.back();
    const auto ranges = dwarf_->ranges(inlined);
    const auto first = std::min_element(ranges.begin(), ranges.end(),
                                        [](const AddressRange& a, const AddressRange& b) { return a.first < b.first; });
    calls.push_back({full_name(inlined), inlined, true, call_line(inlined), first == ranges.end() ? pc : first->first});
    chain.pop_back();
  }
  const Attribute low = dwarf_->attribute(function, DW_AT_low_pc);
  calls.push_back({full_name(function), function, false, std::nullopt, std::uint32_t(low.number)});
  return calls;
}

}  // namespace exo::debugger
