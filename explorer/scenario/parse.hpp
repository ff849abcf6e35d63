// From the bytes of a .toml file to a Scenario. Parsers take bytes, never paths: `file` is only for messages.
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "explorer/scenario/scenario.hpp"

namespace exo::scenario {

/// Throws InputError "FILE:LINE: what; how to mend". `programs` are the library OSes that exist; empty: any name is
/// taken (a recording is read where they may not be).
[[nodiscard]] Scenario parse(std::string_view text, std::string_view file, std::span<const std::string> programs);

}  // namespace exo::scenario
