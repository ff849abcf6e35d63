// Frames: owner, generation, guard, and the places where their contents are saved if they are taken by force.
#include "explorer/model/reduce_parts.hpp"

namespace exo::model::parts {

namespace {

void allocated(State& state, const Event& event) {
  FrameState& frame = state.frames[event.args[0]];
  set_frame(state, event.args[0], std::uint8_t(event.args[2]), 0);
  frame.generation = event.args[1];
  frame.taken = 0;
}

void freed(State& state, const Event& event) {
  FrameState& frame = state.frames[event.args[0]];
  set_frame(state, event.args[0], 0, 0);
  frame.generation = event.args[1];
  frame.guard = abi::kFrameRights;
}

void transferred(State& state, const Event& event) {
  FrameState& frame = state.frames[event.args[0]];
  set_frame(state, event.args[0], std::uint8_t(event.args[3]), 0);
  frame.generation = event.args[1];
  frame.guard = abi::kFrameRights;
}

void save_location(State& state, const Event& event) {
  EnvironmentState& env = state.envs[event.args[3]];
  SaveLocationState& location = env.save_locations[event.args[0]];
  location.save = event.args[2];
  location.frame = location.save == abi::kNoFrame ? abi::kNoFrame : event.args[1];
  env.changed = stamp(state);
}

}  // namespace

void reduce_frame(State& state, const Event& event) {
  switch (event.id) {
    case abi::Event::FrameAllocated:
      return allocated(state, event);
    case abi::Event::FrameFreed:
      return freed(state, event);
    case abi::Event::FrameTransferred:
      return transferred(state, event);
    case abi::Event::FrameGuarded:
      state.frames[event.args[0]].guard = std::uint8_t(event.args[1]);
      state.frames[event.args[0]].changed = stamp(state);
      return;
    case abi::Event::FrameGuaranteed:
      return set_frame(state, event.args[0], state.frames[event.args[0]].owner, std::uint8_t(event.args[2]));
    case abi::Event::GenerationMoved:
      state.frames[event.args[0]].generation = event.args[1];
      state.frames[event.args[0]].changed = stamp(state);
      return;
    case abi::Event::SaveLocationSet:
      return save_location(state, event);
    default:
      return;
  }
}

}  // namespace exo::model::parts
