// From the bytes of a .toml file to a Scenario. Parsers take bytes, never paths: `file` is only for messages.
#pragma once
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "explorer/scenario/scenario.hpp"

namespace exo::scenario {

/// Bytes of a file that a scenario names (packets = "..."), which lies beside it. Throws InputError.
using FileReader = std::function<std::string(const std::string& name)>;

/// Throws InputError "FILE:LINE: what; how to mend". `programs` are the library OSes that exist; empty: any name is
/// taken (a recording is read where they may not be). `seed` chooses the variation; 0 is the lesson as written.
[[nodiscard]] Scenario parse(std::string_view text, std::string_view file, std::span<const std::string> programs,
                             const FileReader& read = {}, std::uint32_t seed = 0);

}  // namespace exo::scenario
