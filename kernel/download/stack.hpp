// The program's stack as the verifier sees it: slots of 8 bytes, each with what is known about the value in it and a
// bit for each byte that something was written to. Addresses are kept only by whole slots. Offsets count from r10,
// down.
#pragma once
#include "kernel/download/state.hpp"

namespace exo::kernel::download::stack {

/// Was something written to every one of these bytes?
bool written(const State& state, int32_t offset, uint32_t bytes);
bool holds_pointer(const State& state, int32_t offset, uint32_t bytes);
/// Of bytes that were all written to, and hold no pointer or all of one.
Value load(const State& state, int32_t offset, uint32_t bytes);
/// A pointer is stored into a whole slot only.
void store(State& state, int32_t offset, uint32_t bytes, const Value& value);
/// Something unknown was written into these bytes: to all of them, or perhaps to some.
void spoil(State& state, int32_t offset, uint32_t bytes, bool all);

}  // namespace exo::kernel::download::stack
