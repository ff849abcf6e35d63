// The longest common subsequence of the lines between the first and the last that differ. Files are of hundreds of
// lines and edits are small; what differs too much is taken to be one change.
#include "explorer/session/line_map.hpp"

#include <algorithm>

namespace exo::session {
namespace {

constexpr std::size_t kMostCells = 4'000'000;

}  // namespace

LineMap::LineMap(const std::vector<std::string>& before, const std::vector<std::string>& now) {
  const std::size_t count = before.size(), others = now.size(), least = std::min(count, others);
  last_ = std::uint32_t(std::max<std::size_t>(1, others));
  std::size_t head = 0, tail = 0;
  while (head < least && before[head] == now[head]) ++head;
  while (tail < least - head && before[count - 1 - tail] == now[others - 1 - tail]) ++tail;
  const std::size_t rows = count - head - tail, columns = others - head - tail;

  // 0: nothing is known yet.
  now_.assign(count, 0);
  for (std::size_t i = 0; i < head; ++i) now_[i] = std::uint32_t(i + 1);
  for (std::size_t i = 0; i < tail; ++i) now_[count - 1 - i] = std::uint32_t(others - i);
  if (rows != 0 && columns != 0 && rows * columns <= kMostCells) {
    std::vector<std::uint32_t> longest((rows + 1) * (columns + 1), 0);
    const auto at = [&](std::size_t i, std::size_t j) -> std::uint32_t& { return longest[i * (columns + 1) + j]; };
    for (std::size_t i = rows; i-- > 0;)
      for (std::size_t j = columns; j-- > 0;)
        at(i, j) = before[head + i] == now[head + j] ? at(i + 1, j + 1) + 1 : std::max(at(i + 1, j), at(i, j + 1));
    for (std::size_t i = 0, j = 0; i < rows && j < columns;) {
      if (before[head + i] == now[head + j])
        now_[head + i++] = std::uint32_t(head + j++ + 1);
      else if (at(i + 1, j) >= at(i, j + 1))
        ++i;
      else
        ++j;
    }
  }
  // Lines between two that are known: by their place, as far as there are as many.
  for (std::size_t i = 0; i < count;) {
    if (now_[i] != 0) {
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < count && now_[end] == 0) ++end;
    const std::uint32_t from = i == 0 ? 0 : now_[i - 1];
    const std::uint32_t to = end == count ? std::uint32_t(others) + 1 : now_[end];
    for (std::uint32_t next = from + 1; i < end; ++i, ++next)
      now_[i] = std::min(std::min(next, std::max(to - 1, from + 1)), last_);
  }
}

std::uint32_t LineMap::now(std::uint32_t line) const {
  if (line == 0) return 0;
  if (line > now_.size()) return std::min(line, last_);
  return now_[line - 1];
}

}  // namespace exo::session
