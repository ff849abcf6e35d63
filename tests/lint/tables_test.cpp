// The tables of the ABI: one row a thing, numbers unique and in order, every event with all its arguments named once.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "tests/lint/source_tree.hpp"

namespace exo::lint {
namespace {

struct Row {
  std::string macro;
  std::vector<std::string> cells;
  std::size_t line;
};

/// Rows of a .def file: NAME(cell, cell, ...), where commas in string literals don't separate.
std::vector<Row> rows_of(const SourceFile& file) {
  std::vector<Row> rows;
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    const std::string& line = file.lines[i];
    const std::size_t open = line.find('(');
    if (line.empty() || line[0] < 'A' || line[0] > 'Z' || open == std::string::npos) continue;
    Row row{line.substr(0, open), {}, i + 1};
    std::string cell;
    bool quoted = false;
    for (const char c : line.substr(open + 1)) {
      if (c == '"') quoted = !quoted;
      if (!quoted && (c == ',' || c == ')')) {
        row.cells.push_back(trim(cell));
        cell.clear();
        if (c == ')') break;
      } else {
        cell += c;
      }
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

TEST(Tables, NumbersAndNamesAreUnique) {
  int tables = 0;
  for (const SourceFile& file : source_tree()) {
    if (!file.in("kernel/abi") || !file.ends_with(".def")) continue;
    ++tables;
    std::map<std::string, std::set<long>> numbers;
    std::map<std::string, std::set<std::string>> names;
    std::map<std::string, long> last;
    const std::vector<Row> rows = rows_of(file);
    EXPECT_FALSE(rows.empty()) << file.path << " has no rows";
    for (const Row& row : rows) {
      const std::string place = file.path + ":" + std::to_string(row.line);
      ASSERT_GE(row.cells.size(), 2u) << place;
      char* end = nullptr;
      const long number = std::strtol(row.cells[0].c_str(), &end, 0);
      ASSERT_TRUE(end != nullptr && *end == '\0' && !row.cells[0].empty()) << place << ": the first cell is the number";
      EXPECT_TRUE(numbers[row.macro].insert(number).second)
          << place << ": the number " << number << " is there already";
      EXPECT_TRUE(names[row.macro].insert(row.cells[1]).second)
          << place << ": the name " << row.cells[1] << " is there already";
      if (last.contains(row.macro)) {
        EXPECT_GT(number, last[row.macro]) << place << ": rows stand in order of number";
      }
      last[row.macro] = number;
    }
  }
  EXPECT_GE(tables, 10);
}

TEST(Tables, EventTemplatesNameTheirOwnArguments) {
  int events = 0;
  for (const SourceFile& file : source_tree()) {
    if (file.path != "kernel/abi/trace_events.def") continue;
    for (const Row& row : rows_of(file)) {
      ++events;
      const std::string place = file.path + ":" + std::to_string(row.line);
      // number, Name, category, four pairs of kind and name, template
      ASSERT_EQ(row.cells.size(), 12u) << place;
      std::set<std::string> known = {"env"};
      for (std::size_t i = 4; i < 11; i += 2)
        EXPECT_TRUE(known.insert(row.cells[i]).second) << place << ": " << row.cells[i] << " twice";
      known.insert("pc");  // of the record itself, unless the event has its own
      const std::string& text = row.cells[11];
      for (std::size_t at = text.find('{'); at != std::string::npos; at = text.find('{', at + 1)) {
        const std::size_t end = text.find('}', at);
        ASSERT_NE(end, std::string::npos) << place;
        const std::string name = text.substr(at + 1, end - at - 1);
        EXPECT_TRUE(known.contains(name)) << place << ": {" << name << "} is no argument of this event";
      }
    }
  }
  EXPECT_GT(events, 90);
}

/// A call is tried with wrong arguments by one of the families tests/hostile/*_calls.cpp, by its name.
TEST(Tables, EverySystemCallIsTriedWithWrongArguments) {
  std::string families;
  int files = 0;
  for (const SourceFile& file : source_tree()) {
    if (!file.in("tests/hostile") || !file.ends_with("_calls.cpp") || file.ends_with("random_calls.cpp")) continue;
    ++files;
    for (const std::string& line : file.lines) families += line + "\n";
  }
  EXPECT_GE(files, 6);
  for (const SourceFile& file : source_tree()) {
    if (file.path != "kernel/abi/syscalls.def") continue;
    for (const Row& row : rows_of(file)) {
      ASSERT_GE(row.cells.size(), 2u);
      EXPECT_NE(families.find("call::" + row.cells[1] + "("), std::string::npos)
          << file.path << ":" << row.line << ": " << row.cells[1]
          << " is in no family of hostile calls; add what it must refuse to one of tests/hostile/*_calls.cpp";
    }
  }
}

}  // namespace
}  // namespace exo::lint
