// A file of the source tree, opened to see what a compiler said about it.
#pragma once
#include <filesystem>

#include "explorer/model/rebuild.hpp"

namespace exo::session {

/// `file`: relative to the tree; nothing outside of it is opened.
[[nodiscard]] model::OpenedSource open_source(const std::filesystem::path& root, const std::string& file,
                                              std::uint32_t line);

}  // namespace exo::session
