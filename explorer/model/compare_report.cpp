// What a comparison comes to.
#include "explorer/model/compare_report.hpp"

#include <fmt/format.h>

#include "explorer/model/event_table.hpp"
#include "explorer/model/words.hpp"

namespace exo::model {
namespace {

TotalGroup group_of(const std::string& name, const Participant* first, const Participant* second) {
  TotalGroup group;
  group.name = name;
  group.there = {first != nullptr, second != nullptr};
  const auto add = [&](std::vector<TotalRow>& rows, TotalRow row, std::uint64_t a, std::uint64_t b) {
    if (a == 0 && b == 0) return;
    row.values = {a, b};
    row.there = group.there;
    rows.push_back(std::move(row));
  };
  for (std::size_t i = 0; i < kMeasures; ++i) {
    const MeasureRow& row = row_of(Measure(i));
    add(group.measures, {row.key, row.title, row.tip, row.time, {}, {}}, first != nullptr ? first->totals[i] : 0,
        second != nullptr ? second->totals[i] : 0);
  }
  for (std::size_t id = 0; id < abi::kEventNumbers; ++id) {
    const std::string kind(event_name(abi::Event(id)));
    add(group.kinds, {kind, kind, "Events of this kind that it caused", false, {}, {}},
        first != nullptr ? first->kinds[id] : 0, second != nullptr ? second->kinds[id] : 0);
  }
  return group;
}

std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t i = text.size(); i > 3; i -= 3) text.insert(i - 3, " ");
  return text;
}

}  // namespace

FirstDifference difference_at(Anchor at, const History& first, const History& second) {
  FirstDifference out;
  out.at_event = at;
  if (at.first == 0) return out;
  const std::array<EventNumber, 2> numbers{at.first, at.second};
  const std::array<const History*, 2> runs{&first, &second};
  for (std::size_t i = 0; i < 2; ++i) {
    const EventNumber number = numbers[i];
    if (number > runs[i]->size()) continue;
    const Event event = runs[i]->event(number);
    out.sentences[i] = sentence(event, runs[i]->state_at(number));
    out.at[i] = event.ticks;
  }
  return out;
}

CompareReport report_of(const Comparison& comparison, const History& first, const History& second, bool over) {
  CompareReport out;
  out.events = {first.size(), second.size()};
  out.ticks = {first.newest().now, second.newest().now};
  const auto mine = comparison.tally(0).participants(first.newest());
  const auto others = comparison.tally(1).participants(second.newest());
  const Participant all[] = {Tally::sum(mine), Tally::sum(others)};
  out.groups.push_back(group_of("in all", &all[0], &all[1]));
  for (const NamedPair& pair : pair_by_name(mine, others))
    out.groups.push_back(group_of(pair.name, pair.index[0] < 0 ? nullptr : &mine[std::size_t(pair.index[0])],
                                  pair.index[1] < 0 ? nullptr : &others[std::size_t(pair.index[1])]));
  out.difference = comparison.first_difference(over);
  out.shift = comparison.first_shift(over);
  return out;
}

std::string value_text(const TotalRow& row, int run) {
  const auto i = std::size_t(run);
  if (!row.there[i]) return "not there";
  return row.time ? fmt::format("{:.2f} µs", micros(row.values[i])) : grouped(row.values[i]);
}

std::string change_text(const TotalRow& row) {
  if (row.values[0] == row.values[1]) return "=";
  const bool more = row.values[1] > row.values[0];
  const std::uint64_t by = more ? row.values[1] - row.values[0] : row.values[0] - row.values[1];
  return (more ? "+" : "-") + (row.time ? fmt::format("{:.2f} µs", micros(by)) : grouped(by));
}

}  // namespace exo::model
