// Which source line each instruction comes from: .debug_line of DWARF 4 and 5 (6.2). Sources are counted once for the
// whole program, with the MD5 of their text (version 5) when they were compiled, so that one that has changed can be
// told.
#pragma once
#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "explorer/debugger/dwarf.hpp"
#include "explorer/debugger/md5.hpp"

namespace exo::debugger {

struct SourceFile {
  std::string name;  ///< "libos/polite/policy.cpp": in the source tree; absolute when it is not of the tree
  std::optional<Md5> md5;
};

struct LineRow {
  std::uint32_t address = 0;
  std::uint32_t line = 0;  ///< from 1; 0: of no line
  std::uint32_t file = 0;  ///< place in LineTable::files
  std::uint16_t column = 0;
  bool is_statement = false;  ///< a good place for a breakpoint
  bool ends_prologue = false;
  bool is_end = false;  ///< the address behind the last instruction of a run of rows
};

struct LineTable {
  std::vector<SourceFile> files;
  std::vector<LineRow> rows;  ///< by address; every run of rows ends with one that is_end
  std::map<std::uint64_t, std::vector<std::uint32_t>> unit_files;  ///< by Unit::lines: what its numbers of files mean
  std::string problem;                                             ///< what could not be read; empty: nothing

  /// The row that an address belongs to; nullptr: none.
  [[nodiscard]] const LineRow* find(std::uint32_t address) const;
};

/// Reads the tables of all units. Rows outside of the image's code (of functions that the linker left out) are dropped.
[[nodiscard]] LineTable read_lines(const Dwarf& dwarf, const ElfImage& image);

/// A path without "." and "x/..".
[[nodiscard]] std::string plain_path(std::string_view path);

}  // namespace exo::debugger
