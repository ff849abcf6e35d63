// Environments: from building to gone. What an environment owned comes back through events of its own; here only the
// slot in the table changes. A gone environment keeps its name and figures until the slot is used again, so that they
// can be spoken of.
#include "explorer/model/reduce_parts.hpp"

namespace exo::model::parts {

namespace {

void create(State& state, const Event& event) {
  EnvironmentState& slot = state.envs[event.args[0]];
  set_identifier(state, event.args[0], event.args[1]);
  EnvironmentState fresh;
  fresh.state = abi::EnvState::Building;
  fresh.asid = slot.asid;
  fresh.entry.generation = slot.entry.generation;
  fresh.generation = event.args[2];
  fresh.page_frame = event.args[3];
  fresh.changed = stamp(state);
  // The tables may already show something as its own: the page's transfer can come before this event.
  fresh.frames = slot.frames;
  fresh.guaranteed = slot.guaranteed;
  fresh.bindings = slot.bindings;
  fresh.slices = slot.slices;
  fresh.downloads = slot.downloads;
  slot = fresh;
}

void name(State& state, const Event& event) {
  EnvironmentState& env = state.envs[event.args[0]];
  for (std::size_t i = 0; i < abi::kNameBytes; ++i) env.name[i] = char((event.args[1 + i / 4] >> (8 * (i % 4))) & 0xff);
  env.name[abi::kNameBytes] = '\0';
  env.changed = stamp(state);
}

// Who waited for it waits no longer, and nobody it admitted or was admitted by remembers it.
void forget(State& state, std::uint32_t number) {
  for (EnvironmentState& other : state.envs) {
    other.entry.admitted &= ~(std::uint64_t{1} << number);
    if (other.calls == number) other.calls = 0;
  }
  if (state.fpu_owner == number) state.fpu_owner = 0;
}

void gone(State& state, const Event& event) {
  EnvironmentState& env = state.envs[event.args[0]];
  forget(state, event.args[0]);
  set_identifier(state, event.args[0], 0);
  const std::uint32_t entries = env.entry.generation + 1;
  env.entry = {};
  env.entry.generation = entries;
  env.parked = false;
  env.calls = env.server = env.excess = env.predicate = 0;
  env.asleep = env.may_send = false;
  env.state = abi::EnvState::Free;
  ++env.generation;
  env.page_frame = abi::kNoFrame;
  env.masked = 0;
  env.behaviour = Behaviour::Normal;
  env.guarantees.fill({});
  env.save_locations.fill({});
  env.changed = stamp(state);
}

void submitted(State& state, const Event& event) {
  EnvironmentState& env = state.envs[event.args[0]];
  env.state = abi::EnvState::Dormant;
  env.server = std::uint8_t(event.args[1]);
  env.changed = stamp(state);
}

void guarantee_taken(State& state, const Event& event) {
  EnvironmentState& env = state.envs[event.args[0]];
  for (GuaranteeState& slot : env.guarantees)
    if (slot.flags != 0 && slot.page == event.args[1]) slot.pfn = kNoPfn;
  if (event.args[1] == kEnvironmentPage) env.page_frame = abi::kNoFrame;
  env.changed = stamp(state);
}

void resumed(State& state, const Event& event) {
  EnvironmentState& env = state.envs[event.args[0]];
  env.state = abi::EnvState::Ready;
  env.server = 0;
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
    case abi::Event::EnvSubmitted:
      return submitted(state, event);
    case abi::Event::GuaranteeTaken:
      return guarantee_taken(state, event);
    case abi::Event::EnvResumed:
      return resumed(state, event);
    default:
      return;
  }
}

}  // namespace exo::model::parts
