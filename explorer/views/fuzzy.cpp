#include "explorer/views/fuzzy.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace exo::views {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; }

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> out;
  bool inside = false;
  for (const char c : text) {
    const char small = lower(c);
    const bool part = (small >= 'a' && small <= 'z') || is_digit(small) || (static_cast<unsigned char>(c) & 0x80) != 0;
    if (part && !inside) out.emplace_back();
    if (part) out.back() += small;
    inside = part;
  }
  return out;
}

/// Slips between a typed word and the beginning of another: letters too many, too few, wrong, or two exchanged.
int slips(std::string_view typed, std::string_view word) {
  constexpr std::size_t kMost = 24;
  if (typed.size() > kMost || word.size() > kMost) return 99;
  std::array<std::array<int, kMost + 1>, kMost + 1> cost{};
  for (std::size_t i = 0; i <= typed.size(); ++i) cost[i][0] = int(i);
  for (std::size_t j = 0; j <= word.size(); ++j) cost[0][j] = int(j);
  for (std::size_t i = 1; i <= typed.size(); ++i)
    for (std::size_t j = 1; j <= word.size(); ++j) {
      cost[i][j] =
          std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + int(typed[i - 1] != word[j - 1])});
      if (i > 1 && j > 1 && typed[i - 1] == word[j - 2] && typed[i - 2] == word[j - 1])
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
    }
  const auto& last = cost[typed.size()];
  return *std::min_element(last.begin(), last.begin() + std::ptrdiff_t(word.size()) + 1);
}

bool in_order(std::string_view typed, std::string_view word) {
  std::size_t found = 0;
  for (const char c : word)
    if (found < typed.size() && c == typed[found]) ++found;
  return found == typed.size();
}

int fit_word(std::string_view typed, std::string_view word) {
  const bool number = is_digit(typed.front());
  if (typed == word) return 120;
  if (number) return 0;
  if (word.starts_with(typed)) return 100;
  if (word.find(typed) != std::string_view::npos) return 60;
  const int allowed = typed.size() >= 7 ? 2 : typed.size() >= 4 ? 1 : 0;
  if (allowed > 0 && typed.front() == word.front()) {
    const int found = slips(typed, word);
    if (found <= allowed) return 50 - 10 * found;
  }
  return typed.size() >= 3 && typed.front() == word.front() && in_order(typed, word) ? 20 : 0;
}

}  // namespace

int fit(std::string_view typed, std::string_view title) {
  const std::vector<std::string> wanted = words(typed), there = words(title);
  if (wanted.empty()) return 1;
  int total = 0;
  for (const std::string& one : wanted) {
    int best = 0;
    for (std::size_t i = 0; i < there.size(); ++i) {
      const int found = fit_word(one, there[i]);
      // Earlier words count a little more.
      if (found > 0) best = std::max(best, found - std::min(int(i), 9));
    }
    if (best == 0) return 0;
    total += best;
  }
  return total * 10 / int(wanted.size()) - std::min(int(there.size()), 9);
}

}  // namespace exo::views
