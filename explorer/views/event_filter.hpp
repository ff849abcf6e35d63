// Which rows the event table shows. Matching goes on a little on every frame of the window, so that a search through
// millions of events never holds anything up; without a filter there is nothing to match and nothing is stored.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "explorer/model/history.hpp"
#include "explorer/views/trace_index.hpp"

namespace exo::views {

struct FilterChoice {
  std::string text;          ///< words to be found in the event's sentence or name; every one of them must be
  std::uint64_t hidden = 0;  ///< categories not shown, as bits
  std::int32_t env = -1;     ///< only events in which this environment acted; -1: any
  [[nodiscard]] bool everything() const { return text.empty() && hidden == 0 && env < 0; }
  friend bool operator==(const FilterChoice&, const FilterChoice&) = default;
};

class EventFilter {
 public:
  FilterChoice choice;

  /// Matches up to `budget` more events; starts over when the choice has changed.
  void update(const model::History& history, const TraceIndex& index, std::size_t budget);

  [[nodiscard]] std::size_t rows(const model::History& history) const {
    return applied_.everything() ? std::size_t(history.size()) : matches_.size();
  }
  [[nodiscard]] model::EventNumber row(std::size_t index) const {
    return applied_.everything() ? model::EventNumber(index + 1) : matches_[index];
  }
  /// The last row whose event is not after `number`.
  [[nodiscard]] std::size_t row_of(model::EventNumber number) const;
  [[nodiscard]] model::EventNumber searched() const { return next_ - 1; }
  [[nodiscard]] bool active() const { return !applied_.everything(); }

 private:
  FilterChoice applied_;
  std::vector<std::string> words_;
  std::vector<std::uint32_t> matches_;
  model::EventNumber next_ = 1;
};

}  // namespace exo::views
