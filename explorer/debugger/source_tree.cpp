#include "explorer/debugger/source_tree.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <system_error>

namespace exo::debugger {

namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t kMostBytes = 4u << 20;

/// A name that leads out of the tree. A program may name any file of this computer; such a text is shown only when it
/// is proved to be the one that was compiled.
bool is_outside(std::string_view name) { return name.starts_with('/') || name.starts_with(".."); }

SourceText missing(std::string word) { return {SourceText::State::Missing, std::move(word), {}}; }

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    if (lines.back().ends_with('\r')) lines.back().pop_back();
    at = end + 1;
  }
  return lines;
}

bool has_sources(const fs::path& root) {
  std::error_code error;
  return fs::is_directory(root / "libos", error) && fs::is_directory(root / "kernel", error);
}

}  // namespace

SourceTree SourceTree::find(const fs::path& guest) {
  if (const char* named = std::getenv("EXOSCOPE_SOURCE_DIR"); named != nullptr && *named != '\0')
    return SourceTree(named);
#ifdef EXOSCOPE_SOURCE_TREE
  if (has_sources(EXOSCOPE_SOURCE_TREE)) return SourceTree(EXOSCOPE_SOURCE_TREE);
#endif
  std::error_code error;
  for (fs::path at = fs::absolute(guest, error); !error && at.has_relative_path(); at = at.parent_path())
    if (has_sources(at)) return SourceTree(at);
  return SourceTree({});
}

const SourceText& SourceTree::read(const SourceFile& file, std::int64_t built) {
  Known& known = known_[file.name];
  if (file.name.empty() || (root_.empty() && !is_outside(file.name))) {
    known.text = missing(file.name.empty() ? "the program does not name this source"
                                           : fmt::format("{}: no source tree (set EXOSCOPE_SOURCE_DIR)", file.name));
    return known.text;
  }
  const fs::path path = file.name.starts_with('/') ? fs::path(file.name) : root_ / file.name;
  std::error_code error;
  if (!fs::is_regular_file(path, error)) {
    known = {};
    known.text = missing(fmt::format("{} is not in {}", file.name, root_.string()));
    return known.text;
  }
  const fs::file_time_type time = fs::last_write_time(path, error);
  const std::uintmax_t bytes = fs::file_size(path, error);
  const bool is_known = known.text.state != SourceText::State::Missing && known.time == time && known.bytes == bytes &&
                        known.md5 == file.md5 && known.built == built;
  if (!is_known) known = {time, bytes, built, file.md5, load(path, file, built)};
  return known.text;
}

SourceText SourceTree::load(const fs::path& path, const SourceFile& file, std::int64_t built) const {
  std::error_code error;
  if (fs::file_size(path, error) > kMostBytes) return missing(fmt::format("{} is too large to be a source", file.name));
  std::ifstream in(path, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (!in) return missing(fmt::format("{} can't be read", file.name));
  if (is_outside(file.name) && (!file.md5 || md5_of(text) != *file.md5))
    return missing(fmt::format("{} is not a source of this tree", file.name));
  SourceText found{SourceText::State::Same, "", split(text)};
  struct stat status {};
  if (file.md5) {
    if (md5_of(text) != *file.md5) found.state = SourceText::State::Changed;
  } else {
    const bool is_newer = built != 0 && stat(path.c_str(), &status) == 0 && status.st_mtime > built;
    found.state = is_newer ? SourceText::State::Changed : SourceText::State::Likely;
  }
  if (found.state == SourceText::State::Changed)
    found.word = fmt::format("{} has changed since the program was built: lines may be wrong", file.name);
  return found;
}

}  // namespace exo::debugger
