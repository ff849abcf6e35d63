// Reads the repository. Invariant: what git ignores (build folders, recordings) is never looked at.
#include "tests/lint/source_tree.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace exo::lint {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kCodeSuffixes[] = {".cpp", ".hpp", ".h", ".S", ".def"};
constexpr std::string_view kTextSuffixes[] = {".cpp",   ".hpp", ".h",  ".S",  ".def",  ".ld",  ".toml",
                                              ".cmake", ".txt", ".md", ".sh", ".yaml", ".json"};

bool is_text(const fs::path& path) {
  const std::string name = path.filename().string();
  if (name == "exoscope" || name == "run" || name == ".clang-format" || name == ".clang-tidy") return true;
  return std::ranges::any_of(kTextSuffixes, [&](std::string_view suffix) { return name.ends_with(suffix); });
}

bool is_skipped(const fs::path& folder) {
  const std::string name = folder.filename().string();
  return name == ".git" || name.starts_with("build");
}

bool is_word_character(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

}  // namespace

std::string SourceFile::folder() const { return path.substr(0, path.find_last_of('/') + 1); }

bool SourceFile::in(std::string_view wanted) const {
  return path == wanted || (path.starts_with(wanted) && path.size() > wanted.size() && path[wanted.size()] == '/');
}

bool SourceFile::is_code() const {
  return std::ranges::any_of(kCodeSuffixes, [&](std::string_view suffix) { return ends_with(suffix); });
}

fs::path root() {
  const char* folder = std::getenv("EXOSCOPE_SOURCE_DIR");
  if (folder == nullptr) throw std::runtime_error("EXOSCOPE_SOURCE_DIR is not set: run this test through ctest");
  return folder;
}

const std::vector<SourceFile>& source_tree() {
  static const std::vector<SourceFile> files = [] {
    std::vector<SourceFile> found;
    const fs::path top = root();
    for (auto it = fs::recursive_directory_iterator(top); it != fs::recursive_directory_iterator(); ++it) {
      if (it->is_directory()) {
        if (is_skipped(it->path())) it.disable_recursion_pending();
        continue;
      }
      if (!it->is_regular_file() || !is_text(it->path())) continue;
      SourceFile file{it->path().lexically_relative(top).generic_string(), {}};
      std::ifstream in(it->path());
      for (std::string line; std::getline(in, line);) file.lines.push_back(line);
      found.push_back(std::move(file));
    }
    std::ranges::sort(found, {}, &SourceFile::path);
    return found;
  }();
  return files;
}

std::string code_only(std::string_view line, bool& in_comment) {
  std::string code;
  char quote = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const std::string_view rest = line.substr(i);
    if (in_comment) {
      if (!rest.starts_with("*/")) continue;
      in_comment = false;
      ++i;
    } else if (quote != 0) {
      if (line[i] == '\\')
        ++i;
      else if (line[i] == quote)
        quote = 0;
    } else if (rest.starts_with("//")) {
      break;
    } else if (rest.starts_with("/*")) {
      in_comment = true;
      ++i;
    } else if (line[i] == '"' || (line[i] == '\'' && (i == 0 || !is_word_character(line[i - 1])))) {
      quote = line[i];
    } else {
      code += line[i];
    }
  }
  return code;
}

bool has_word(std::string_view text, std::string_view word) {
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || !is_word_character(text[at - 1])) && (end == text.size() || !is_word_character(text[end])))
      return true;
  }
  return false;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.push_back(trim(text.substr(0, end)));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return parts;
}

std::string trim(std::string_view text) {
  const auto is_space = [](char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return std::string(text);
}

}  // namespace exo::lint
