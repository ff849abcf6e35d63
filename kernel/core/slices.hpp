// The processor as a vector of slices, round robin. Position is order; who is at it is decided outside the kernel.
//
// At the end of a slice its environment is told, if it wants to be, and leaves by itself; every timer tick that it
// stays longer is counted and costs it a later slice, and too many cost it its life (SOSP'95, 5.1.1). A slice whose
// owner waits for an environment that it entered runs that one (transfers.hpp).
#pragma once
#include "kernel/core/environments.hpp"

namespace exo::kernel::slices {

inline constexpr uint32_t kAnyPosition = 0xffff'ffff;
inline bool is_position(uint32_t position) { return position < abi::kSlicePositions; }
inline uint8_t& owner_of(uint32_t position) { return exposed().slices[position]; }
inline uint32_t& generation_of(uint32_t position) { return exposed().slice_generations[position]; }

/// Value: the position. Errors: NotFree, NoneFree, BadArgument.
Result grant(uint32_t owner, uint32_t position_or_any);
/// The position is free, and every capability for it dead.
void release(uint32_t position, abi::Reason reason);
void transfer(uint32_t position, uint32_t to);
void revoke_all(uint32_t position);
/// Frees all slices of an environment that is being destroyed; returns how many.
uint32_t free_all_of(uint32_t owner);
/// The last position that an environment owns and nobody asks for yet, or kAnyPosition.
uint32_t last_of(uint32_t owner);

/// A request for it is under way.
bool under_revocation(uint32_t position);
void set_under_revocation(uint32_t position, bool under);

/// The running environment; number 0 is the idle loop's.
inline Environment& running() { return *processor::running<Environment>(); }
/// Nobody runs: the idle loop does.
void initialise();

/// What becomes of the registers of the one that runs now: the kernel keeps them all, or pc and sp, or it gave them up.
enum class Registers { Keep, KeepTwo, GiveUp };

/// Gives the processor to the owner of the next slice that can run; to the idle loop when there is none.
void next(abi::Reason reason, Registers registers = Registers::Keep);
/// Gives the rest of the present slice to `to`, whose registers the kernel keeps.
void donate(Environment& to, Registers registers);
/// Makes `to` the running one, entered by its caller with the frame that it has.
void enter(Environment& to, Registers registers);

/// One timer tick has passed.
void tick(bool another_follows);
/// True when the slice of the running environment is over and it should leave.
bool is_over(const Environment& environment);

}  // namespace exo::kernel::slices
