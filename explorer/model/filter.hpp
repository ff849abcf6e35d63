// Which events a table shows: by category, environment and words. The index grows with the trace and is built a little
// at a time, so that a search through millions of events never holds up a frame.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "explorer/model/event_table.hpp"
#include "explorer/model/history.hpp"

namespace exo::model {

struct EventFilter {
  std::string text;  ///< words that must all occur in the event's name or sentence, in any case; empty: every event
  std::uint32_t categories = ~0u;    ///< bit Category: shown
  std::optional<std::uint32_t> env;  ///< acting in it, or named by an argument
  std::optional<abi::Event> id;      ///< this event only
  friend bool operator==(const EventFilter&, const EventFilter&) = default;
  [[nodiscard]] bool passes_everything() const {
    return text.empty() && categories == ~0u && !env.has_value() && !id.has_value();
  }
};

/// Whether one event passes. `state` gives the names.
[[nodiscard]] bool matches(const EventFilter& filter, const Event& event, const State& state);

class FilterIndex {
 public:
  /// Starts anew when the filter is another one.
  void set(EventFilter filter);
  [[nodiscard]] const EventFilter& filter() const { return filter_; }

  /// Looks at events not looked at yet: at most `budget` sentences are made (16 events refused by category count as
  /// one). Returns true when the index is up to date. A history that has become shorter (a restart) is read from its
  /// beginning.
  bool scan(const History& history, std::size_t budget = 20'000);

  [[nodiscard]] std::size_t size() const { return everything_ ? std::size_t(scanned_) : found_.size(); }
  [[nodiscard]] EventNumber at(std::size_t row) const { return everything_ ? row + 1 : found_[row]; }
  /// First row whose event is at or after `number`; size() when there is none.
  [[nodiscard]] std::size_t row_of_event(EventNumber number) const;
  [[nodiscard]] EventNumber scanned() const { return scanned_; }

 private:
  EventFilter filter_;
  std::vector<std::string> words_;  ///< of the text, in lower case
  bool everything_ = true;
  EventNumber scanned_ = 0;
  std::vector<std::uint32_t> found_;
};

}  // namespace exo::model
