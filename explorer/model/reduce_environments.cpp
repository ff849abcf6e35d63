// Environments: from building to gone. What an environment owned comes back through events of its own; here only the
// slot in the table changes. A gone environment keeps its name and figures until the slot is used again, so that they
// can be spoken of.
#include "explorer/model/reduce_parts.hpp"

namespace exo::model::parts {

namespace {

void create(State& state, const Event& event) {
  EnvironmentState& slot = state.envs[event.args[0]];
  EnvironmentState fresh;
  fresh.state = abi::EnvState::Building;
  fresh.asid = std::uint8_t(event.args[1]);
  fresh.generation = event.args[2];
  fresh.page_frame = event.args[3];
  fresh.changed = stamp(state);
  // The tables may already show something as its own: the page's transfer can come before this event.
  fresh.frames = slot.frames;
  fresh.guaranteed = slot.guaranteed;
  fresh.bindings = slot.bindings;
  fresh.slices = slot.slices;
  slot = fresh;
}

void name(State& state, const Event& event) {
  EnvironmentState& env = state.envs[event.args[0]];
  for (std::size_t i = 0; i < abi::kNameBytes; ++i) env.name[i] = char((event.args[1 + i / 4] >> (8 * (i % 4))) & 0xff);
  env.name[abi::kNameBytes] = '\0';
  env.changed = stamp(state);
}

void gone(State& state, const Event& event) {
  EnvironmentState& env = state.envs[event.args[0]];
  env.state = abi::EnvState::Free;
  ++env.generation;
  env.page_frame = abi::kNoFrame;
  env.masked = 0;
  env.behaviour = Behaviour::Normal;
  env.guarantees.fill({});
  env.save_locations.fill({});
  env.changed = stamp(state);
}

}  // namespace

void reduce_environment(State& state, const Event& event) {
  switch (event.id) {
    case abi::Event::EnvCreated:
      return create(state, event);
    case abi::Event::EnvNamed:
      return name(state, event);
    case abi::Event::EnvStarted:
      state.envs[event.args[0]].state = abi::EnvState::Ready;
      state.envs[event.args[0]].changed = stamp(state);
      return;
    case abi::Event::EnvKilled:
      state.envs[event.args[0]].changed = stamp(state);
      return;
    case abi::Event::EnvGone:
      return gone(state, event);
    default:
      return;
  }
}

}  // namespace exo::model::parts
