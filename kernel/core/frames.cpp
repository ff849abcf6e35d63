#include "kernel/core/frames.hpp"

#include "kernel/core/bindings.hpp"
#include "kernel/core/deadlines.hpp"
#include "kernel/core/environments.hpp"
#include "kernel/core/trace.hpp"

namespace exo::kernel::frames {

namespace {
constexpr uint32_t kWords = abi::kFrameCount / 32;
LinkTable<abi::kFrameCount> by_owner;
uint32_t free_bits[kWords];  // bit n of word w: frame 32 * w + n is free

void mark_free(uint32_t frame, bool is_free) {
  const uint32_t bit = 1u << (frame % 32);
  if (is_free) {
    free_bits[frame / 32] |= bit;
    ++exposed().free_frames;
  } else {
    free_bits[frame / 32] &= ~bit;
    --exposed().free_frames;
  }
}

// The lowest free frame, but those that are likely to be asked for by name come last.
uint32_t lowest_free() {
  constexpr uint32_t first = kNamedFrames / 32;
  for (uint32_t i = 0; i < kWords; ++i) {
    const uint32_t w = (first + i) % kWords;
    if (free_bits[w] != 0) return 32 * w + uint32_t(__builtin_ctz(free_bits[w]));
  }
  return abi::kNoFrame;
}

// An owner's counts change together with the owner.
void leave_owner(uint32_t frame) {
  FrameInfo& f = info(frame);
  abi::EnvironmentInfo& owner = environments::info(f.owner);
  --owner.frames;
  if (f.flags & abi::kFrameGuaranteed) --owner.guaranteed;
  by_owner.remove(environments::get(f.owner).first_frame, uint16_t(frame));
  f.owner = 0;
}

void join_owner(uint32_t frame, uint32_t owner) {
  info(frame).owner = uint8_t(owner);
  ++environments::info(owner).frames;
  by_owner.insert(environments::get(owner).first_frame, uint16_t(frame));
}

// What one owner left is not for the next to read. The library OS can't see to that itself: an abort gives it no time
// to.
void scrub(uint32_t frame) {
  uint32_t* words = contents(frame);
  for (uint32_t word = 0; word < abi::kPageSize / 4; word += 8) {
    for (uint32_t i = 0; i < 8; ++i) words[word + i] = 0;
    if (word % 256 == 0) deadlines::poll();
  }
}

void reset(FrameInfo& f, uint8_t flags) {
  ++f.generation;
  f.flags = flags;
  f.guard = abi::kFrameRights;
}
}  // namespace

void initialise() {
  exposed().free_frames = 0;
  for (uint32_t frame = 0; frame < abi::kFrameCount; ++frame) {
    info(frame) = {.owner = 0,
                   .flags = 0,
                   .guard = abi::kFrameRights,
                   .reserved = 0,
                   .bindings = 0,
                   .first = kNil,
                   .generation = 1};
    mark_free(frame, true);
  }
}

Result allocate(uint32_t owner, uint32_t frame_or_any) {
  uint32_t frame = frame_or_any;
  if (frame == abi::kAnyFrame) {
    frame = lowest_free();
    if (frame == abi::kNoFrame) return Status::NoneFree;
  }
  if (!is_frame(frame)) return Status::NoSuchFrame;
  FrameInfo& f = info(frame);
  if (f.owner != 0 || (f.flags & abi::kFrameSaving)) return Status::NotFree;
  if (f.generation != 1) scrub(frame);
  mark_free(frame, false);
  join_owner(frame, owner);
  trace::emit(abi::Event::FrameAllocated, frame, f.generation, owner);
  return Result::of(frame);
}

void release(uint32_t frame, Reason reason) {
  FrameInfo& f = info(frame);
  bindings::break_all(frame, reason);
  const uint32_t owner = f.owner;
  leave_owner(frame);
  reset(f, 0);
  mark_free(frame, true);
  trace::emit(abi::Event::FrameFreed, frame, f.generation, owner, uint32_t(reason));
}

void transfer(uint32_t frame, uint32_t to) {
  FrameInfo& f = info(frame);
  bindings::break_all(frame, Reason::Transferred);
  const uint32_t from = f.owner;
  leave_owner(frame);
  reset(f, 0);
  join_owner(frame, to);
  trace::emit(abi::Event::FrameTransferred, frame, f.generation, from, to);
}

void take_by_force(uint32_t frame) {
  FrameInfo& f = info(frame);
  leave_owner(frame);
  reset(f, abi::kFrameSaving);
}

void free_taken(uint32_t frame, uint32_t former_owner) {
  FrameInfo& f = info(frame);
  f.flags = 0;
  mark_free(frame, true);
  trace::emit(abi::Event::FrameFreed, frame, f.generation, former_owner, uint32_t(Reason::Aborted));
}

void revoke_all(uint32_t frame) {
  FrameInfo& f = info(frame);
  bindings::break_all(frame, Reason::RevokedAll);
  ++f.generation;
  trace::emit(abi::Event::GenerationMoved, frame, f.generation);
}

uint16_t next_of_owner(uint16_t frame) { return by_owner.next(frame); }

void set_guard(uint32_t frame, uint32_t rights) {
  info(frame).guard = uint8_t(rights);
  trace::emit(abi::Event::FrameGuarded, frame, rights);
}

void set_guaranteed(uint32_t frame, uint8_t more_flags) {
  FrameInfo& f = info(frame);
  f.flags |= abi::kFrameGuaranteed | more_flags;
  ++environments::info(f.owner).guaranteed;
  trace::emit(abi::Event::FrameGuaranteed, frame, f.owner, f.flags);
}

void set_under_revocation(uint32_t frame, bool under) {
  FrameInfo& f = info(frame);
  f.flags = uint8_t(under ? f.flags | abi::kFrameUnderRevocation : f.flags & ~abi::kFrameUnderRevocation);
}

}  // namespace exo::kernel::frames
