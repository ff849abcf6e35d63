// The repository as the lint tests see it: every file of ours below the root, without build folders, read once.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace exo::lint {

struct SourceFile {
  std::string path;  ///< from the repository root, with forward slashes
  std::vector<std::string> lines;

  [[nodiscard]] std::string folder() const;
  [[nodiscard]] bool ends_with(std::string_view suffix) const { return std::string_view(path).ends_with(suffix); }
  [[nodiscard]] bool in(std::string_view folder) const;
  /// C++, assembly or tables: what has `//` comments and includes.
  [[nodiscard]] bool is_code() const;
};

/// $EXOSCOPE_SOURCE_DIR; the tests run with it set.
[[nodiscard]] std::filesystem::path root();

/// Every text file of the repository, in order of path.
[[nodiscard]] const std::vector<SourceFile>& source_tree();

/// The line without its comments and without what stands in string literals. `in_comment` carries /* */ across lines.
[[nodiscard]] std::string code_only(std::string_view line, bool& in_comment);

/// Does `word` stand in `text` with no letter, digit or underscore on either side?
[[nodiscard]] bool has_word(std::string_view text, std::string_view word);

[[nodiscard]] std::vector<std::string> split(std::string_view text, char separator);
[[nodiscard]] std::string trim(std::string_view text);

}  // namespace exo::lint
