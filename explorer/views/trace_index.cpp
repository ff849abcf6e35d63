#include "explorer/views/trace_index.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace exo::views {
namespace {

struct CategoryTable {
  std::vector<const char*> names;
  std::array<std::uint8_t, abi::kEventNumbers> of{};

  CategoryTable() {
    std::array<bool, abi::kEventNumbers> known{};
#define EVENT(number, name, category, k0, n0, k1, n1, k2, n2, k3, n3, text) \
  of[number] = find(#category);                                             \
  known[number] = true;
#include "kernel/abi/trace_events.def"
#undef EVENT
    const std::uint8_t unknown = find("unknown");
    for (std::size_t i = 0; i < known.size(); ++i)
      if (!known[i]) of[i] = unknown;
  }

  std::uint8_t find(const char* name) {
    for (std::size_t i = 0; i < names.size(); ++i)
      if (std::strcmp(names[i], name) == 0) return std::uint8_t(i);
    names.push_back(name);
    return std::uint8_t(names.size() - 1);
  }
};

const CategoryTable& category_table() {
  static const CategoryTable table;
  return table;
}

}  // namespace

std::uint8_t category_number(abi::Event id) {
  const auto number = std::size_t(id);
  return category_table().of[number < abi::kEventNumbers ? number : 0];
}

const std::vector<const char*>& category_names() { return category_table().names; }

void SetPyramid::append(std::uint8_t member) {
  std::size_t index = members_.size();
  const std::uint64_t bit = std::uint64_t{1} << (member & 63);
  members_.push_back(member);
  for (std::size_t level = 0;; ++level) {
    if (level == levels_.size()) {
      if (index < kFan) return;  // one block so far: no need for a level above it
      // A new level starts with everything that came before it.
      levels_.emplace_back();
      if (level == 0) {
        for (std::size_t i = 0; i + 1 < members_.size(); ++i) {
          if (i / kFan == levels_[0].size()) levels_[0].push_back(0);
          levels_[0][i / kFan] |= std::uint64_t{1} << (members_[i] & 63);
        }
      } else {
        const auto& below = levels_[level - 1];
        for (std::size_t i = 0; i < below.size(); ++i) {
          if (i / kFan == levels_[level].size()) levels_[level].push_back(0);
          levels_[level][i / kFan] |= below[i];
        }
      }
    }
    index /= kFan;
    if (index == levels_[level].size()) levels_[level].push_back(0);
    levels_[level][index] |= bit;
  }
}

void SetPyramid::clear() {
  members_.clear();
  levels_.clear();
}

std::uint64_t SetPyramid::of(std::size_t first, std::size_t last) const {
  last = std::min(last, members_.size());
  std::uint64_t out = 0;
  while (first < last && (first % kFan != 0 || levels_.empty())) out |= std::uint64_t{1} << (members_[first++] & 63);
  while (last > first && last % kFan != 0) out |= std::uint64_t{1} << (members_[--last] & 63);
  // [first, last) now covers whole blocks: climb.
  for (std::size_t level = 0; first < last; ++level) {
    const auto& sets = levels_[level];
    first /= kFan;
    last /= kFan;
    const bool top = level + 1 == levels_.size();
    while (first < last && (top || first % kFan != 0)) out |= sets[first++];
    while (last > first && last % kFan != 0) out |= sets[--last];
  }
  return out;
}

void TraceIndex::take_run(const model::Event& event) {
  const std::uint8_t before = runs_.empty() ? std::uint8_t{0} : runs_.back().env;
  ProcessorRun run{event.ticks, event.number, std::uint8_t(event.args[0] & 63), before, Handover::Yield};
  switch (event.id) {
    case abi::Event::Switched:
      run.env = std::uint8_t(event.args[1] & 63);
      if (event.args[3] != std::uint32_t(abi::Reason::YieldedTo)) {
        run.how = Handover::Slice;
        turns_.push_back({event.ticks, event.number, runs_.size(), std::uint8_t(event.args[2] & 63), run.env, false});
      }
      break;
    case abi::Event::Transferred:
      run.how = Handover::Call;
      break;
    case abi::Event::TransferredAsync:
      run.how = Handover::CallAsync;
      break;
    default:
      break;
  }
  runs_.push_back(run);
  runners_.append(run.env);
}

void TraceIndex::take_slice(const model::Event& event) {
  const auto& a = event.args;
  switch (event.id) {
    case abi::Event::ExcessCounted:
      marks_.push_back({SliceMark::Kind::Owed, event.ticks, event.number, std::uint8_t(a[0] & 63)});
      return;
    case abi::Event::SliceForfeited:
      marks_.push_back({SliceMark::Kind::Forfeited, event.ticks, event.number, std::uint8_t(a[0] & 63)});
      turns_.push_back(
          {event.ticks, event.number, runs_.size(), std::uint8_t(a[1] & 63), std::uint8_t(a[0] & 63), true});
      return;
    case abi::Event::RevokeRequested:
    case abi::Event::RevokeAborted:
      if (!abi::asks_for_slice(a[2])) return;
      marks_.push_back(
          {event.id == abi::Event::RevokeRequested ? SliceMark::Kind::AskedBack : SliceMark::Kind::TakenByForce,
           event.ticks, event.number, std::uint8_t(a[1] & 63)});
      return;
    default:
      return;
  }
}

std::size_t TraceIndex::turns_at(model::EventNumber number) const {
  const auto after = std::upper_bound(turns_.begin(), turns_.end(), number,
                                      [](model::EventNumber at, const SliceTurn& turn) { return at < turn.event; });
  return std::size_t(after - turns_.begin());
}

void TraceIndex::update(const model::History& history, std::size_t budget) {
  if (source_ != &history || history.size() < scanned()) {
    *this = TraceIndex{};
    source_ = &history;
  }
  const model::EventNumber end = std::min<model::EventNumber>(history.size(), scanned() + budget);
  for (model::EventNumber number = scanned() + 1; number <= end; ++number) {
    const model::Event event = history.event(number);
    actors_.append(std::uint8_t(event.env & 63));
    categories_.append(category_number(event.id));
    const auto& a = event.args;
    switch (event.id) {
      case abi::Event::Switched:
      case abi::Event::Transferred:
      case abi::Event::TransferredAsync:
      case abi::Event::YieldedTo:
        take_run(event);
        break;
      case abi::Event::ExcessCounted:
      case abi::Event::SliceForfeited:
      case abi::Event::RevokeRequested:
      case abi::Event::RevokeAborted:
        take_slice(event);
        break;
      case abi::Event::CapabilityMinted:
        capabilities_.push_back({number, a[0], a[1], a[2], std::uint8_t(a[3] & 63), false});
        break;
      case abi::Event::CapabilityDerived:
        capabilities_.push_back({number, a[0], a[1], a[2], std::uint8_t(event.env & 63), true});
        break;
      default:
        break;
    }
  }
}

std::uint64_t TraceIndex::actors(model::EventNumber first, model::EventNumber last) const {
  return first == 0 || last < first ? 0 : actors_.of(first - 1, last);
}

std::uint64_t TraceIndex::categories(model::EventNumber first, model::EventNumber last) const {
  return first == 0 || last < first ? 0 : categories_.of(first - 1, last);
}

std::ptrdiff_t TraceIndex::run_at(model::Ticks ticks) const {
  const auto after = std::upper_bound(runs_.begin(), runs_.end(), ticks,
                                      [](model::Ticks at, const ProcessorRun& run) { return at < run.from; });
  return after - runs_.begin() - 1;
}

}  // namespace exo::views
