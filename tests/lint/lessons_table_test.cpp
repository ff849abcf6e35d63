// The course as a whole: the table of scenarios/README.md names every lesson, every idea of the lecture's slides has a
// lesson, every lesson asks something, and no sentence holds a number that the lesson neither sets nor expects.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include "tests/lint/source_tree.hpp"

namespace exo::lint {
namespace {

constexpr std::size_t kMostSteps = 12;

/// The lessons of the folder by name.
std::map<std::string, const SourceFile*> lessons() {
  std::map<std::string, const SourceFile*> found;
  for (const SourceFile& file : source_tree()) {
    constexpr std::string_view kFolder = "scenarios/", kEnding = ".toml";
    if (!file.path.starts_with(kFolder) || !file.ends_with(kEnding)) continue;
    found[file.path.substr(kFolder.size(), file.path.size() - kFolder.size() - kEnding.size())] = &file;
  }
  return found;
}

/// The rows of the table: "| [name](name.toml) | 5, 9 | ... |".
std::map<std::string, std::set<int>> slides_by_lesson() {
  std::map<std::string, std::set<int>> rows;
  for (const SourceFile& file : source_tree()) {
    if (file.path != "scenarios/README.md") continue;
    for (const std::string& line : file.lines) {
      if (!line.starts_with("| [")) continue;
      const auto cells = split(line, '|');
      const std::string name = trim(cells[1]);
      auto& slides = rows[name.substr(1, name.find(']') - 1)];
      for (const std::string& slide : split(cells[2], ',')) slides.insert(std::atoi(trim(slide).c_str()));
    }
  }
  return rows;
}

std::size_t lines_that_start(const SourceFile& file, std::string_view start) {
  return std::size_t(
      std::ranges::count_if(file.lines, [&](const std::string& line) { return line.starts_with(start); }));
}

/// The numbers of a text, with 4,096 as one. What stands in the braces of a sentence is computed.
enum class InBraces { Counts, Computed };
std::vector<std::string> numbers_of(std::string_view text, InBraces in_braces) {
  std::vector<std::string> numbers;
  int braces = 0;
  bool in_word = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto is_digit = [&](std::size_t at) {
      return at < text.size() && std::isdigit(static_cast<unsigned char>(text[at])) != 0;
    };
    braces += text[i] == '{' ? 1 : text[i] == '}' ? -1 : 0;
    if ((braces == 0 || in_braces == InBraces::Counts) && is_digit(i) && !in_word) {
      std::string number;
      for (; is_digit(i) || (i < text.size() && text[i] == ',' && is_digit(i + 1)); ++i)
        if (text[i] != ',') number += text[i];
      numbers.push_back(number);
      --i;
    }
    in_word = std::isalnum(static_cast<unsigned char>(text[i])) != 0;
  }
  return numbers;
}

TEST(Lessons, TheTableNamesEveryLessonAndNoOther) {
  const auto files = lessons();
  const auto rows = slides_by_lesson();
  for (const auto& [name, file] : files) EXPECT_TRUE(rows.contains(name)) << name << " is not in scenarios/README.md";
  for (const auto& [name, slides] : rows) EXPECT_TRUE(files.contains(name)) << name << " is no lesson";
}

TEST(Lessons, EveryIdeaOfTheLectureHasALesson) {
  std::set<int> shown;
  for (const auto& [name, slides] : slides_by_lesson()) {
    EXPECT_FALSE(slides.empty()) << name << " shows no slide";
    shown.insert(slides.begin(), slides.end());
  }
  std::set<int> wanted = {5};
  for (int slide = 9; slide <= 29; ++slide)
    if (slide != 10) wanted.insert(slide);  // a title, with the names of the authors
  for (const int slide : wanted) EXPECT_TRUE(shown.contains(slide)) << "no lesson shows slide " << slide;
}

TEST(Lessons, EveryLessonAsksAndIsShort) {
  for (const auto& [name, file] : lessons()) {
    EXPECT_GE(lines_that_start(*file, "ask.text"), 1u) << name << " asks nothing";
    // A figure of ten points takes two steps for each.
    if (name != "handler-while-descheduled") {
      EXPECT_LE(lines_that_start(*file, "[[step]]"), kMostSteps) << name;
    }
    EXPECT_EQ(lines_that_start(*file, "minutes = "), 1u) << name;
    for (const std::string& line : file->lines)
      if (line.starts_with("minutes = ")) {
        EXPECT_GE(std::atoi(line.c_str() + 10), 3) << name;
        EXPECT_LE(std::atoi(line.c_str() + 10), 8) << name;
      }
  }
}

TEST(Lessons, EveryNumberSaidIsComputedOrSetOrExpected) {
  for (const auto& [name, file] : lessons()) {
    std::set<std::string> set_or_expected;
    for (const std::string& line : file->lines)
      if (!line.starts_with("say") && !line.starts_with("title") && !line.starts_with("goal") && !line.starts_with("#"))
        for (const std::string& number : numbers_of(line, InBraces::Counts)) set_or_expected.insert(number);
    for (std::size_t i = 0; i < file->lines.size(); ++i) {
      if (!file->lines[i].starts_with("say = ")) continue;
      for (const std::string& number : numbers_of(file->lines[i], InBraces::Computed))
        EXPECT_TRUE(set_or_expected.contains(number))
            << file->path << ":" << i + 1 << ": " << number << " is no number of this lesson: compute it, in braces";
    }
  }
}

}  // namespace
}  // namespace exo::lint
