#include "explorer/session/source_opened.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

namespace exo::session {

namespace fs = std::filesystem;

model::OpenedSource open_source(const fs::path& root, const std::string& file, std::uint32_t line) {
  constexpr std::uintmax_t kMostBytes = 4u << 20;
  model::OpenedSource out{file, line, {}, {}};
  std::error_code error;
  const fs::path top = fs::weakly_canonical(root, error), path = fs::weakly_canonical(root / file, error);
  const bool inside = !root.empty() && std::ranges::mismatch(top, path).in1 == top.end();
  if (!inside || !fs::is_regular_file(path, error) || fs::file_size(path, error) > kMostBytes) {
    out.problem = fmt::format("{} can't be shown: it is no source of {}", file, root.string());
    return out;
  }
  std::ifstream in(path);
  for (std::string one; std::getline(in, one);) {
    if (one.ends_with('\r')) one.pop_back();
    out.text.push_back(std::move(one));
  }
  out.line = std::clamp<std::uint32_t>(line, 1, std::uint32_t(std::max<std::size_t>(1, out.text.size())));
  return out;
}

}  // namespace exo::session
