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
    differs_ = shifted_ = 0;
    for (std::size_t i = 0; i < 2; ++i) tallies_[i].begin(*now[i]), walk_[i].begin(*now[i]);
  }
  for (std::size_t i = 0; i < 2; ++i) sizes_[i] = now[i]->size();
  for (std::size_t i = 0; i < 2; ++i)
    for (std::size_t left = budget; left > 0 && tallies_[i].number() < sizes_[i]; --left)
      tallies_[i].take(now[i]->event(tallies_[i].number() + 1));
  const EventNumber common = std::min(sizes_[0], sizes_[1]);
  for (std::size_t left = budget; left > 0 && differs_ == 0 && walked() < common; --left) step();
  complete_ =
      tallies_[0].number() == sizes_[0] && tallies_[1].number() == sizes_[1] && (differs_ != 0 || walked() >= common);
}

EventNumber Comparison::walked() const { return std::max(walk_[0].number(), walk_[1].number()); }

/// The next event of both; of the run that let go of its oldest events later, those alone.
void Comparison::step() {
  const EventNumber next = std::min(walk_[0].number(), walk_[1].number()) + 1;
  std::array<std::optional<Event>, 2> events;
  for (std::size_t i = 0; i < 2; ++i)
    if (walk_[i].number() == next - 1) events[i] = sources_[i]->event(next);
  if (events[0] && events[1]) compare(*events[0], *events[1]);
  for (std::size_t i = 0; i < 2; ++i)
    if (events[i]) walk_[i].take(*events[i]);
}

void Comparison::compare(const Event& first, const Event& second) {
  if (shifted_ == 0 && !exactly(first, second)) shifted_ = first.number;
  if (differs_ == 0 && !same(first, second, walk_[0], walk_[1])) differs_ = first.number;
}

EventNumber Comparison::first_difference(bool over) const {
  if (differs_ != 0 || !over || !complete_ || sizes_[0] == sizes_[1]) return differs_;
  return std::min(sizes_[0], sizes_[1]) + 1;
}

EventNumber Comparison::first_shift(bool over) const {
  if (shifted_ != 0) return shifted_;
  return first_difference(over);
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
