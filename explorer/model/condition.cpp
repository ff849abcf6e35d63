// "Why is this environment not running?": what the state says about it, the most telling thing alone.
#include <fmt/format.h>

#include "explorer/model/words.hpp"

namespace exo::model {

namespace {

/// "3 slices".
std::string slices(std::uint32_t count) { return fmt::format("{} slice{}", count, count == 1 ? "" : "s"); }

std::string running_text(const State& state, std::uint32_t env) {
  const std::uint32_t owner = state.slices[state.slice_position];
  if (owner == env || owner == 0) return "runs";
  return "runs in a slice of " + env_name(state, owner);
}

std::string ready_text(const State& state, const EnvironmentState& env) {
  if (env.parked) {
    if (env.calls == 0) return "waits to be entered";
    return fmt::format("waits for {} to answer", env_name(state, env.calls));
  }
  if (env.asleep) return env.predicate == 0 ? "sleeps" : "sleeps until " + download_text(env.predicate) + " holds";
  if (env.excess != 0) return "owes " + slices(env.excess);
  return env.slices == 0 ? "has no slice of its own" : "waits for its slice";
}

}  // namespace

std::string condition_text(const State& state, std::uint32_t number) {
  const EnvironmentState& env = state.envs[number];
  switch (env.state) {
    case abi::EnvState::Free:
      return "is gone";
    case abi::EnvState::Building:
      return "is being built";
    case abi::EnvState::Dormant:
      return env.server == 0 ? "is dormant"
                             : fmt::format("is dormant: {} keeps its memory", env_name(state, env.server));
    case abi::EnvState::Ready:
      return ready_text(state, env);
    case abi::EnvState::Running:
      return running_text(state, number);
  }
  return "";
}

}  // namespace exo::model
