// Which events a table shows: by category, environment and a query (query.hpp). The index grows with the trace and is
// built a little at a time, so that a search through millions of events never holds up a frame.
#pragma once
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "explorer/model/event_table.hpp"
#include "explorer/model/history.hpp"
#include "explorer/model/query.hpp"
#include "explorer/model/query_count.hpp"

namespace exo::model {

struct EventFilter {
  std::string text;                  ///< a query; empty: every event
  std::uint32_t categories = ~0u;    ///< bit Category: shown
  std::optional<std::uint32_t> env;  ///< acting in it, or named by an argument
  std::optional<abi::Event> id;      ///< this event only
  EventNumber first = 0, last = 0;   ///< only these events; 0: from the first, or to the newest
  friend bool operator==(const EventFilter&, const EventFilter&) = default;
  [[nodiscard]] bool passes_everything() const {
    return text.empty() && categories == ~0u && !env.has_value() && !id.has_value() && first <= 1 && last == 0;
  }
};

/// Whether one event passes. `state` gives the names. A text that is no query passes nothing.
[[nodiscard]] bool matches(const EventFilter& filter, const Event& event, const State& state);

class FilterIndex {
 public:
  /// Starts anew when the filter is another one. A text that is no query leaves the query before it in force, and
  /// error() says why.
  void set(const EventFilter& filter);
  [[nodiscard]] const std::optional<QueryError>& error() const { return error_; }
  [[nodiscard]] const Query& query() const { return query_; }
  /// The table of the query's "count by", over the events scanned; nullptr: it has none.
  [[nodiscard]] const CountTable* counts() const { return query_.count_by() ? &counts_ : nullptr; }
  /// The filter in force.
  [[nodiscard]] const EventFilter& filter() const { return filter_; }

  /// Looks at events not looked at yet: at most `budget` sentences are made (16 events refused by category count as
  /// one). Returns true when the index is up to date. A history that has become shorter (a restart) is read from its
  /// beginning.
  bool scan(const History& history, std::size_t budget = 20'000);

  /// Rows are those of events that the history still has.
  [[nodiscard]] std::size_t size() const {
    return everything_ ? std::size_t(std::max(scanned_, forgotten_) - forgotten_) : found_.size();
  }
  [[nodiscard]] EventNumber at(std::size_t row) const { return everything_ ? forgotten_ + row + 1 : found_[row]; }
  /// Rows that were let go since the filter was set, because the history has forgotten their events.
  [[nodiscard]] std::size_t dropped() const { return dropped_; }
  /// First row whose event is at or after `number`; size() when there is none.
  [[nodiscard]] std::size_t row_of_event(EventNumber number) const;
  [[nodiscard]] EventNumber scanned() const { return scanned_; }
  [[nodiscard]] std::size_t memory_bytes() const { return found_.capacity() * sizeof(std::uint32_t); }

 private:
  void restart(const History* history);
  void forget(EventNumber count);

  EventFilter filter_, wanted_;
  std::optional<QueryError> error_;
  Query query_;
  CountTable counts_;
  NamesNow names_;          ///< at the event scanned last
  bool everything_ = true;  ///< rows are numbers
  EventNumber scanned_ = 0, forgotten_ = 0;
  std::size_t dropped_ = 0;
  std::vector<std::uint32_t> found_;
};

}  // namespace exo::model
