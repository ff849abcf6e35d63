// The wire: packets in from a driver, packets out to it, and whose they are in between. The driver is the host, through
// the control ring and the trace; a network card's driver would call receive() and be called by send().
#pragma once
#include "kernel/core/result.hpp"

namespace exo::kernel {

struct Environment;

namespace wire {

/// A packet has arrived: it is copied, its owner is found, and it is handled or put into its owner's ring.
/// Errors: BadArgument (too short, too long, or not in the host's store).
Status take_from_store(uint32_t offset, uint32_t bytes);

/// `holder` may send from now on.
void admit(Environment& holder);
[[nodiscard]] bool may_send(const Environment& environment);
/// Every capability for the wire is dead.
void revoke_all();
/// An environment is gone.
void forget(uint32_t number);

/// Sends what lies anywhere in unmapped memory. `answers`: number of a packet, or 0; `handler`: who sends it, or 0.
/// Value: its number. Error: BadArgument (its size).
Result send(const uint8_t* packet, uint32_t bytes, uint32_t answers, uint32_t handler);

}  // namespace wire
}  // namespace exo::kernel
