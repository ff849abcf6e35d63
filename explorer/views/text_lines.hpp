// Where a text is broken into lines of a width: the same for words and for the terms among them.
#pragma once
#include <imgui.h>

#include <cstddef>
#include <string_view>

namespace exo::views {

inline constexpr std::string_view kEllipsis = "\u2026";

/// Calls `line` for every line the text breaks into; returns how many there were.
template <typename Line>
int break_lines(const ImFont* font, float width, std::string_view text, int limit, Line line) {
  const char* at = text.data();
  const char* end = at + text.size();
  int count = 0;
  while (at < end && count < limit) {
    const char* stop = font->CalcWordWrapPositionA(1.0f, at, end, width);
    if (stop == at) ++stop;  // narrower than one character: go on all the same
    line(std::string_view(at, std::size_t(stop - at)), stop < end && count + 1 == limit);
    ++count;
    at = stop;
    while (at < end && (*at == ' ' || *at == '\n')) ++at;
  }
  return count;
}

}  // namespace exo::views
