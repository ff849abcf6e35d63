// The slice vector and who runs. Processor time is summed at each switch, so the running environment's own is
// ran + (now - since).
#include "explorer/model/reduce_parts.hpp"

namespace exo::model::parts {

namespace {

void switched(State& state, const Event& event) {
  EnvironmentState& from = state.envs[state.running];
  if (state.running != 0 && state.now >= from.since) from.ran += state.now - from.since;
  if (from.state == abi::EnvState::Running) from.state = abi::EnvState::Ready;
  from.changed = stamp(state);
  state.running = std::uint8_t(event.args[1]);
  state.slice_position = std::uint8_t(event.args[2]);
  EnvironmentState& to = state.envs[state.running];
  if (state.running == 0) return;
  if (to.state == abi::EnvState::Ready) to.state = abi::EnvState::Running;
  to.since = state.now;
  to.changed = stamp(state);
}

}  // namespace

void reduce_processor(State& state, const Event& event) {
  switch (event.id) {
    case abi::Event::SliceGranted:
      return set_slice(state, event.args[0], std::uint8_t(event.args[1]));
    case abi::Event::SliceFreed:
      return set_slice(state, event.args[0], 0);
    case abi::Event::Switched:
      return switched(state, event);
    default:
      return;
  }
}

}  // namespace exo::model::parts
