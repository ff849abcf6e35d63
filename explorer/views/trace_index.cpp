#include "explorer/views/trace_index.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>

#include "explorer/model/event_table.hpp"

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

/// Whether more is kept of an event than that it happened.
constexpr bool is_followed(abi::Event id) {
  switch (id) {
    case abi::Event::Switched:
    case abi::Event::Transferred:
    case abi::Event::TransferredAsync:
    case abi::Event::YieldedTo:
    case abi::Event::ExcessCounted:
    case abi::Event::SliceForfeited:
    case abi::Event::CapabilityMinted:
    case abi::Event::CapabilityDerived:
      return true;
    default:
      return model::row_of(id).category == model::Category::revocation;
  }
}

constexpr std::array<bool, abi::kEventNumbers> make_followed() {
  std::array<bool, abi::kEventNumbers> followed{};
  for (std::size_t i = 0; i < followed.size(); ++i) followed[i] = is_followed(abi::Event(i));
  return followed;
}
constexpr std::array<bool, abi::kEventNumbers> kFollowed = make_followed();

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
    if ((levels_[level][index] & bit) != 0) return;  // then it is in the sets above as well
    levels_[level][index] |= bit;
  }
}

void SetPyramid::forget(std::size_t first) {
  if (first <= forgotten_) return;
  const auto gone = std::ptrdiff_t(std::min(first - forgotten_, members_.size()));
  members_.erase(members_.begin(), members_.begin() + gone);
  forgotten_ += std::size_t(gone);
  // The lower two levels begin with whole blocks; what lies above is small, and made anew.
  std::ptrdiff_t block = kFan;
  for (std::size_t level = 0; level < std::min<std::size_t>(2, levels_.size()); ++level, block *= kFan) {
    auto& sets = levels_[level];
    sets.erase(sets.begin(), sets.begin() + std::min(gone / block, std::ptrdiff_t(sets.size())));
    sets.shrink_to_fit();
  }
  for (std::size_t level = 2; level < levels_.size(); ++level) {
    levels_[level].assign((levels_[level - 1].size() + kFan - 1) / kFan, 0);
    for (std::size_t i = 0; i < levels_[level - 1].size(); ++i) levels_[level][i / kFan] |= levels_[level - 1][i];
  }
}

std::uint64_t SetPyramid::of(std::size_t first, std::size_t last) const {
  last = std::min(last, size());
  first = std::max(first, forgotten_);
  if (first >= last) return 0;
  first -= forgotten_;
  last -= forgotten_;
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

std::size_t SetPyramid::memory_bytes() const {
  std::size_t bytes = members_.size();
  for (const auto& level : levels_) bytes += level.capacity() * sizeof(std::uint64_t);
  return bytes;
}

std::size_t TraceIndex::memory_bytes() const {
  return actors_.memory_bytes() + runners_.memory_bytes() + counts_.memory_bytes() + runs_.memory_bytes() +
         requests_.memory_bytes() + turns_.size() * sizeof(SliceTurn) + marks_.size() * sizeof(SliceMark) +
         capabilities_.size() * sizeof(IssuedCapability);
}

void TraceIndex::take_run(const model::Event& event) {
  const std::uint8_t before = runs_.empty() ? std::uint8_t{0} : runs_.env(runs_.size() - 1);
  ProcessorRun run{event.ticks, event.number, std::uint8_t(event.args[0] & 63), before, Handover::Yield};
  switch (event.id) {
    case abi::Event::Switched:
      run.env = std::uint8_t(event.args[1] & 63);
      if (event.args[3] != std::uint32_t(abi::Reason::YieldedTo)) {
        run.how = Handover::Slice;
        turns_.push_back({event.ticks, std::uint32_t(event.number), std::uint32_t(runs_.size()),
                          std::uint8_t(event.args[2] & 63), run.env, false});
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
  runs_.append(run);
  runners_.append(run.env);
}

void TraceIndex::take_slice(const model::Event& event) {
  const auto& a = event.args;
  switch (event.id) {
    case abi::Event::ExcessCounted:
      marks_.push_back({SliceMark::Kind::Owed, event.ticks, std::uint32_t(event.number), std::uint8_t(a[0] & 63)});
      return;
    case abi::Event::SliceForfeited:
      marks_.push_back({SliceMark::Kind::Forfeited, event.ticks, std::uint32_t(event.number), std::uint8_t(a[0] & 63)});
      turns_.push_back({event.ticks, std::uint32_t(event.number), std::uint32_t(runs_.size()), std::uint8_t(a[1] & 63),
                        std::uint8_t(a[0] & 63), true});
      return;
    case abi::Event::RevokeRequested:
    case abi::Event::RevokeAborted:
      if (!abi::asks_for_slice(a[2])) return;
      marks_.push_back(
          {event.id == abi::Event::RevokeRequested ? SliceMark::Kind::AskedBack : SliceMark::Kind::TakenByForce,
           event.ticks, std::uint32_t(event.number), std::uint8_t(a[1] & 63)});
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

void TraceIndex::take(const model::Event& event) {
  const auto& a = event.args;
  switch (event.id) {
    case abi::Event::Switched:
    case abi::Event::Transferred:
    case abi::Event::TransferredAsync:
    case abi::Event::YieldedTo:
      return take_run(event);
    case abi::Event::CapabilityMinted:
      capabilities_.push_back({std::uint32_t(event.number), a[0], a[1], a[2], std::uint8_t(a[3] & 63), false});
      return;
    case abi::Event::CapabilityDerived:
      capabilities_.push_back({std::uint32_t(event.number), a[0], a[1], a[2], std::uint8_t(event.env & 63), true});
      return;
    default:
      return take_slice(event);
  }
}

bool is_alive(const model::State& state, const IssuedCapability& capability) {
  const std::uint32_t number = abi::number_of(capability.resource);
  switch (abi::kind_of(capability.resource)) {
    case abi::ResourceKind::Frame:
      return number < abi::kFrameCount && state.frames[number].generation == capability.generation;
    case abi::ResourceKind::Environment:
      return number < abi::kMaxEnvironments && state.envs[number].state != abi::EnvState::Free &&
             state.envs[number].generation == capability.generation;
    case abi::ResourceKind::Authority:
      return true;
    default:
      return false;
  }
}

/// Of those issued by the oldest moment that is left, the dead ones are gone, and equal ones are one.
void TraceIndex::forget_capabilities(const model::State& oldest) {
  const auto young = std::ranges::find_if(capabilities_, [&](const auto& one) { return one.event > oldest.number; });
  std::map<std::array<std::uint32_t, 4>, IssuedCapability> left;
  for (auto one = capabilities_.begin(); one != young; ++one) {
    if (!is_alive(oldest, *one)) continue;
    auto& kept = left[{one->resource, one->rights, one->generation, one->holder}];
    const std::uint32_t before = kept.event == 0 ? 0 : kept.times;
    kept = *one;
    kept.times += before;
  }
  capabilities_.erase(capabilities_.begin(), young);
  std::vector<IssuedCapability> sorted;
  for (const auto& [key, one] : left) sorted.push_back(one);
  std::ranges::sort(sorted, {}, &IssuedCapability::event);
  capabilities_.insert(capabilities_.begin(), sorted.begin(), sorted.end());
}

void TraceIndex::forget(const model::History& history) {
  const model::EventNumber count = history.forgotten();
  // Not scanned yet: they are counted as unknown ones when their turn comes.
  if (count > scanned()) return;
  forgotten_ = count;
  counts_.forget(count);
  actors_.forget(std::size_t(count));
  runners_.forget(runs_.forget(count + 1));
  const auto before = [count](const auto& one) { return one.event > count; };
  turns_.erase(turns_.begin(), std::ranges::find_if(turns_, before));
  marks_.erase(marks_.begin(), std::ranges::find_if(marks_, before));
  forget_capabilities(history.state_at(count));
}

void TraceIndex::update(const model::History& history, std::size_t budget) {
  if (source_ != &history || history.size() < scanned()) {
    *this = TraceIndex{};
    source_ = &history;
    runs_.attach(history);
  }
  if (history.forgotten() > forgotten_) forget(history);
  while (scanned() < history.size() && budget > 0) {
    for (const abi::TraceRecord& record : history.records_from(scanned() + 1)) {
      if (budget-- == 0) return;
      const model::EventNumber number = scanned() + 1;
      counts_.append(record, history);
      actors_.append(std::uint8_t(record.environment & 63));
      if (record.event >= kFollowed.size() || !kFollowed[record.event]) continue;
      const model::Event event = history.event(number);
      take(event);
      if (model::row_of(record.event).category == model::Category::revocation)
        requests_.changed(history, event.args[0]);
    }
  }
}

std::uint64_t TraceIndex::actors(model::EventNumber first, model::EventNumber last) const {
  return first == 0 || last < first ? 0 : actors_.of(first - 1, last);
}

LaneCounts TraceIndex::lanes_upto(model::EventNumber number) const {
  return source_ == nullptr ? LaneCounts{} : counts_.upto(*source_, number);
}

EventTotals TraceIndex::totals(model::EventNumber first, model::EventNumber last) const {
  return source_ == nullptr ? EventTotals{} : counts_.in(*source_, first, last);
}

model::EventNumber TraceIndex::at_time(model::Ticks ticks) const {
  return source_ == nullptr ? 1 : counts_.at_time(*source_, ticks);
}

std::ptrdiff_t TraceIndex::run_at(model::Ticks ticks) const { return runs_.at_event(at_time(ticks + 1) - 1); }

RunTimes TraceIndex::ran_until(model::Ticks ticks) const { return runs_.until(run_at(ticks), ticks); }

}  // namespace exo::views
