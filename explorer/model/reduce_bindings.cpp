// Bindings, which are the valid halves of the STLB, and the hardware TLB above it.
#include "explorer/model/reduce_parts.hpp"

namespace exo::model::parts {

namespace {

void bound(State& state, const Event& event) {
  const std::uint32_t page = event.args[0], asid = state.envs[event.env].asid;
  const bool writable = (event.args[2] & abi::kBindWrite) != 0;
  put_half(state, abi::stlb_slot(page, asid), abi::entry_hi(page, asid), page & 1,
           abi::entry_lo(event.args[1], writable));
  state.envs[event.env].changed = stamp(state);
}

void unbound(State& state, const Event& event) {
  const std::uint32_t page = event.args[1], asid = state.envs[event.args[0]].asid;
  const std::uint32_t slot = abi::stlb_slot(page, asid);
  const StlbState& entry = state.stlb[slot];
  if (entry.tag != abi::entry_hi(page, asid) || entry.lo[page & 1] == 0) return;
  drop_half(state, slot, page & 1);
  state.envs[event.args[0]].changed = stamp(state);
}

// A refill copies what the STLB's slot holds. One that no slot allows maps nothing here; the invariants say so.
void refilled(State& state, const Event& event) {
  ++state.uses;
  ++state.envs[event.env].refills;
  const std::uint32_t hi = event.args[1];
  const StlbState* entry = stlb_entry(state, hi);
  put_tlb(state, event.args[0], hi, entry != nullptr ? entry->lo[0] : 0, entry != nullptr ? entry->lo[1] : 0);
}

void guarantee(State& state, const Event& event) {
  EnvironmentState& env = state.envs[event.args[0]];
  for (GuaranteeState& slot : env.guarantees)
    if (slot.flags == 0) {
      slot = {event.args[1], event.args[2], event.args[3]};
      break;
    }
  env.changed = stamp(state);
}

}  // namespace

void reduce_binding(State& state, const Event& event) {
  switch (event.id) {
    case abi::Event::Bound:
      return bound(state, event);
    case abi::Event::Unbound:
      return unbound(state, event);
    case abi::Event::GuaranteeSet:
      return guarantee(state, event);
    default:
      return;
  }
}

void reduce_tlb(State& state, const Event& event) {
  switch (event.id) {
    case abi::Event::TlbRefilled:
      return refilled(state, event);
    case abi::Event::TlbWritten:
      return put_tlb(state, event.args[0], event.args[1], event.args[2], event.args[3]);
    case abi::Event::TlbMissed:
      ++state.envs[event.env].misses;
      return;
    default:
      return;
  }
}

}  // namespace exo::model::parts
