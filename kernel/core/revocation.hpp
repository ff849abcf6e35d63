// Visible revocation and the abort protocol (SOSP'95, 3.3 and 3.4).
//
//   Requested --told--> Asked --patience over, or demand--> Demanded --deadline--> aborted --told--> done
//       \__________________\____________________________________\__ returned: done
//
// The clock of a stage starts when the library OS is told, that is when it next runs; if it masks upcalls, it starts
// then all the same, and if it has no slice to hear it in, or sleeps, at the next timer tick: none of these is a way to
// keep a frame for ever. Slices are asked back by the same protocol; what is taken of them needs no saving. Invariants:
// a deadline never fires early; a frame of a guaranteed minimum is never taken; every request ends.
#pragma once
#include "kernel/abi/tables.hpp"
#include "kernel/core/result.hpp"

namespace exo::kernel {

struct Environment;

namespace revocation {

struct Limits {
  uint32_t patience_us;  ///< between the polite request and the demand; 0: demand at once
  uint32_t deadline_us;  ///< between the demand and the abort; 0: ask politely and for ever
  static constexpr Limits unpack(uint32_t pair) { return {pair >> 16, pair & 0xffff}; }
  [[nodiscard]] constexpr uint32_t pack() const { return patience_us << 16 | deadline_us; }
};

/// Asks an environment for a frame, for any frame that is not guaranteed, for a slice or any slice, for a download
/// (memory_layout.hpp). Value: the request. Errors: NoSuchEnvironment, NoSuchFrame, BadArgument (no such slice),
/// NotOwner, Guaranteed, UnderRevocation, NoneFree (requests).
Result request(uint32_t owner, uint32_t asked, Limits limits);
/// Turns a polite request into a demand. Error: NoSuchRequest (none, or already a demand).
Status demand(uint32_t id, uint32_t deadline_us);

/// The owner gives a frame or a slice back: ends the request for it, or else its oldest request for any. Called before
/// the release.
void returned(uint32_t owner, uint32_t given);

/// What was asked for is gone by itself.
void withdraw(uint32_t asked, abi::Reason reason);

/// The environment is about to run: tells it what it has not been told, by upcalls, and starts clocks.
void tell(Environment& environment);
/// At a timer tick: starts the clocks of those who have no slice to hear anything in.
void tell_the_absent();
/// How many upcalls wait for it.
uint32_t waiting(const Environment& environment);

/// The environment is being destroyed.
void end_all_of(uint32_t owner);

// For deadlines.cpp.
bool earliest(uint32_t& moment);
/// Returns whether clocks go on running, and the earliest of their moments.
bool act_on_due(uint32_t now, uint32_t& next);
void complete_taken();

/// True while a clock runs: what may take long is put off.
bool clock_runs();

/// Shows every request under way, for the audit.
uint32_t show();

}  // namespace revocation
}  // namespace exo::kernel
