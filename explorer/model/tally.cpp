// What a run comes to: which event counts as what, and for whom.
#include "explorer/model/tally.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "explorer/model/decode.hpp"
#include "explorer/model/words.hpp"

namespace exo::model {
namespace {

constexpr MeasureRow kRows[kMeasures] = {
    {"events", "events", "Events of the trace that it caused"},
    {"ran", "processor time", "Guest time for which it had the processor", true},
    {"refills", "TLB refills", "Misses that the kernel answered out of the STLB, without asking the library OS"},
    {"misses", "misses", "Touches of a page without a binding: its library OS was asked"},
    {"bindings", "bindings made", "Pages bound to frames, each authorised once"},
    {"checks", "capability checks", "Capabilities that were shown to the kernel"},
    {"refused", "calls refused", "System calls that the kernel refused"},
    {"upcalls", "upcalls", "Times that the kernel entered it to tell it something"},
    {"transfers", "control transfers", "Times that it entered another environment"},
    {"asked", "requests", "Times that something was asked back from it"},
    {"returned", "returned", "Requests that it answered in time"},
    {"aborted", "taken by force", "Requests whose deadline passed"},
    {"ended", "ended unanswered", "Requests that ended because their owner was destroyed"},
    {"worst_abort", "longest abort delay", "From a deadline to the abort, at the most", true, true},
    {"taken", "frames taken", "Frames that it was given when it asked for them"},
    {"frames", "frames at the end", "Frames that it owns when the run stops"},
    {"downloads", "downloads run", "Times that code which it downloaded was run in the kernel"},
    {"claimed", "packets received", "Packets that belonged to it"},
    {"sent", "packets sent", "Packets that it, or a handler of its own, sent"},
};

constexpr int kActor = -1;

/// An event that counts one, for whoever acts or whom an argument names.
struct CountRow {
  abi::Event event;
  int who;
  Measure measure;
};
constexpr CountRow kCounts[] = {
    {abi::Event::TlbRefilled, kActor, Measure::Refills},    {abi::Event::TlbMissed, kActor, Measure::Misses},
    {abi::Event::Bound, kActor, Measure::Bindings},         {abi::Event::CapabilityChecked, kActor, Measure::Checks},
    {abi::Event::SyscallRefused, kActor, Measure::Refused}, {abi::Event::UpcallDelivered, 0, Measure::Upcalls},
    {abi::Event::Transferred, kActor, Measure::Transfers},  {abi::Event::TransferredAsync, kActor, Measure::Transfers},
    {abi::Event::RevokeRequested, 1, Measure::Asked},       {abi::Event::RevokeReturned, 1, Measure::Returned},
    {abi::Event::RevokeAborted, 1, Measure::Aborted},       {abi::Event::RevokeEnded, 1, Measure::Ended},
    {abi::Event::FrameAllocated, 2, Measure::Taken},        {abi::Event::PacketClaimed, 2, Measure::Claimed},
    {abi::Event::PacketSent, kActor, Measure::Sent},
};

constexpr auto kCountOf = [] {
  std::array<const CountRow*, abi::kEventNumbers> table{};
  for (const CountRow& row : kCounts) table[std::size_t(row.event)] = &row;
  return table;
}();

std::string name_in(const Event& event) {
  std::string name;
  for (unsigned i = 0; i < abi::kNameBytes; ++i) {
    const char letter = char(event.args[1 + i / 4] >> (8 * (i % 4)));
    if (letter == 0) break;
    name += letter;
  }
  return printable(name);
}

}  // namespace

const MeasureRow& row_of(Measure measure) { return kRows[std::size_t(measure)]; }

void Tally::restart() {
  people_.clear();
  people_.push_back({});
  people_[0].name = "the kernel";
  slots_.fill(0);
  number_ = 0;
  now_ = since_ = 0;
  running_ = 0;
  owners_.fill(0);
  runs_.clear();
}

void Tally::begin(const History& history) {
  restart();
  number_ = history.forgotten();
  if (number_ == 0) return;
  const State& state = history.state_at(number_);
  for (std::uint32_t env = 1; env < abi::kMaxEnvironments; ++env) {
    if (state.envs[env].state == abi::EnvState::Free) continue;
    created(env);
    named(env, env_name(state, env));
  }
  for (std::size_t i = 0; i < owners_.size(); ++i) owners_[i] = state.downloads[i].owner;
  running_ = state.running;
  now_ = since_ = state.now;
  runs_.push_back({now_, std::uint8_t(running_)});
}

void Tally::forget(Ticks ticks) {
  const auto after = std::ranges::upper_bound(runs_, ticks, {}, &Run::from);
  if (after - runs_.begin() > 1) runs_.erase(runs_.begin(), after - 1);
}

void Tally::created(std::uint32_t env) {
  if (people_.size() < kMost) {
    slots_[env] = std::uint16_t(people_.size());
    people_.push_back({});
    people_.back().name = fmt::format("environment {}", env);
    people_.back().env = std::uint8_t(env);
    return;
  }
  if (people_.size() == kMost) {
    people_.push_back({});
    people_.back().name = "others";
  }
  slots_[env] = std::uint16_t(kMost);
}

void Tally::named(std::uint32_t env, std::string name) {
  if (slots_[env] == 0) created(env);
  if (slots_[env] == kMost || name.empty()) return;
  const auto taken = [this](const std::string& text) {
    return std::ranges::any_of(people_, [&](const Participant& one) { return one.name == text; });
  };
  std::string numbered = name;
  for (int nth = 2; taken(numbered); ++nth) numbered = fmt::format("{} ({})", name, nth);
  of(env).name = std::move(numbered);
}

void Tally::take(const Event& event) {
  number_ = event.number;
  now_ = event.ticks;
  const auto id = std::size_t(event.id);
  if (id >= abi::kEventNumbers || event.env >= abi::kMaxEnvironments) return;
  Participant& actor = of(event.env);
  ++actor.totals[std::size_t(Measure::Events)];
  ++actor.kinds[id];
  if (const CountRow* row = kCountOf[id]; row != nullptr) {
    const std::uint32_t who = row->who == kActor ? event.env : event.args[std::size_t(row->who)];
    if (who < abi::kMaxEnvironments) count(who, row->measure);
  }
  take_special(event);
}

void Tally::give_processor(std::uint32_t to) {
  if (running_ != 0) count(running_, Measure::Ran, now_ - since_);
  since_ = now_;
  running_ = to < abi::kMaxEnvironments ? to : 0;
  runs_.push_back({now_, std::uint8_t(running_)});
}

void Tally::take_special(const Event& event) {
  const auto& args = event.args;
  switch (event.id) {
    case abi::Event::EnvCreated:
      if (args[0] < abi::kMaxEnvironments) created(args[0]);
      return;
    case abi::Event::EnvNamed:
      if (args[0] < abi::kMaxEnvironments && args[0] != 0) named(args[0], name_in(event));
      return;
    case abi::Event::EnvGone:
      if (args[0] < abi::kMaxEnvironments) of(args[0]).alive = false;
      return;
    case abi::Event::Switched:
      return give_processor(args[1]);
    case abi::Event::Transferred:
    case abi::Event::TransferredAsync:
    case abi::Event::YieldedTo:
      return give_processor(args[0]);
    case abi::Event::RevokeAborted: {
      if (args[1] >= abi::kMaxEnvironments) return;
      std::uint64_t& worst = of(args[1]).totals[std::size_t(Measure::WorstAbort)];
      worst = std::max<std::uint64_t>(worst, args[3]);
      return;
    }
    case abi::Event::CodeInstalled:
      if (args[0] < owners_.size() && args[2] < abi::kMaxEnvironments) owners_[args[0]] = std::uint8_t(args[2]);
      return;
    case abi::Event::CodeRan:
      if (args[0] < owners_.size()) count(owners_[args[0]], Measure::Downloads);
      return;
    default:
      return;
  }
}

std::vector<Participant> Tally::participants(const State& state) const {
  std::vector<Participant> out = people_;
  if (running_ != 0) out[slots_[running_]].totals[std::size_t(Measure::Ran)] += now_ - since_;
  for (std::uint32_t env = 1; env < abi::kMaxEnvironments; ++env)
    if (slots_[env] != 0 && out[slots_[env]].alive && slots_[env] != kMost)
      out[slots_[env]].totals[std::size_t(Measure::Frames)] = state.envs[env].frames;
  return out;
}

Participant Tally::sum(std::span<const Participant> participants) {
  Participant sum;
  sum.name = "in all";
  for (const Participant& one : participants) {
    for (std::size_t i = 0; i < kMeasures; ++i)
      sum.totals[i] = kRows[i].largest ? std::max(sum.totals[i], one.totals[i]) : sum.totals[i] + one.totals[i];
    for (std::size_t i = 0; i < abi::kEventNumbers; ++i) sum.kinds[i] += one.kinds[i];
  }
  return sum;
}

}  // namespace exo::model
