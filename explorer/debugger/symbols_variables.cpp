// Which variables there are, by name and by where they can be seen.
#include <algorithm>
#include <unordered_set>

#include "explorer/debugger/symbols.hpp"

namespace exo::debugger {
namespace {

constexpr std::size_t kMostVariables = 1024;  // in scope at one place
constexpr std::size_t kMostBlocks = 64;       // around one place
constexpr std::size_t kMostAnswers = 4096;    // kept

bool is_variable(std::uint16_t tag) { return tag == DW_TAG_variable || tag == DW_TAG_formal_parameter; }

/// As one writes it: namespaces without a name are left out.
bool ends_name(std::string full, std::string_view end) {
  constexpr std::string_view kUnnamed = "(anonymous namespace)::";
  for (std::size_t at; end.find(kUnnamed) == std::string_view::npos && (at = full.find(kUnnamed)) != std::string::npos;)
    full.erase(at, kUnnamed.size());
  return full == end ||
         (full.ends_with(end) && std::string_view(full).substr(0, full.size() - end.size()).ends_with("::"));
}

/// The variables of one block; those that a copy does not mention any more too.
void add_block(Dwarf& dwarf, Die block, std::vector<Symbols::NamedDie>& found) {
  std::unordered_set<std::uint64_t> mentioned;
  const auto add = [&](Die die) {
    if (const std::string_view name = dwarf.name(die); !name.empty()) found.push_back({name, die});
  };
  for (Die at = block.child(); at && found.size() < kMostVariables; at = at.next()) {
    if (!is_variable(at.tag())) continue;
    if (const Attribute origin = dwarf.attribute(at, DW_AT_abstract_origin)) mentioned.insert(origin.number);
    add(at);
  }
  const Die origin = dwarf.reference(block, DW_AT_abstract_origin);
  if (!origin || origin == block) return;
  for (Die at = origin.child(); at && found.size() < kMostVariables; at = at.next())
    if (is_variable(at.tag()) && !mentioned.contains(at.entry().offset)) add(at);
}

}  // namespace

void Symbols::index_variables() {
  variables_indexed_ = true;
  for (std::size_t i = 0; i < dwarf_->units(); ++i) {
    Unit& unit = dwarf_->unit(i);
    for (std::uint32_t entry = 0; entry < unit.entries.size(); ++entry) {
      const Die die{&unit, entry};
      if (die.tag() != DW_TAG_variable || dwarf_->name(die).empty()) continue;
      const Attribute location = dwarf_->attribute(die, DW_AT_location);
      if (!location && !dwarf_->inherited(die, DW_AT_const_value)) continue;
      Die outer = die.parent();
      while (outer && outer.tag() != DW_TAG_subprogram && outer.tag() != DW_TAG_inlined_subroutine)
        outer = outer.parent();
      // A function's static has one address too.
      const bool fixed = location.kind == Attribute::Kind::Block && !location.block.empty() &&
                         (location.block[0] == std::byte{DW_OP_addr} || location.block[0] == std::byte{DW_OP_addrx});
      if (!outer || fixed) variables_.push_back(die);
    }
  }
}

const std::vector<Die>& Symbols::variables() {
  if (!variables_indexed_) index_variables();
  return variables_;
}

const std::vector<Symbols::NamedDie>& Symbols::variables_at(Die scope, std::uint32_t address) {
  if (in_scope_.size() > kMostAnswers) in_scope_.clear();
  const auto [place, is_new] = in_scope_.try_emplace(std::uint64_t(scope.entry().offset) << 32 | address);
  if (!is_new) return place->second;
  std::vector<Die> blocks = {scope};
  for (Die at = scope.child(); at && blocks.size() < kMostBlocks;) {
    if (at.tag() == DW_TAG_lexical_block && dwarf_->covers(at, address)) {
      blocks.push_back(at);
      at = at.child();
    } else {
      at = at.next();
    }
  }
  for (auto block = blocks.rbegin(); block != blocks.rend(); ++block) add_block(*dwarf_, *block, place->second);
  return place->second;
}

Die Symbols::variable(std::string_view name, const Unit* unit) {
  if (name.starts_with("::")) name.remove_prefix(2);
  if (named_.size() > kMostAnswers) named_.clear();
  const auto [place, is_new] = named_[std::string(name)].try_emplace(unit);
  if (!is_new) return place->second;
  const std::size_t at = name.rfind("::");
  const std::string_view last = at == std::string_view::npos ? name : name.substr(at + 2);
  for (const bool own : {true, false})
    for (const Die die : variables())
      if ((die.unit == unit) == own && dwarf_->name(die) == last && ends_name(full_name(die), name))
        return place->second = die;
  return {};
}

}  // namespace exo::debugger
