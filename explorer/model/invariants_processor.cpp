// Promises about the processor and what an environment leaves behind: one owner a slice, an identifier, a
// floating-point unit; nobody entered while the kernel keeps its registers; nothing left of the gone.
#include <fmt/format.h>

#include <algorithm>

#include "explorer/model/invariants.hpp"
#include "explorer/model/words.hpp"

namespace exo::model {

void Invariants::entered(const State& state, const Event& event) {
  const std::uint32_t to = event.args[0];
  if (state.envs[to].parked || (to == event.env && event.id == abi::Event::Transferred)) return;
  broken_.add(event.number, [&] {
    return fmt::format("{} was entered by {} while it had registers of its own: they are lost", env_name(state, to),
                       env_name(state, event.env));
  });
}

void Invariants::slice_moves(const State& state, const Event& event, std::uint32_t from) {
  const std::uint32_t owner = state.slices[event.args[0]];
  if (owner == from) return;
  broken_.add(event.number, [&] {
    return fmt::format("slice {} changed hands as one of {}, but its owner was {}", event.args[0],
                       from != 0 ? env_name(state, from) : "nobody", owner != 0 ? env_name(state, owner) : "nobody");
  });
}

void Invariants::before_on_processor(const State& state, const Event& event) {
  switch (event.id) {
    case abi::Event::Transferred:
    case abi::Event::TransferredAsync:
      return entered(state, event);
    case abi::Event::SliceGranted:
      return slice_moves(state, event, 0);
    case abi::Event::SliceFreed:
      return slice_moves(state, event, event.args[1]);
    case abi::Event::SliceTransferred:
      return slice_moves(state, event, event.args[2]);
    case abi::Event::FpuGiven:
      if (state.fpu_owner == event.args[0]) return;
      broken_.add(event.number, [&] {
        return fmt::format("the floating-point unit went from {} to {}, but {} had it", env_name(state, event.args[0]),
                           env_name(state, event.args[1]), env_name(state, state.fpu_owner));
      });
      return;
    case abi::Event::IdentifierGiven:
      if (state.identifiers[event.args[1]] == event.args[2] && state.envs[event.args[0]].asid == 0) return;
      broken_.add(event.number, [&] {
        return fmt::format("address-space identifier {} went from {} to {}, but {} had it", event.args[1],
                           env_name(state, event.args[2]), env_name(state, event.args[0]),
                           env_name(state, state.identifiers[event.args[1]]));
      });
      return;
    case abi::Event::EnvGone:
      if (const std::uint32_t asid = state.envs[event.args[0]].asid;
          asid != 0 && state.envs[event.args[0]].bindings == 0)
        expect_unmapped(state, asid, event.number);
      return;
    default:
      return;
  }
}

/// Whoever gets an identifier, now or later, must find nothing of its last holder in the TLB.
void Invariants::expect_unmapped(const State& state, std::uint32_t asid, EventNumber number) {
  for (std::uint32_t index = 0; index < abi::kTlbEntries; ++index) {
    const TlbState& entry = state.tlb[index];
    if (((entry.lo[0] | entry.lo[1]) & abi::kLoValid) == 0 || abi::entry_hi_asid(entry.hi) != asid) continue;
    broken_.add(number, [&] {
      return fmt::format("address-space identifier {} changes hands, but TLB entry {} still maps a page under it", asid,
                         index);
    });
  }
}

void Invariants::expect_returned(const State& state, const Event& event) {
  const std::uint32_t number = event.args[0];
  const EnvironmentState& env = state.envs[number];
  if (env.frames != 0 || env.bindings != 0 || env.slices != 0)
    broken_.add(event.number, [&] {
      return fmt::format("{} is gone, but {} frames, {} bindings and {} slices of it did not come back",
                         env_name(state, number), env.frames, env.bindings, env.slices);
    });
  if (std::ranges::any_of(state.devices, [&](const DeviceState& device) { return device.holder == number; }))
    broken_.add(event.number, [&] { return env_name(state, number) + " is gone, but still controls a device"; });
  for (std::uint32_t other = 1; other < abi::kMaxEnvironments; ++other)
    if (state.envs[other].state == abi::EnvState::Dormant && state.envs[other].server == number)
      broken_.add(event.number, [&] {
        return fmt::format("{} is gone, but {} is still kept by it", env_name(state, number), env_name(state, other));
      });
}

}  // namespace exo::model
