// The processor as a vector of slices, round robin. Position is order; who is at it is decided outside the kernel.
#pragma once
#include "kernel/abi/tables.hpp"
#include "kernel/core/result.hpp"

namespace exo::kernel {

struct Environment;

namespace slices {

/// Value: the position. Errors: NotFree, NoneFree, BadArgument.
Result grant(uint32_t owner, uint32_t position_or_any);
Status give_back(uint32_t owner, uint32_t position);
/// Frees all slices of an environment that is being destroyed; returns how many.
uint32_t free_all_of(uint32_t owner);

extern Environment* current;
/// The running environment; number 0 is the idle loop's.
inline Environment& running() { return *current; }
/// Nobody runs: the idle loop does.
void initialise();

/// Gives the processor to the owner of the next slice that is ready; to the idle loop when there is none.
void next(abi::Reason reason);
/// Gives the rest of the present slice to `to`.
void donate(Environment& to);

/// One timer tick has passed. At the end of the slice the environment is told to leave, or the next one runs.
void tick();
/// When the running environment must have left (meaning only while it is leaving), and what happens if it has not.
void enforce_leaving(uint32_t now);

inline constexpr uint32_t kAnyPosition = 0xffff'ffff;

}  // namespace slices
}  // namespace exo::kernel
