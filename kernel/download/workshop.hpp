// Where a download is made: read, verified, compiled, installed. One at a time, in steps: as soon as something is due
// in the kernel, the call is left unfinished and repeats itself, so that no program, however long, delays the timer
// while it is looked at.
#pragma once
#include "kernel/core/result.hpp"

namespace exo::kernel {

struct Environment;

namespace workshop {

/// Works on the caller's download until it is finished or something is due. Value: its number.
/// Errors: Unfinished (repeat the call); Busy (another's is under way); and those of code_download.
Result work(Environment& caller, uint32_t request, uint32_t answer);

/// The host's own: a filter from its store, without a ring, for `owner`. It takes the place of whatever is under way.
/// `size`: instructions, and in the upper half its order. Only while not works_for_host().
Status begin_for_host(uint32_t owner, uint32_t offset, uint32_t size);
/// Works on it until it is finished, something is due, or the clock has reached `until`. Error: Unfinished, and those
/// of code_download. Only while works_for_host().
Status go_on_for_host(uint32_t until);
[[nodiscard]] bool works_for_host();

/// An environment is gone: so is what it had under way.
void forget(uint32_t number);

}  // namespace workshop
}  // namespace exo::kernel
