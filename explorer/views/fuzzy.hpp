// How well typed letters fit a title: parts of words, letters in order, and one or two slips of the finger.
#pragma once
#include <string_view>

namespace exo::views {

/// 0: does not fit; more is better. Every word that was typed must fit some word of the title; numbers exactly.
[[nodiscard]] int fit(std::string_view typed, std::string_view title);

}  // namespace exo::views
