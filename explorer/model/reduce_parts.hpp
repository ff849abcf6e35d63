// The moves that the fold is made of. Each changes one table of the state together with every count that depends on it,
// and never goes below zero: an event that contradicts the state is applied as far as it makes sense. Internal to the
// reducers.
#pragma once
#include "explorer/model/event.hpp"
#include "explorer/model/state.hpp"

namespace exo::model::parts {

inline std::uint32_t stamp(const State& state) { return std::uint32_t(state.number); }

inline constexpr std::uint32_t kEnvironmentPage = abi::kEnvironmentPageAddress >> abi::kPageShift;

template <class Count>
inline void lower(Count& count) {
  if (count != 0) --count;
}

inline bool is_free(const FrameState& frame) { return frame.owner == 0 && (frame.flags & abi::kFrameSaving) == 0; }

/// Gives a frame an owner (0: nobody) and flags, and keeps the counts of owners and of free frames.
inline void set_frame(State& state, std::uint32_t number, std::uint8_t owner, std::uint8_t flags) {
  FrameState& frame = state.frames[number];
  const bool was_guaranteed = (frame.flags & abi::kFrameGuaranteed) != 0;
  const bool is_guaranteed = (flags & abi::kFrameGuaranteed) != 0;
  state.free_frames -= is_free(frame);
  if (frame.owner != 0) {
    lower(state.envs[frame.owner].frames);
    if (was_guaranteed) lower(state.envs[frame.owner].guaranteed);
  }
  if (owner != frame.owner && frame.owner != 0) frame.last_owner = frame.owner;
  frame.owner = owner;
  frame.flags = flags;
  frame.changed = stamp(state);
  if (owner != 0) {
    ++state.envs[owner].frames;
    state.envs[owner].guaranteed += is_guaranteed;
  }
  state.free_frames += is_free(frame);
}

inline void set_flags(State& state, std::uint32_t number, std::uint8_t set, std::uint8_t clear) {
  const FrameState& frame = state.frames[number];
  set_frame(state, number, frame.owner, std::uint8_t((frame.flags & ~clear) | set));
}

/// Takes one valid half out of the STLB.
inline void drop_half(State& state, std::uint32_t slot, std::uint32_t half) {
  StlbState& entry = state.stlb[slot];
  const std::uint32_t pfn = abi::entry_lo_pfn(entry.lo[half]);
  if (abi::is_exported(pfn)) {
    FrameState& frame = state.frames[abi::frame_of_pfn(pfn)];
    lower(frame.bindings);
    frame.changed = stamp(state);
  }
  lower(state.envs[holder_of(state, entry.tag)].bindings);
  entry.lo[half] = 0;
  entry.writable = std::uint8_t(entry.writable & ~(1u << half));
  entry.changed = stamp(state);
  if (entry.lo[0] == 0 && entry.lo[1] == 0) {
    entry.tag = abi::kStlbFree;
    lower(state.stlb_used);
  }
}

inline void clear_slot(State& state, std::uint32_t slot) {
  for (std::uint32_t half = 0; half < 2; ++half)
    if (state.stlb[slot].lo[half] != 0) drop_half(state, slot, half);
}

/// Puts one valid half into the STLB; whatever stood there under another tag goes.
inline void put_half(State& state, std::uint32_t slot, std::uint32_t tag, std::uint32_t half, std::uint32_t lo) {
  StlbState& entry = state.stlb[slot];
  if (entry.tag != tag) clear_slot(state, slot);
  if (entry.lo[half] != 0) drop_half(state, slot, half);
  if (entry.tag == abi::kStlbFree) {
    entry.tag = tag;
    ++state.stlb_used;
  }
  entry.lo[half] = lo;
  if ((lo & abi::kLoDirty) != 0) entry.writable = std::uint8_t(entry.writable | 1u << half);
  entry.changed = stamp(state);
  ++state.envs[holder_of(state, tag)].bindings;
  const std::uint32_t pfn = abi::entry_lo_pfn(lo);
  if (abi::is_exported(pfn)) {
    FrameState& frame = state.frames[abi::frame_of_pfn(pfn)];
    ++frame.bindings;
    frame.changed = stamp(state);
  }
}

/// Gives an environment an address-space identifier (0: it has none from now on). Whoever had it loses it. The tags of
/// both follow.
inline void set_identifier(State& state, std::uint32_t env, std::uint32_t asid) {
  const std::uint32_t before = state.envs[env].asid;
  if (before == asid || env == 0) return;
  if (asid != 0 && state.identifiers[asid] != 0) set_identifier(state, state.identifiers[asid], 0);
  for (StlbState& entry : state.stlb) {
    if (entry.tag == abi::kStlbFree || holder_of(state, entry.tag) != env) continue;
    const std::uint32_t page = abi::entry_hi_vpn(entry.tag);
    entry.tag = asid != 0 ? abi::entry_hi(page, asid) : abi::parked_tag(page, env);
  }
  if (before != 0) state.identifiers[before] = 0;
  if (asid != 0) state.identifiers[asid] = std::uint8_t(env);
  state.envs[env].asid = std::uint8_t(asid);
  state.envs[env].changed = stamp(state);
}

/// Writes one TLB entry and keeps the frames' counts of TLB halves.
inline void put_tlb(State& state, std::uint32_t index, std::uint32_t hi, std::uint32_t lo0, std::uint32_t lo1) {
  TlbState& entry = state.tlb[index];
  const std::uint32_t words[2] = {lo0, lo1};
  for (int half = 0; half < 2; ++half) {
    const std::uint32_t before = entry.lo[half], after = words[half];
    if ((before & abi::kLoValid) != 0 && abi::is_exported(abi::entry_lo_pfn(before)))
      lower(state.frames[abi::frame_of_pfn(abi::entry_lo_pfn(before))].in_tlb);
    if ((after & abi::kLoValid) != 0 && abi::is_exported(abi::entry_lo_pfn(after)))
      ++state.frames[abi::frame_of_pfn(abi::entry_lo_pfn(after))].in_tlb;
    entry.lo[half] = after;
  }
  entry.hi = hi;
  entry.changed = stamp(state);
  entry.written = state.now;
}

/// Gives a slice position an owner (0: nobody).
inline void set_slice(State& state, std::uint32_t position, std::uint8_t owner) {
  std::uint8_t& slot = state.slices[position];
  if (slot != 0) lower(state.envs[slot].slices);
  slot = owner;
  if (owner != 0) ++state.envs[owner].slices;
}

/// What a request asks for is marked by its name, so that nobody asks for it twice.
inline void mark_slice(State& state, std::uint32_t asked, bool under) {
  if (!abi::asks_for_slice(asked) || asked == abi::kAnySlice) return;
  const std::uint64_t bit = std::uint64_t{1} << (asked % abi::kSlicePositions);
  state.slices_asked = under ? state.slices_asked | bit : state.slices_asked & ~bit;
}

/// The same for a download.
inline void mark_download(State& state, std::uint32_t asked, bool under) {
  if (abi::asks_for_download(asked)) state.downloads[asked % abi::kMaxDownloads].asked = under;
}

/// Takes a download out of the table. One that was installed moves to the next generation.
inline void drop_download(State& state, std::uint32_t number) {
  DownloadState& download = state.downloads[number];
  if (!download.installed) return;
  download.installed = download.asked = false;
  ++download.generation;
  download.changed = stamp(state);
  EnvironmentState& owner = state.envs[download.owner];
  lower(owner.downloads);
  owner.changed = stamp(state);
  if (download.kind == abi::DownloadKind::Claim) state.wire.tree_stale = true;
  if (download.handler != 0) state.downloads[download.handler].filter = 0;
  if (download.filter != 0) state.downloads[download.filter].handler = 0;
  download.handler = download.filter = 0;
  if (download.kind != abi::DownloadKind::Predicate) return;
  for (EnvironmentState& env : state.envs)
    if (env.predicate == number) env.predicate = 0;  // it wakes when the kernel next looks
}

/// The processor goes to another environment (0: to nobody). Its registers are in the processor from now on.
void give_processor(State& state, std::uint32_t to);

// One reducer a category.
void reduce_kernel(State& state, const Event& event);
void reduce_environment(State& state, const Event& event);
void reduce_frame(State& state, const Event& event);
void reduce_capability(State& state, const Event& event);
void reduce_binding(State& state, const Event& event);
void reduce_tlb(State& state, const Event& event);
void reduce_processor(State& state, const Event& event);
void reduce_transfer(State& state, const Event& event);
void reduce_upcall(State& state, const Event& event);
void reduce_revocation(State& state, const Event& event);
void reduce_download(State& state, const Event& event);
void reduce_packet(State& state, const Event& event);
void reduce_note(State& state, const Event& event);
void adopt_audit(State& state, const Event& event);

}  // namespace exo::model::parts
