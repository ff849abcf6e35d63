// The rules of the house that a machine can check: length, opening comment, nothing unfinished, nothing of one machine.
#include <gtest/gtest.h>

#include <set>

#include "tests/lint/source_tree.hpp"

namespace exo::lint {
namespace {

constexpr std::size_t kMostLines = 500;

bool is_build_file(const SourceFile& file) { return file.ends_with("CMakeLists.txt") || file.ends_with(".cmake"); }

/// Does it open with the header that it is the body of, which says the idea?
bool is_body(const SourceFile& file) {
  return file.ends_with(".cpp") && file.lines.front().starts_with("#include \"" + file.folder());
}

TEST(Style, FilesAreShort) {
  for (const SourceFile& file : source_tree()) {
    if (!file.is_code() && !file.ends_with(".toml") && !is_build_file(file)) continue;
    EXPECT_LE(file.lines.size(), kMostLines) << file.path << ": split it by idea";
  }
}

TEST(Style, FilesOpenWithTheirIdea) {
  for (const SourceFile& file : source_tree()) {
    if (!file.is_code() && !is_build_file(file)) continue;
    ASSERT_FALSE(file.lines.empty()) << file.path << " is empty";
    if (is_body(file)) continue;
    const std::string& line = file.lines.front();
    EXPECT_TRUE(line.starts_with("// ") || line.starts_with("/*") || line.starts_with("# "))
        << file.path << ": the first line says the idea, as a comment";
  }
}

TEST(Style, NothingIsLeftUnfinished) {
  // In two parts, so that this file doesn't find itself.
  const std::string words[] = {std::string("TO") + "DO", std::string("FIX") + "ME", std::string("XX") + "X",
                               std::string("HA") + "CK"};
  const std::string phrases[] = {std::string("for n") + "ow", std::string("not yet ") + "implemented",
                                 std::string("unimple") + "mented", std::string("lorem ") + "ipsum"};
  for (const SourceFile& file : source_tree())
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      for (const std::string& word : words)
        EXPECT_FALSE(has_word(file.lines[i], word)) << file.path << ":" << i + 1 << ": " << file.lines[i];
      for (const std::string& phrase : phrases)
        EXPECT_FALSE(has_word(file.lines[i], phrase)) << file.path << ":" << i + 1 << ": " << file.lines[i];
    }
}

TEST(Style, NothingNamesAPlaceOfOneMachine) {
  const std::string places[] = {std::string("/ho") + "me/", std::string("/wo") + "rk/", std::string("/ro") + "ot/",
                                std::string("/Us") + "ers/", std::string("/tmp/bu") + "ild"};
  for (const SourceFile& file : source_tree())
    for (std::size_t i = 0; i < file.lines.size(); ++i)
      for (const std::string& place : places) {
        const std::size_t at = file.lines[i].find(place);
        // Within a relative path the same letters are ours; at its beginning they are a machine's.
        const bool absolute =
            at != std::string::npos &&
            (at == 0 || std::string_view(" \t\"'=(<:,`").find(file.lines[i][at - 1]) != std::string_view::npos);
        EXPECT_FALSE(absolute) << file.path << ":" << i + 1 << ": " << file.lines[i];
      }
}

TEST(Style, LinesHaveNoTabsAndNoTrailingBlanks) {
  for (const SourceFile& file : source_tree()) {
    if (!file.is_code()) continue;
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      const std::string& line = file.lines[i];
      EXPECT_TRUE(line.empty() || (line.back() != ' ' && line.back() != '\t' && line.back() != '\r'))
          << file.path << ":" << i + 1 << ": blanks at the end";
      if (file.ends_with(".S")) continue;
      EXPECT_EQ(line.find('\t'), std::string::npos) << file.path << ":" << i + 1 << ": a tab";
    }
  }
}

// Every machine register lives in kernel/arch/mips and nowhere else; tlbwr is used nowhere, because QEMU keeps its
// victims alive where tlbr doesn't see them. But for a program that only thinks it may: in user mode each of these is
// an exception, and a monitor imitates it.
constexpr std::string_view kThinksItMay = "libos/monitor/guest_kernel.S";

TEST(Style, MachineRegistersStayInArchMips) {
  const std::set<std::string> privileged = {"mfc0", "mtc0", "tlbwi", "tlbr", "tlbp", "eret", "di", "ei"};
  int seen_inside = 0;
  for (const SourceFile& file : source_tree()) {
    if (!file.is_code() || !(file.in("kernel") || file.in("libos")) || file.path == kThinksItMay) continue;
    bool in_comment = false;
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      const std::string code = code_only(file.lines[i], in_comment);
      // Inline assembly stands in string literals, so these are searched for as well, in lines that are not comments.
      const std::string& line = trim(code).empty() ? code : file.lines[i];
      const std::string before_comment = line.substr(0, line.find("//"));
      EXPECT_FALSE(has_word(before_comment, "tlbwr")) << file.path << ":" << i + 1;
      for (const std::string& word : privileged) {
        const bool used =
            file.ends_with(".S") ? has_word(code, word) : before_comment.find("\"" + word + " ") != std::string::npos;
        if (!used) continue;
        if (file.in("kernel/arch/mips"))
          ++seen_inside;
        else
          ADD_FAILURE() << file.path << ":" << i + 1 << ": " << word << " belongs in kernel/arch/mips";
      }
    }
  }
  EXPECT_GT(seen_inside, 0) << "the rule looks for nothing that exists";
}

}  // namespace
}  // namespace exo::lint
