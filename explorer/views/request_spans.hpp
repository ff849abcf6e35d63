// Which requests are under way in a stretch of time, without looking at all of them: for every 64 of them, in the order
// they were made, when the last of these has ended.
#pragma once
#include <vector>

#include "explorer/model/history.hpp"

namespace exo::views {

class RequestSpans {
 public:
  /// Something happened to a request: what was known of its group is worked out anew.
  void changed(const model::History& history, std::uint32_t id);

  /// Positions in the history's requests() of those that are made before `to` and may not be over at `from`; of more
  /// than `most` only so many, and `all` says how many there are.
  [[nodiscard]] std::vector<std::size_t> in(const model::History& history, model::Ticks from, model::Ticks to,
                                            std::size_t most, std::size_t& all) const;

  [[nodiscard]] std::size_t memory_bytes() const { return ends_.capacity() * sizeof(model::Ticks); }

 private:
  /// Positions have moved since: the oldest requests were forgotten.
  void keep_up(const model::History& history) const;
  static constexpr std::size_t kGroup = 64;
  mutable std::uint32_t first_ = 0;         ///< id of the request at position 0
  mutable std::vector<model::Ticks> ends_;  ///< of each group; 0: not worked out
};

}  // namespace exo::views
