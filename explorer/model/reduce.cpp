// Which reducer an event goes to, and the categories that are a line or two.
#include "explorer/model/reduce.hpp"

#include "explorer/model/reduce_parts.hpp"

namespace exo::model {
namespace parts {

namespace {
/// The state of the machine before anything happened, from which Boot starts.
const State& pristine() {
  static const State state{};
  return state;
}
}  // namespace

void reduce_kernel(State& state, const Event& event) {
  switch (event.id) {
    case abi::Event::Boot: {
      const EventNumber number = state.number;
      const Ticks now = state.now;
      const std::uint64_t dropped = state.dropped;
      state = pristine();
      state.number = number;
      state.now = now;
      state.dropped = dropped;
      state.booted = true;
      break;
    }
    case abi::Event::Panic:
      state.panicked = true;
      break;
    case abi::Event::SyscallRefused:
      ++state.envs[event.env].syscalls_refused;
      break;
    default:
      break;
  }
}

namespace {
void checked(State& state, const Event& event) {
  if (event.args[2] == std::uint32_t(abi::Status::Ok)) {
    ++state.authorizations;
    ++state.envs[event.env].authorizations;
  } else {
    ++state.refusals;
    ++state.envs[event.env].refusals;
  }
}

void revoked(State& state, const Event& event) {
  const std::uint32_t number = abi::number_of(event.args[0]), generation = event.args[1];
  switch (abi::kind_of(event.args[0])) {
    case abi::ResourceKind::Slice:
      if (number < abi::kSlicePositions) state.slice_generations[number] = generation;
      return;
    case abi::ResourceKind::Entry:
      if (number >= abi::kMaxEnvironments) return;
      state.envs[number].entry.generation = generation;
      state.envs[number].entry.admitted = 0;
      state.envs[number].changed = stamp(state);
      return;
    case abi::ResourceKind::Device:
      if (number >= abi::kDevices) return;
      state.devices[number].generation = generation;
      if (number == std::uint32_t(abi::Device::Wire))
        for (EnvironmentState& env : state.envs) env.may_send = false;
      return;
    case abi::ResourceKind::Download:
      if (number < abi::kMaxDownloads) state.downloads[number].generation = generation;
      return;
    default:
      return;
  }
}
}  // namespace

void reduce_capability(State& state, const Event& event) {
  switch (event.id) {
    case abi::Event::CapabilityChecked:
      return checked(state, event);
    case abi::Event::ResourceRevoked:
      return revoked(state, event);
    case abi::Event::DeviceBound:
      state.devices[event.args[0]].holder = std::uint8_t(event.args[1]);
      return;
    default:
      return;
  }
}

void reduce_upcall(State& state, const Event& event) {
  EnvironmentState& env = state.envs[event.args[0] < abi::kMaxEnvironments ? event.args[0] : 0];
  if (event.id == abi::Event::UpcallPending) {
    env.masked = 1;
    env.changed = stamp(state);
  } else if (event.id == abi::Event::UpcallDelivered && event.args[1] > std::uint32_t(abi::Upcall::Exception)) {
    env.masked = 0;      // an asynchronous one got through: the environment takes them again
    env.parked = false;  // and one that waited to be entered goes on in its handler
    env.changed = stamp(state);
  }
}

/// Notes are claims of the environment; two of them say whether it answers.
void reduce_note(State& state, const Event& event) {
  if (event.id != abi::Event::Noted) return;
  EnvironmentState& env = state.envs[event.env];
  env.last_note = stamp(state);
  if (event.args[0] == std::uint32_t(abi::Note::Hung)) env.behaviour = Behaviour::Hung;
  if (event.args[0] == std::uint32_t(abi::Note::Woken)) env.behaviour = Behaviour::Normal;
}

}  // namespace parts

void reduce(State& state, const Event& event) {
  skip(state, event);
  switch (row_of(event.id).category) {
    case Category::kernel:
      return parts::reduce_kernel(state, event);
    case Category::environment:
      return parts::reduce_environment(state, event);
    case Category::frame:
      return parts::reduce_frame(state, event);
    case Category::capability:
      return parts::reduce_capability(state, event);
    case Category::binding:
      return parts::reduce_binding(state, event);
    case Category::tlb:
      return parts::reduce_tlb(state, event);
    case Category::processor:
      return parts::reduce_processor(state, event);
    case Category::upcall:
      return parts::reduce_upcall(state, event);
    case Category::transfer:
      return parts::reduce_transfer(state, event);
    case Category::revocation:
      return parts::reduce_revocation(state, event);
    case Category::application:
      return parts::reduce_note(state, event);
    case Category::audit:
      if (!state.certain) parts::adopt_audit(state, event);
      return;
    case Category::download:
      return parts::reduce_download(state, event);
    case Category::packet:
      return parts::reduce_packet(state, event);
    case Category::control:
    case Category::Unknown:
      return;
  }
}

}  // namespace exo::model
