// Bindings, which are the valid halves of the STLB, and the hardware TLB above it.
#include <algorithm>

#include "explorer/model/reduce_parts.hpp"

namespace exo::model::parts {

namespace {

void bound(State& state, const Event& event) {
  const std::uint32_t page = event.args[0];
  const bool writable = (event.args[2] & abi::kBindWrite) != 0;
  put_half(state, abi::stlb_slot(page, event.env), tag_of(state, event.env, page), page & 1,
           abi::entry_lo(event.args[1], writable));
  state.envs[event.env].changed = stamp(state);
}

void unbound(State& state, const Event& event) {
  const std::uint32_t holder = event.args[0], page = event.args[1];
  const std::uint32_t slot = abi::stlb_slot(page, holder);
  const StlbState& entry = state.stlb[slot];
  if (entry.tag != tag_of(state, holder, page) || entry.lo[page & 1] == 0) return;
  drop_half(state, slot, page & 1);
  state.envs[holder].changed = stamp(state);
}

// Turns the permission to write off, or on again where it was authorised at bind time.
void protect(State& state, const Event& event) {
  const std::uint32_t first = event.args[0], end = first + event.args[1];
  const bool writable = (event.args[2] & abi::kBindWrite) != 0;
  for (std::uint32_t page = first; page < end; ++page) {
    StlbState& entry = state.stlb[abi::stlb_slot(page, event.env)];
    std::uint32_t& lo = entry.lo[page & 1];
    if (entry.tag != tag_of(state, event.env, page) || (entry.writable & (1u << (page & 1))) == 0) continue;
    if (((lo & abi::kLoDirty) != 0) == writable) continue;
    lo ^= abi::kLoDirty;
    entry.changed = stamp(state);
  }
}

// A refill copies what the STLB's slot holds. One that no slot allows maps nothing here; the invariants say so.
void refilled(State& state, const Event& event) {
  ++state.uses;
  ++state.envs[event.env].refills;
  const std::uint32_t hi = event.args[1];
  const StlbState* entry = stlb_entry(state, hi);
  put_tlb(state, event.args[0], hi, entry != nullptr ? entry->lo[0] : 0, entry != nullptr ? entry->lo[1] : 0);
}

// A mapping of its own, or the frame that one has been without.
void guarantee(State& state, const Event& event) {
  EnvironmentState& env = state.envs[event.args[0]];
  const GuaranteeState given{event.args[1], event.args[2], event.args[3]};
  const auto lost = std::ranges::find_if(env.guarantees, [&](const GuaranteeState& slot) {
    return slot.flags != 0 && slot.page == given.page && slot.pfn == kNoPfn;
  });
  const auto free = std::ranges::find_if(env.guarantees, [](const GuaranteeState& slot) { return slot.flags == 0; });
  const auto place = lost != env.guarantees.end() ? lost : free;
  if (place != env.guarantees.end()) *place = given;
  if (given.page == kEnvironmentPage && abi::is_exported(given.pfn)) env.page_frame = abi::frame_of_pfn(given.pfn);
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
    case abi::Event::Protected:
      return protect(state, event);
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
    case abi::Event::IdentifierGiven:
      set_identifier(state, event.args[2], 0);
      return set_identifier(state, event.args[0], event.args[1]);
    default:
      return;
  }
}

}  // namespace exo::model::parts
