// Physical pages: who owns each, of which generation its capabilities are, and what its owner lets them do.
// Invariant: a frame has one owner or is free; nothing is bound to a frame that is free.
#pragma once
#include "kernel/abi/exposed.hpp"
#include "kernel/core/exposed.hpp"
#include "kernel/core/list.hpp"
#include "kernel/core/result.hpp"

namespace exo::kernel::frames {

using abi::FrameInfo;
using abi::Reason;

void initialise();

/// Frames below this are left, as long as there are others, to whoever asks for a frame by its name.
inline constexpr uint32_t kNamedFrames = 192;

inline FrameInfo& info(uint32_t frame) { return exposed().frames[frame]; }
inline bool is_frame(uint32_t number) { return number < abi::kFrameCount; }
inline bool has_flag(uint32_t frame, uint8_t flag) { return (info(frame).flags & flag) != 0; }
/// Contents of a frame, as the kernel reaches them.
inline uint32_t* contents(uint32_t frame) { return physical<uint32_t>(abi::pfn_of_frame(frame) << abi::kPageShift); }

/// Takes a free frame for an environment: the named one, or with kAnyFrame the lowest that is free. A frame that
/// someone had before is all zeros.
/// Value: the frame. Errors: NoSuchFrame, NotFree, NoneFree.
Result allocate(uint32_t owner, uint32_t frame_or_any);

/// Breaks every binding, kills every capability and makes the frame free. The caller has checked that this may be done.
void release(uint32_t frame, Reason reason);

/// The same, with another environment as the new owner.
void transfer(uint32_t frame, uint32_t to);

/// First step of an abort: the frame is nobody's and its capabilities dead. Its bindings are still to be broken.
void take_by_force(uint32_t frame);
/// Last step: it is free.
void free_taken(uint32_t frame, uint32_t former_owner);

/// Kills every capability issued before and breaks every binding; the owner stays.
void revoke_all(uint32_t frame);

/// The frame that its owner took before this one, or kNil.
uint16_t next_of_owner(uint16_t frame);

void set_guard(uint32_t frame, uint32_t rights);
/// Makes it part of its owner's guaranteed minimum; `more_flags` are set along.
void set_guaranteed(uint32_t frame, uint8_t more_flags = 0);
void set_under_revocation(uint32_t frame, bool under);

}  // namespace exo::kernel::frames
