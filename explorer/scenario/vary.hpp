// [vary]: numbers and words of a lesson that a seed chooses, so that two students don't get the same ones. Seed 0 is
// the lesson as it was written.
//
// Invariant: with N variations in all, the seeds 0 to N-1 give N different ones, and the same seed always gives the
// same: seeds walk through all combinations by a stride that has no factor in common with N.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "explorer/scenario/toml_table.hpp"
#include "explorer/scenario/variation.hpp"

namespace exo::scenario {

/// What a seed chooses from the table. Throws InputError on a table that means nothing.
[[nodiscard]] Variation choose(Table& vary, std::uint32_t seed);

/// The file's text with "$name" and {vary.name} replaced inside its strings; a string that is nothing else than one of
/// them becomes the number itself. Lines stay where they are. Throws InputError on a name that nothing varies.
[[nodiscard]] std::string with_values(std::string_view text, std::string_view file, const Variation& variation);

}  // namespace exo::scenario
