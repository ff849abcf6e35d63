// Address-space identifiers: tags that let the TLB hold entries of several environments. There may be fewer than
// environments, so they are taken back, and nobody is asked: unlike a frame, an identifier has no contents that its
// owner would want to save (SOSP'95, 3.3). Whoever loses its identifier keeps its bindings; their tags are parked
// meanwhile.
#pragma once
#include "kernel/core/environments.hpp"

namespace exo::kernel::identifiers {

/// How many there are comes from the host (trace_ring.hpp).
void initialise();
/// The environment is about to run: it has one from now on.
void give(Environment& environment);
/// It is being destroyed.
void take_back(Environment& environment);
/// Number of the environment that has each of them; 0: free.
extern uint8_t holders[abi::kIdentifiers + 1];

}  // namespace exo::kernel::identifiers
