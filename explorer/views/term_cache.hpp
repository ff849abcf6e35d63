// Which words of a text are terms, kept: the same sentences are drawn sixty times a second.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "explorer/model/term_finder.hpp"

namespace exo::views {

class TermCache {
 public:
  /// Valid until the next call.
  const std::vector<model::FoundTerm>& of(std::string_view text) {
    if (const auto found = kept_.find(text); found != kept_.end()) return found->second;
    if (kept_.size() >= kMost) kept_.clear();
    return kept_.emplace(std::string(text), model::terms_in(text)).first->second;
  }

 private:
  static constexpr std::size_t kMost = 2'000;
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  std::unordered_map<std::string, std::vector<model::FoundTerm>, Hash, std::equal_to<>> kept_;
};

}  // namespace exo::views
