// How two moments of two runs differ.
#include "explorer/model/compare_states.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <compare>
#include <cstring>

#include "explorer/model/words.hpp"

namespace exo::model {
namespace {

using Object = Look::Object;

bool lives(const State& state, std::uint32_t env) { return state.envs[env].state != abi::EnvState::Free; }

/// What the TLB maps, whatever its entry's number and the address-space identifiers: they are the kernel's choice.
struct Mapping {
  std::uint32_t env = 0, pages = 0, lo0 = 0, lo1 = 0;
  // NOLINTNEXTLINE(modernize-use-nullptr): the check does not know this operator
  friend auto operator<=>(const Mapping&, const Mapping&) = default;
};

std::vector<std::pair<Mapping, std::uint32_t>> mappings(const State& state,
                                                        const std::array<std::uint8_t, abi::kMaxEnvironments>* as) {
  std::vector<std::pair<Mapping, std::uint32_t>> out;
  for (std::uint32_t i = 0; i < abi::kTlbEntries; ++i) {
    const TlbState& entry = state.tlb[i];
    if (((entry.lo[0] | entry.lo[1]) & abi::kLoValid) == 0) continue;
    std::uint32_t env = holder_of(state, entry.hi);
    // Nobody of the other run is meant by a number that no environment has.
    if (as != nullptr) env = (*as)[env] == kNobody ? abi::kMaxEnvironments + env : (*as)[env];
    out.push_back({{env, abi::entry_hi_vpn(entry.hi), entry.lo[0], entry.lo[1]}, i});
  }
  std::ranges::sort(out);
  return out;
}

void compare_tlb(const State& first, const State& second, const Match& match, std::vector<StateDifference>& out) {
  const auto mine = mappings(first, nullptr), others = mappings(second, &match.first_of);
  const auto missing = [](const auto& from, const auto& in, int run, std::vector<StateDifference>& list) {
    for (const auto& [mapping, index] : from) {
      const auto found = std::ranges::lower_bound(in, mapping, {}, [](const auto& one) { return one.first; });
      if (found == in.end() || found->first != mapping) list.push_back({Object::TlbEntry, index, run, 0});
    }
  };
  missing(mine, others, 0, out);
  missing(others, mine, 1, out);
}

bool same_environment(const EnvironmentState& a, const EnvironmentState& b) {
  return a.frames == b.frames && a.guaranteed == b.guaranteed && a.slices == b.slices && a.excess == b.excess &&
         (a.state == abi::EnvState::Dormant) == (b.state == abi::EnvState::Dormant) && a.asleep == b.asleep &&
         a.parked == b.parked && a.behaviour == b.behaviour && a.downloads == b.downloads;
}

std::string count(std::uint32_t number, std::string_view noun) {
  return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

std::string environment_words(const State& state, std::uint32_t env) {
  const EnvironmentState& one = state.envs[env];
  return fmt::format("{}, {}, {}", count(one.frames, "frame"), count(one.slices, "slice"), condition_text(state, env));
}

std::string frame_words(const State& state, std::uint32_t frame) {
  const std::uint32_t owner = state.frames[frame].owner;
  return owner == 0 ? "free" : "of " + env_name(state, owner);
}

std::string slice_words(const State& state, std::uint32_t position) {
  return state.slices[position] == 0 ? "free" : "of " + env_name(state, state.slices[position]);
}

const RequestState* request_of(const State& state, std::uint32_t id) {
  const RequestState& found = state.requests[request_place(state, id)];
  return found.id == id ? &found : nullptr;
}

std::string request_words(const State& state, std::uint32_t id) {
  const RequestState* request = request_of(state, id);
  if (request == nullptr) return "not made";
  return fmt::format("{} of {}: {}", asked_text(request->asked), env_name(state, request->env),
                     outcome_text(request->outcome));
}

void compare_requests(const State& first, const State& second, const Match& match, std::vector<StateDifference>& out) {
  for (const RequestState& mine : first.requests) {
    if (mine.id == 0) continue;
    const RequestState* other = request_of(second, mine.id);
    if (other == nullptr || other->outcome != mine.outcome || other->asked != mine.asked ||
        match.second_of[mine.env] != other->env || other->demanded != mine.demanded)
      out.push_back({Object::Request, mine.id, 2, 0});
  }
  for (const RequestState& other : second.requests)
    if (other.id != 0 && request_of(first, other.id) == nullptr) out.push_back({Object::Request, other.id, 2, 0});
  std::ranges::sort(out, {}, &StateDifference::number);
}

}  // namespace

Match match_environments(const State& first, const State& second) {
  Match match;
  match.second_of.fill(kNobody);
  match.first_of.fill(kNobody);
  match.second_of[0] = match.first_of[0] = 0;
  for (std::uint32_t a = 1; a < abi::kMaxEnvironments; ++a) {
    if (!lives(first, a)) continue;
    for (std::uint32_t b = 1; b < abi::kMaxEnvironments; ++b) {
      if (!lives(second, b) || match.first_of[b] != kNobody) continue;
      if (std::strcmp(first.envs[a].name, second.envs[b].name) != 0) continue;
      match.second_of[a] = std::uint8_t(b);
      match.first_of[b] = std::uint8_t(a);
      break;
    }
  }
  return match;
}

StateDifferences differences(const State& first, const State& second, const Match& match) {
  StateDifferences out;
  for (std::uint32_t env = 1; env < abi::kMaxEnvironments; ++env) {
    const std::uint8_t other = match.second_of[env];
    if (lives(first, env) && other == kNobody) out.environments.push_back({Object::Environment, env, 0, 0});
    if (lives(first, env) && other != kNobody && !same_environment(first.envs[env], second.envs[other]))
      out.environments.push_back({Object::Environment, env, 2, other});
    if (lives(second, env) && match.first_of[env] == kNobody)
      out.environments.push_back({Object::Environment, env, 1, env});
  }
  for (std::uint32_t frame = 0; frame < abi::kFrameCount; ++frame)
    if (match.second_of[first.frames[frame].owner] != second.frames[frame].owner)
      out.frames.push_back({Object::Frame, frame, 2, frame});
  for (std::uint32_t position = 0; position < abi::kSlicePositions; ++position)
    if (match.second_of[first.slices[position]] != second.slices[position])
      out.slices.push_back({Object::Slice, position, 2, position});
  compare_tlb(first, second, match, out.tlb);
  compare_requests(first, second, match, out.requests);
  return out;
}

DifferenceWords words_of(const StateDifference& difference, const State& first, const State& second) {
  const auto number = difference.number;
  switch (difference.kind) {
    case Object::Environment: {
      const bool only = difference.run != 2;
      const State& named = difference.run == 1 ? second : first;
      return {env_name(named, number), only && difference.run == 1 ? "not there" : environment_words(first, number),
              only && difference.run == 0 ? "not there" : environment_words(second, difference.other)};
    }
    case Object::Frame:
      return {frame_text(number), frame_words(first, number), frame_words(second, number)};
    case Object::Slice:
      return {fmt::format("slice {}", number), slice_words(first, number), slice_words(second, number)};
    case Object::TlbEntry: {
      const State& holder = difference.run == 1 ? second : first;
      const TlbState& entry = holder.tlb[number];
      const std::string halves = fmt::format("{} and {}", lo_text(entry.lo[0]), lo_text(entry.lo[1]));
      return {tag_text(entry.hi, holder), difference.run == 1 ? "not in the TLB" : halves,
              difference.run == 0 ? "not in the TLB" : halves};
    }
    case Object::Request:
      return {fmt::format("request {}", number), request_words(first, number), request_words(second, number)};
    default:
      return {};
  }
}

}  // namespace exo::model
