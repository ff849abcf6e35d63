// Debugging information as DWARF 4 and 5 have it: units, their entries as a flat tree, attributes. Read from the bytes
// of sections that nobody vouches for: every offset is checked, every list has an end, and nothing grows beyond a
// multiple of the file. (libdw reads the same, but opens files that its input names, has no word for the MD5 of a
// source, and crashes where we can't look; the tests compare with it.)
//
// A unit's entries are read when they are first asked for. Not for several threads at once.
#pragma once
#include <dwarf.h>

#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "explorer/debugger/elf_image.hpp"

namespace exo::debugger {

struct Abbreviations;

/// One entry. Its children come right behind it; `end` is the place behind the last of its descendants.
struct Entry {
  std::uint32_t offset = 0;      ///< in .debug_info
  std::uint32_t attributes = 0;  ///< where its values begin
  std::uint32_t parent = 0, end = 0;
  std::uint32_t abbreviation = 0;
  std::uint16_t tag = 0;
};

struct Unit {
  std::uint32_t offset = 0, end = 0, first_entry = 0;  ///< in .debug_info
  std::uint16_t version = 5;
  const Abbreviations* abbreviations = nullptr;
  std::optional<std::uint64_t> strings, addresses, ranges, locations;  ///< bases, of the root's attributes
  std::optional<std::uint64_t> lines;                                  ///< in .debug_line
  std::uint32_t low = 0;                                               ///< base of its ranges
  std::string_view name;
  bool read = false;
  std::vector<Entry> entries;  ///< the first is the root
};

/// An entry, as a handle. Valid as long as its Dwarf is.
struct Die {
  Unit* unit = nullptr;
  std::uint32_t index = 0;

  explicit operator bool() const { return unit != nullptr; }
  [[nodiscard]] const Entry& entry() const { return unit->entries[index]; }
  [[nodiscard]] std::uint16_t tag() const { return entry().tag; }
  /// The first child, the next sibling: none when there is none.
  [[nodiscard]] Die child() const { return index + 1 < entry().end ? Die{unit, index + 1} : Die{}; }
  [[nodiscard]] Die next() const {
    return index != 0 && entry().end < unit->entries[entry().parent].end ? Die{unit, entry().end} : Die{};
  }
  [[nodiscard]] Die parent() const { return index == 0 ? Die{} : Die{unit, entry().parent}; }
  friend bool operator==(const Die&, const Die&) = default;
};

struct Attribute {
  enum class Kind : std::uint8_t { None, Address, Number, Signed, Text, Entry, Block, List };
  Kind kind = Kind::None;
  std::uint64_t number = 0;  ///< Entry: offset in .debug_info; List: offset of a list, in the section that the
                             ///< attribute and the version mean
  Bytes block;
  std::string_view text;

  explicit operator bool() const { return kind != Kind::None; }
  [[nodiscard]] std::optional<std::uint64_t> unsigned_value() const {
    return kind == Kind::Number || kind == Kind::Signed ? std::optional(number) : std::nullopt;
  }
};

class Dwarf {
 public:
  explicit Dwarf(const ElfImage& image);
  ~Dwarf();
  Dwarf(const Dwarf&) = delete;
  Dwarf& operator=(const Dwarf&) = delete;

  [[nodiscard]] std::size_t units() const { return units_.size(); }
  /// Its entries are read. At least a root, unless the unit is damaged: then none.
  Unit& unit(std::size_t index);
  /// Only what its root says.
  [[nodiscard]] const Unit& head(std::size_t index) const { return *units_[index]; }
  [[nodiscard]] Die root(std::size_t index);
  [[nodiscard]] Die at_offset(std::uint64_t offset);

  [[nodiscard]] Attribute attribute(Die die, std::uint16_t name);
  /// The same, also of what the entry is a copy (abstract origin) or the definition (specification) of.
  [[nodiscard]] Attribute inherited(Die die, std::uint16_t name);
  /// The entry that a reference names; none when there is none.
  [[nodiscard]] Die reference(Die die, std::uint16_t name);
  [[nodiscard]] std::string_view name(Die die) { return inherited(die, DW_AT_name).text; }
  /// Addresses that the entry covers. In no order; none: it has no code. At most kMostRanges.
  [[nodiscard]] std::vector<AddressRange> ranges(Die die);
  [[nodiscard]] bool covers(Die die, std::uint32_t address);
  /// The expression that is good at `pc`: of a block, or of a location list. Empty: none.
  [[nodiscard]] Bytes expression_at(Die die, std::uint16_t name, std::uint32_t pc);
  [[nodiscard]] std::optional<std::uint32_t> indexed_address(const Unit& unit, std::uint64_t index) const;

  [[nodiscard]] Bytes line_section() const { return line_; }
  [[nodiscard]] Bytes line_strings() const { return line_strings_; }
  [[nodiscard]] Bytes strings() const { return strings_; }
  /// What could not be read, in words; empty: nothing.
  [[nodiscard]] const std::string& problem() const { return problem_; }

  static constexpr std::size_t kMostRanges = 4096;

 private:
  void read_heads();
  void read_root(Unit& unit);
  void read_entries(Unit& unit);
  const Abbreviations* abbreviations(std::uint64_t offset);
  Attribute value(const Unit& unit, Cursor& at, std::uint64_t form, std::int64_t constant) const;
  Attribute attribute_of(const Unit& unit, const Entry& entry, std::uint16_t name) const;
  template <typename Visit>
  void visit_ranges(const Unit& unit, std::uint64_t offset, Visit&& visit) const;

  template <typename Visit>
  void visit_ranges_4(const Unit& unit, std::uint64_t offset, Visit&& visit) const;
  [[nodiscard]] Bytes location_at(const Unit& unit, std::uint64_t offset, std::uint32_t pc) const;
  [[nodiscard]] Bytes location_4_at(const Unit& unit, std::uint64_t offset, std::uint32_t pc) const;

  Bytes info_, abbreviations_, strings_, line_strings_, offsets_, addresses_, range_lists_, location_lists_, line_;
  Bytes ranges_4_, locations_4_;  ///< of version 4
  std::vector<std::unique_ptr<Unit>> units_;
  std::map<std::uint64_t, std::unique_ptr<Abbreviations>> tables_;
  std::size_t abbreviation_budget_;
  std::size_t entry_budget_;
  std::string problem_;
};

}  // namespace exo::debugger
