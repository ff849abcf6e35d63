// What a comparison comes to, ready to be said: rows of totals with their differences, and the first difference in
// words. The window's table, the text and the data of the command line are made of it.
#pragma once
#include <array>
#include <string>
#include <vector>

#include "explorer/model/compare.hpp"

namespace exo::model {

struct TotalRow {
  std::string key, title, tip;
  bool time = false;                      ///< ticks
  std::array<std::uint64_t, 2> values{};  ///< of the first and the second run
  std::array<bool, 2> there{true, true};  ///< an environment may be in one run only
  [[nodiscard]] bool differs() const { return values[0] != values[1] || there[0] != there[1]; }
};

/// Totals of one environment (or in all): measures, then events by kind. Rows that are nothing in both are left out.
struct TotalGroup {
  std::string name;
  std::array<bool, 2> there{true, true};
  std::vector<TotalRow> measures, kinds;
};

struct FirstDifference {
  Anchor at_event;                       ///< {0, 0}: there is none
  std::array<std::string, 2> sentences;  ///< what happens in each run; empty: no more events
  std::array<Ticks, 2> at{};
};

struct CompareReport {
  std::array<EventNumber, 2> events{};
  std::array<Ticks, 2> ticks{};
  std::vector<TotalGroup> groups;  ///< [0] in all
  Anchor difference;               ///< Comparison::first_difference
  EventNumber shift = 0;           ///< Comparison::first_shift: never later
  [[nodiscard]] bool same() const { return shift == 0 && difference.first == 0; }
};

/// `over`: both runs have ended.
[[nodiscard]] CompareReport report_of(const Comparison& comparison, const History& first, const History& second,
                                      bool over);
/// In words of that moment: one look at the state of each run (History::state_at).
[[nodiscard]] FirstDifference difference_at(Anchor at, const History& first, const History& second);
/// Value with its unit: "18 402", "12.34 µs".
[[nodiscard]] std::string value_text(const TotalRow& row, int run);
/// Second less first, with its sign: "+3", "-1.20 µs", "=".
[[nodiscard]] std::string change_text(const TotalRow& row);

}  // namespace exo::model
