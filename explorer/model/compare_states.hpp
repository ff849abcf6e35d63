// How two moments of two runs differ: frames with another owner, mappings that only one TLB holds, slices, requests and
// environments, as lists whose rows can be clicked. Environments are matched by name.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "explorer/model/state.hpp"
#include "explorer/model/story.hpp"

namespace exo::model {

inline constexpr std::uint8_t kNobody = 0xff;

/// Environments of two states by number: who is whom. The kernel is the kernel; the nth of a name is the nth.
struct Match {
  std::array<std::uint8_t, abi::kMaxEnvironments> second_of{};  ///< of one of the first; kNobody: none
  std::array<std::uint8_t, abi::kMaxEnvironments> first_of{};
};
[[nodiscard]] Match match_environments(const State& first, const State& second);

/// One thing that differs. `number` is a frame, an index, a position, an environment or a request's id, in the run
/// `run` (0 or 1), or (2) in both, where an environment has the number `other` in the second.
struct StateDifference {
  Look::Object kind = Look::Object::None;
  std::uint32_t number = 0;
  int run = 2;
  std::uint32_t other = 0;
};

struct StateDifferences {
  std::vector<StateDifference> environments, frames, tlb, slices, requests;
  [[nodiscard]] std::size_t size() const {
    return environments.size() + frames.size() + tlb.size() + slices.size() + requests.size();
  }
};
[[nodiscard]] StateDifferences differences(const State& first, const State& second, const Match& match);

/// In words: what ("frame 5"), and how it is in each run ("of polite", "free").
struct DifferenceWords {
  std::string what, first, second;
};
[[nodiscard]] DifferenceWords words_of(const StateDifference& difference, const State& first, const State& second);

}  // namespace exo::model
