// Our reading of every program of the build beside libdw's: the same lines, functions, ranges and names. Two readers
// that know nothing of each other do not make the same mistake.
#include <elfutils/libdw.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <map>

#include "tests/host/debugger/programs.hpp"

namespace exo::test {
namespace {

class Oracle {
 public:
  explicit Oracle(const std::string& path)
      : file_(open(path.c_str(), O_RDONLY)), dwarf_(dwarf_begin(file_, DWARF_C_READ)) {}
  ~Oracle() {
    dwarf_end(dwarf_);
    close(file_);
  }
  Oracle(const Oracle&) = delete;
  Oracle& operator=(const Oracle&) = delete;

  template <typename Visit>
  void units(Visit&& visit) const {
    Dwarf_Off offset = 0, next = 0;
    std::size_t header = 0;
    while (dwarf_nextcu(dwarf_, offset, &next, &header, nullptr, nullptr, nullptr) == 0) {
      Dwarf_Die unit;
      if (dwarf_offdie(dwarf_, offset + header, &unit) != nullptr) visit(unit);
      offset = next;
    }
  }

 private:
  int file_;
  ::Dwarf* dwarf_;
};

struct Row {
  std::string file;
  int line = 0, column = 0;
  bool statement = false, end = false;
  bool operator==(const Row&) const = default;
};

TEST(AgainstLibdw, EveryLineOfEveryProgram) {
  std::size_t compared = 0;
  for (const std::string& program : all_programs()) {
    debugger::Symbols& ours = symbols_of(program);
    std::map<std::uint32_t, Row> theirs;  // the last row of an address counts
    Oracle(path_of(program)).units([&](Dwarf_Die& unit) {
      Dwarf_Lines* lines = nullptr;
      std::size_t count = 0;
      if (dwarf_getsrclines(&unit, &lines, &count) != 0) return;
      for (std::size_t i = 0; i < count; ++i) {
        Dwarf_Line* line = dwarf_onesrcline(lines, i);
        Dwarf_Addr address = 0;
        Row row;
        dwarf_lineaddr(line, &address);
        dwarf_lineno(line, &row.line);
        dwarf_linecol(line, &row.column);
        dwarf_linebeginstatement(line, &row.statement);
        dwarf_lineendsequence(line, &row.end);
        row.file = debugger::plain_path(dwarf_linesrc(line, nullptr, nullptr));
        if (row.end && theirs.contains(std::uint32_t(address)) && !theirs[std::uint32_t(address)].end) continue;
        theirs[std::uint32_t(address)] = row;
      }
    });
    for (const auto& [address, row] : theirs) {
      if (row.end || !ours.is_code(address)) continue;
      const auto found = ours.line_at(address);
      ASSERT_EQ(found.has_value(), row.line != 0) << program << std::hex << " 0x" << address;
      if (!found) continue;
      EXPECT_EQ(int(found->line), row.line) << program << std::hex << " 0x" << address;
      EXPECT_EQ(int(found->column), row.column) << program << std::hex << " 0x" << address;
      EXPECT_EQ(found->is_statement, row.statement) << program << std::hex << " 0x" << address;
      EXPECT_EQ(ours.files()[found->file].name, row.file) << program << std::hex << " 0x" << address;
      ++compared;
    }
  }
  EXPECT_GT(compared, 10'000U);
}

struct Walk {
  std::string program;
  debugger::Symbols& ours;
  std::size_t compared = 0;

  void visit(Dwarf_Die& theirs, debugger::Die die) {
    ASSERT_TRUE(bool(die)) << program << std::hex << " 0x" << dwarf_dieoffset(&theirs);
    ASSERT_EQ(die.entry().offset, dwarf_dieoffset(&theirs));
    ASSERT_EQ(die.tag(), dwarf_tag(&theirs));
    ++compared;
    const char* name = dwarf_diename(&theirs);
    EXPECT_EQ(ours.dwarf().name(die), std::string_view(name == nullptr ? "" : name));
    std::vector<debugger::AddressRange> ranges;
    Dwarf_Addr base = 0, first = 0, last = 0;
    for (std::ptrdiff_t at = 0; (at = dwarf_ranges(&theirs, at, &base, &first, &last)) > 0;)
      if (first < last) ranges.push_back({std::uint32_t(first), std::uint32_t(last)});
    EXPECT_EQ(ours.dwarf().ranges(die), ranges) << program << std::hex << " 0x" << die.entry().offset;
    compare_location(theirs, die);
    Dwarf_Die child;
    debugger::Die own = die.child();
    if (dwarf_child(&theirs, &child) == 0) {
      do {
        visit(child, own);
        own = own.next();
      } while (dwarf_siblingof(&child, &child) == 0);
    }
    EXPECT_FALSE(bool(own)) << program << std::hex << " 0x" << die.entry().offset;
  }

  /// At each place where a location list changes, the same first operation.
  void compare_location(Dwarf_Die& theirs, debugger::Die die) {
    Dwarf_Attribute attribute;
    if (dwarf_attr(&theirs, DW_AT_location, &attribute) == nullptr) return;
    Dwarf_Addr base = 0, first = 0, last = 0;
    Dwarf_Op* operations = nullptr;
    std::size_t count = 0;
    for (std::ptrdiff_t at = 0;
         (at = dwarf_getlocations(&attribute, at, &base, &first, &last, &operations, &count)) > 0;) {
      const bool everywhere = first == 0 && last == ~Dwarf_Addr(0);
      if (count == 0 || first == last || (!everywhere && !ours.is_code(std::uint32_t(first)))) continue;
      const debugger::Bytes found = ours.dwarf().expression_at(die, DW_AT_location, std::uint32_t(first));
      ASSERT_FALSE(found.empty()) << program << std::hex << " 0x" << die.entry().offset << " at 0x" << first;
      EXPECT_EQ(unsigned(found.front()), operations[0].atom) << program << std::hex << " 0x" << die.entry().offset;
    }
  }
};

TEST(AgainstLibdw, EveryEntryOfEveryProgram) {
  std::size_t compared = 0;
  for (const std::string& program : all_programs()) {
    Walk walk{program, symbols_of(program)};
    std::size_t number = 0;
    Oracle(path_of(program)).units([&](Dwarf_Die& unit) { walk.visit(unit, walk.ours.dwarf().root(number++)); });
    EXPECT_EQ(number, walk.ours.dwarf().units()) << program;
    compared += walk.compared;
  }
  EXPECT_GT(compared, 100'000U);
}

}  // namespace
}  // namespace exo::test
