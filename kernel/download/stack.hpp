// The program's stack as the verifier sees it: slots of 8 bytes, each with what is known about the value in it and a
// bit for each byte that something was written to. Addresses are kept only by whole slots. Offsets count from r10,
// down.
#pragma once
#include "kernel/download/state.hpp"

namespace exo::kernel::download::stack {

/// Slots of the function at this depth: from, to.
constexpr uint32_t end_of(const State& state, uint32_t depth) {
  return depth == 0 ? kSlots : state.frames[depth - 1].base;
}
constexpr uint32_t begin_of(const State& state, uint32_t depth) {
  if (depth < state.depth) return state.frames[depth].base + kKeptRegisters;
  const uint32_t end = end_of(state, depth);
  return end < abi::bpf::kStackBytes / 8 ? 0 : end - abi::bpf::kStackBytes / 8;
}
constexpr uint32_t place_of(const State& state, uint32_t depth, int32_t offset) {
  return uint32_t(int32_t(end_of(state, depth) * 8) + offset);
}

/// Makes sure that these slots are among those in use.
void use(State& state, uint32_t slot);
/// Was something written to every one of these bytes?
bool written(const State& state, uint32_t place, uint32_t bytes);
/// Of bytes that were all written to.
bool holds_pointer(const State& state, uint32_t place, uint32_t bytes);
/// Of bytes that were all written to, and hold no pointer or all of one.
Value load(const State& state, uint32_t place, uint32_t bytes);
/// A pointer is stored into a whole slot only.
void store(State& state, uint32_t place, uint32_t bytes, const Value& value);
/// Something unknown was written into these bytes: to all of them, or perhaps to some.
void spoil(State& state, uint32_t place, uint32_t bytes, bool all);

}  // namespace exo::kernel::download::stack
