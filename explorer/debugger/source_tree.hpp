// The text of a program's sources, and whether it still is what was compiled: a line of a file that has changed must
// not look like the right one.
#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "explorer/debugger/line_table.hpp"

namespace exo::debugger {

struct SourceText {
  enum class State : std::uint8_t {
    Same,     ///< what was compiled
    Likely,   ///< nothing says otherwise, but nothing proves it either
    Changed,  ///< not what was compiled: lines may be wrong
    Missing,  ///< there is no text
  };
  State state = State::Missing;
  std::string word;  ///< for the user; empty when the state is Same or Likely
  std::vector<std::string> lines;
};

class SourceTree {
 public:
  /// Names of sources are relative to `root`.
  explicit SourceTree(std::filesystem::path root) : root_(std::move(root)) {}
  /// $EXOSCOPE_SOURCE_DIR, or where this program was built from, or the folder around `guest` (the folder of the
  /// programs) that has the sources.
  [[nodiscard]] static SourceTree find(const std::filesystem::path& guest = {});

  [[nodiscard]] const std::filesystem::path& root() const { return root_; }
  /// `built`: when the program was (Symbols::built); 0: not known. The text is read again when the file has changed.
  /// The reference is good until then.
  [[nodiscard]] const SourceText& read(const SourceFile& file, std::int64_t built);

 private:
  struct Known {
    std::filesystem::file_time_type time{};
    std::uintmax_t bytes = 0;
    std::int64_t built = 0;
    std::optional<Md5> md5;
    SourceText text;
  };
  [[nodiscard]] SourceText load(const std::filesystem::path& path, const SourceFile& file, std::int64_t built) const;

  std::filesystem::path root_;
  std::map<std::string, Known, std::less<>> known_;
};

}  // namespace exo::debugger
