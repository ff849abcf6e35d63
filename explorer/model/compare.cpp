// Two runs on one clock: walked in step, event by event.
#include "explorer/model/compare.hpp"

#include <algorithm>

#include "explorer/model/event_table.hpp"

namespace exo::model {
namespace {

/// How an argument takes part in "something else happens".
enum class Part : std::uint8_t { Left, Same, Name };

constexpr bool is_place_or_time(ArgumentKind kind, std::string_view name) {
  return kind == ArgumentKind::Ticks || name == "ticks_left" || name == "ticks_late" || name == "tick" ||
         name == "pc" || name == "stack";
}

constexpr auto kParts = [] {
  std::array<std::array<Part, 4>, abi::kEventNumbers> table{};
  for (std::size_t id = 0; id < table.size(); ++id)
    for (std::size_t i = 0; i < 4; ++i) {
      const EventRow& row = kEventTable[id];
      if (!row.known()) {
        table[id][i] = Part::Same;
        continue;
      }
      if (row.kinds[i] == ArgumentKind::None || is_place_or_time(row.kinds[i], row.names[i])) continue;
      table[id][i] = row.kinds[i] == ArgumentKind::Env ? Part::Name : Part::Same;
    }
  return table;
}();

bool exactly(const Event& a, const Event& b) {
  return a.id == b.id && a.env == b.env && a.ticks == b.ticks && a.pc == b.pc && a.args == b.args;
}

bool same_names(const Tally& a, const Tally& b, std::uint32_t first, std::uint32_t second) {
  if (first >= abi::kMaxEnvironments || second >= abi::kMaxEnvironments) return first == second;
  return a.name_of(first) == b.name_of(second);
}

/// Whether the same happens in both, seen from outside: when, and at which address of the program, is left out.
bool same(const Event& a, const Event& b, const Tally& first, const Tally& second) {
  if (a.id != b.id || !same_names(first, second, a.env, b.env)) return false;
  const auto id = std::size_t(a.id);
  if (id >= abi::kEventNumbers) return a.args == b.args;
  for (std::size_t i = 0; i < 4; ++i) {
    if (kParts[id][i] == Part::Same && a.args[i] != b.args[i]) return false;
    if (kParts[id][i] == Part::Name && !same_names(first, second, a.args[i], b.args[i])) return false;
  }
  return true;
}

}  // namespace

std::vector<NamedPair> pair_by_name(const std::vector<Participant>& first, const std::vector<Participant>& second) {
  std::vector<NamedPair> pairs;
  for (std::size_t i = 0; i < first.size(); ++i) {
    const auto found = std::ranges::find(second, first[i].name, &Participant::name);
    pairs.push_back({first[i].name, {int(i), found == second.end() ? -1 : int(found - second.begin())}});
  }
  for (std::size_t i = 0; i < second.size(); ++i)
    if (std::ranges::find(first, second[i].name, &Participant::name) == first.end())
      pairs.push_back({second[i].name, {-1, int(i)}});
  return pairs;
}

void Comparison::update(const History& first, const History& second, std::size_t budget) {
  const std::array<const History*, 2> now{&first, &second};
  const auto began_anew = [&](std::size_t i) { return now[i] != sources_[i] || now[i]->size() < tallies_[i].number(); };
  if (began_anew(0) || began_anew(1)) {
    sources_ = now;
    differs_ = {};
    shifted_ = 0;
    for (std::size_t i = 0; i < 2; ++i) tallies_[i].begin(*now[i]), walk_[i].begin(*now[i]);
  }
  for (std::size_t i = 0; i < 2; ++i) sizes_[i] = now[i]->size();
  for (std::size_t i = 0; i < 2; ++i)
    if (const EventNumber gone = now[i]->forgotten(); gone != 0)
      for (Tally* tally : {&tallies_[i], &walk_[i]}) tally->forget(now[i]->ticks(gone));
  for (std::size_t i = 0; i < 2; ++i)
    for (std::size_t left = budget; left > 0 && tallies_[i].number() < sizes_[i]; --left)
      tallies_[i].take(now[i]->event(tallies_[i].number() + 1));
  walk(budget);
  complete_ = tallies_[0].number() == sizes_[0] && tallies_[1].number() == sizes_[1] && walked_;
}

/// The run's next event that counts, the TLB's own being taken on the way; 0: there is none yet, or no budget.
EventNumber Comparison::next_of(std::size_t run, std::size_t& budget) {
  Tally& walk = walk_[run];
  while (walk.number() < sizes_[run] && budget > 0) {
    const Event event = sources_[run]->event(walk.number() + 1);
    if (row_of(event.id).category != Category::tlb) return event.number;
    walk.take(event);
    --budget;
  }
  return 0;
}

void Comparison::walk(std::size_t budget) {
  walked_ = differs_.first != 0;
  while (!walked_ && budget > 0) {
    if (shifted_ == 0 && walk_[0].number() == walk_[1].number()) {
      // As long as both are the same they are walked in step, and the TLB is looked at, too.
      const EventNumber next = walk_[0].number() + 1;
      if (next > std::min(sizes_[0], sizes_[1])) {
        walked_ = true;
        return;
      }
      const std::array<Event, 2> events{sources_[0]->event(next), sources_[1]->event(next)};
      if (exactly(events[0], events[1])) {
        for (std::size_t i = 0; i < 2; ++i) walk_[i].take(events[i]);
        --budget;
        continue;
      }
      shifted_ = next;
    }
    const std::array<EventNumber, 2> next{next_of(0, budget), next_of(1, budget)};
    if (next[0] == 0 || next[1] == 0) {
      walked_ = budget > 0;
      return;
    }
    const std::array<Event, 2> events{sources_[0]->event(next[0]), sources_[1]->event(next[1])};
    if (!same(events[0], events[1], walk_[0], walk_[1])) {
      differs_ = {next[0], next[1]};
      walked_ = true;
      return;
    }
    for (std::size_t i = 0; i < 2; ++i) walk_[i].take(events[i]);
    --budget;
  }
}

Anchor Comparison::first_difference(bool over) const {
  if (differs_.first != 0 || !over || !complete_) return differs_;
  const bool more = walk_[0].number() < sizes_[0], others = walk_[1].number() < sizes_[1];
  if (!more && !others) return {};
  return {walk_[0].number() + 1, walk_[1].number() + 1};
}

EventNumber Comparison::first_shift(bool over) const {
  if (shifted_ != 0 || !over || !complete_ || sizes_[0] == sizes_[1]) return shifted_;
  return std::min(sizes_[0], sizes_[1]) + 1;
}

EventNumber counterpart(const History& first, const History& second, EventNumber at, Anchor anchor, bool by_number) {
  const auto clamped = [&](std::int64_t number) {
    return EventNumber(std::clamp<std::int64_t>(number, 0, std::int64_t(second.size())));
  };
  if (by_number) return clamped(std::int64_t(at) + std::int64_t(anchor.second) - std::int64_t(anchor.first));
  if (at == anchor.first) return clamped(std::int64_t(anchor.second));
  const std::int64_t time = std::int64_t(first.ticks(at)) - std::int64_t(first.ticks(anchor.first)) +
                            std::int64_t(second.ticks(anchor.second));
  if (time < 0) return 0;
  return clamped(std::int64_t(second.at_time(Ticks(time) + 1)) - 1);
}

}  // namespace exo::model
