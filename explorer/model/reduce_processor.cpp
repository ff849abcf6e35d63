// The slice vector and who runs. Processor time is summed at each switch, so the running environment's own is
// ran + (now - since).
#include "explorer/model/reduce_parts.hpp"

namespace exo::model::parts {

void give_processor(State& state, std::uint32_t to) {
  EnvironmentState& from = state.envs[state.running];
  if (state.running != 0 && state.now >= from.since) from.ran += state.now - from.since;
  if (from.state == abi::EnvState::Running) from.state = abi::EnvState::Ready;
  from.changed = stamp(state);
  state.running = std::uint8_t(to);
  if (to == 0) return;
  EnvironmentState& next = state.envs[to];
  if (next.state == abi::EnvState::Ready) next.state = abi::EnvState::Running;
  next.parked = false;
  next.since = state.now;
  next.changed = stamp(state);
}

namespace {

void granted(State& state, const Event& event) {
  set_slice(state, event.args[0], std::uint8_t(event.args[1]));
  state.slice_generations[event.args[0]] = event.args[2];
}

void freed(State& state, const Event& event) {
  const std::uint32_t position = event.args[0];
  set_slice(state, position, 0);
  ++state.slice_generations[position];
  mark_slice(state, abi::asked_slice(position), false);
}

void transferred(State& state, const Event& event) {
  set_slice(state, event.args[0], std::uint8_t(event.args[3]));
  state.slice_generations[event.args[0]] = event.args[1];
}

void sleeps(State& state, const Event& event) {
  EnvironmentState& env = state.envs[event.args[0]];
  env.asleep = true;
  env.predicate = std::uint8_t(event.args[1]);
  ++env.sleeps;
  env.changed = stamp(state);
}

void woken(State& state, const Event& event) {
  EnvironmentState& env = state.envs[event.args[0]];
  env.asleep = false;
  env.predicate = 0;
  env.changed = stamp(state);
}

void set_excess(State& state, std::uint32_t owner, std::uint32_t excess) {
  state.envs[owner].excess = std::uint8_t(excess);
  state.envs[owner].changed = stamp(state);
}

}  // namespace

void reduce_processor(State& state, const Event& event) {
  switch (event.id) {
    case abi::Event::SliceGranted:
      return granted(state, event);
    case abi::Event::SliceFreed:
      return freed(state, event);
    case abi::Event::SliceTransferred:
      return transferred(state, event);
    case abi::Event::Switched:
      give_processor(state, event.args[1]);
      state.slice_position = std::uint8_t(event.args[2]);
      return;
    case abi::Event::ExcessCounted:
      return set_excess(state, event.args[0], event.args[1]);
    case abi::Event::SliceForfeited:
      ++state.envs[event.args[0]].forfeited;
      return set_excess(state, event.args[0], event.args[2]);
    case abi::Event::EnvSleeps:
      return sleeps(state, event);
    case abi::Event::EnvWoken:
      return woken(state, event);
    case abi::Event::FpuGiven:
      state.fpu_owner = std::uint8_t(event.args[1]);
      return;
    default:
      return;
  }
}

}  // namespace exo::model::parts
