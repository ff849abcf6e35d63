// Abbreviations: which attributes an entry has, and in which form (DWARF 5, 7.5.3). Only for the files dwarf*.cpp.
#pragma once
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "explorer/debugger/bytes.hpp"

namespace exo::debugger {

struct AttributeForm {
  std::uint16_t name = 0, form = 0;
  std::int64_t constant = 0;  ///< DW_FORM_implicit_const
};

struct Abbreviation {
  std::uint64_t code = 0;
  std::uint16_t tag = 0;
  bool children = false;
  std::uint32_t first = 0, count = 0;  ///< in Abbreviations::forms
  std::uint32_t fixed = 0;             ///< bytes of its values, when `is_fixed`
  bool is_fixed = false;
};

struct Abbreviations {
  std::vector<Abbreviation> rows;
  std::vector<AttributeForm> forms;
  std::unordered_map<std::uint64_t, std::uint32_t> by_code;  ///< of codes that are not rows' places

  /// Place in `rows`; rows.size() when there is none.
  [[nodiscard]] std::size_t find(std::uint64_t code) const {
    if (code - 1 < rows.size() && rows[code - 1].code == code) return code - 1;
    const auto found = by_code.find(code);
    return found == by_code.end() ? rows.size() : found->second;
  }
};

/// Reads one table. `budget`: attributes that may still be read, of all tables together.
[[nodiscard]] Abbreviations read_abbreviations(Bytes section, std::uint64_t offset, std::size_t& budget);

/// Skips one value. False: this form is unknown, nothing behind it can be read.
[[nodiscard]] bool skip_form(Cursor& at, std::uint64_t form);

}  // namespace exo::debugger
