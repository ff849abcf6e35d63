// Protected control transfer: who can be entered, who waits for whom. A transfer gives the processor away without
// moving on in the slice vector.
//
// Invariant: an environment is parked exactly while it has no registers of its own, neither in the processor nor kept.
#include "explorer/model/reduce_parts.hpp"

namespace exo::model::parts {

namespace {

void transferred(State& state, const Event& event) {
  EnvironmentState& from = state.envs[event.env];
  from.calls = std::uint8_t(event.args[0]);
  from.parked = event.env != 0;
  give_processor(state, event.args[0]);
}

void entry_set(State& state, const Event& event) {
  EnvironmentState& holder = state.envs[event.args[0]];
  holder.entry.sync = event.args[1];
  holder.entry.async = event.args[2];
  holder.entry.guarded = event.args[3] != 0;
  holder.changed = stamp(state);
}

void parked(State& state, const Event& event) {
  EnvironmentState& env = state.envs[event.args[0]];
  env.parked = true;
  env.calls = std::uint8_t(event.args[1]);
  env.changed = stamp(state);
}

void callee_gone(State& state, const Event& event) {
  EnvironmentState& env = state.envs[event.args[0]];
  env.parked = false;
  env.calls = 0;
  env.changed = stamp(state);
}

}  // namespace

void reduce_transfer(State& state, const Event& event) {
  switch (event.id) {
    case abi::Event::Transferred:
      return transferred(state, event);
    case abi::Event::TransferredAsync:
    case abi::Event::YieldedTo:
      return give_processor(state, event.args[0]);
    case abi::Event::EntrySet:
      return entry_set(state, event);
    case abi::Event::EntryBound:
      state.envs[event.args[1]].entry.admitted |= std::uint64_t{1} << event.args[0];
      return;
    case abi::Event::EnvParked:
      return parked(state, event);
    case abi::Event::CalleeGone:
      return callee_gone(state, event);
    default:
      return;
  }
}

}  // namespace exo::model::parts
