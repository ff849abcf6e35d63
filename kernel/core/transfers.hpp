// Protected control transfer (SOSP'95, 5.5): one environment enters another at the place that the other chose. The
// registers are the message; the callee finds the caller's number in v1 and decides whom it serves. Synchronous: the
// caller gives up its registers, and its slices run the callee until it is entered in turn. Asynchronous: the callee
// gets the rest of this slice, the caller goes on in its next.
//
// An environment can be entered while the kernel keeps none of its registers: otherwise they would be lost, and it is
// Busy. The usual case is done in arch/mips/vectors.S with open_entry; here is everything else.
#pragma once
#include "kernel/core/environments.hpp"

namespace exo::kernel::transfers {

/// Whether a transfer or a yield_to may take the fast path into an environment now.
void reopen(Environment& environment);
/// Something waits for it: the next switch to it must come through C++.
void close(Environment& environment);

/// Of the registers in its frame only pc and sp are kept from now on.
void keep_two(Environment& environment);
/// Its registers are in its frame, ready to be resumed; false when it gave them up.
[[nodiscard]] bool resume_in_frame(Environment& environment);
/// It has given up its registers and waits to be entered.
[[nodiscard]] bool is_parked(const Environment& environment);

/// Answer: synchronous, and the caller waits on for whom it called before: it was entered while it did.
enum class Kind { Sync, Answer, Async };
/// Errors: NoSuchEnvironment, WrongState (it can't be entered that way), NoRight, Busy.
Status transfer(Environment& caller, uint32_t callee, Kind kind);

/// Value: generation of the entry points. Capabilities issued before stay good.
void set_entry(Environment& holder, uint32_t sync, uint32_t async, bool guarded);
/// Whoever holds a capability for the entry points is let in from now on.
void admit(Environment& holder, uint32_t caller);
/// Kills every capability for the entry points and sends away whoever was admitted.
void revoke_all(Environment& holder);

/// It waits to be entered. keep: and for whom it called.
void park(Environment& environment, bool keep);

/// An environment is gone: nobody is admitted under its number, and who waits for it is entered with v1 = 0.
void forget(uint32_t number);

}  // namespace exo::kernel::transfers
