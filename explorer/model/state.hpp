// The kernel's whole state as the trace tells it: State after N events = reduce applied N times to State{}.
// Plain data of fixed size, so that a checkpoint is a copy. Everything a panel shows about the machine comes from here.
// `changed` fields hold the number of the event that last touched a thing: highlights, ages and "why" start from them.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

#include "explorer/model/download_state.hpp"
#include "explorer/model/event.hpp"
#include "kernel/abi/capability.hpp"
#include "kernel/abi/exposed.hpp"
#include "kernel/abi/machine.hpp"
#include "kernel/abi/memory_layout.hpp"

namespace exo::model {

struct FrameState {
  std::uint32_t generation = 1;
  std::uint32_t changed = 0;   ///< event number, low 32 bits
  std::uint16_t bindings = 0;  ///< STLB halves that stand on it
  std::uint8_t owner = 0;      ///< 0: free
  std::uint8_t flags = 0;      ///< abi::kFrame*
  std::uint8_t guard = abi::kFrameRights;
  std::uint8_t in_tlb = 0;  ///< TLB halves that map it
  std::uint8_t taken = 0;   ///< 1: last left its owner by force (repossessed), and is free since
  std::uint8_t last_owner = 0;
};

struct StlbState {
  std::uint32_t tag = abi::kStlbFree;
  std::uint32_t lo[2]{};
  std::uint32_t changed = 0;
  std::uint8_t writable = 0;  ///< bit 0, 1: the even, odd page was authorised for writing when it was bound
};

struct TlbState {
  std::uint32_t hi = 0;
  std::uint32_t lo[2]{};
  std::uint32_t changed = 0;
  Ticks written = 0;  ///< when; age = now - written
};

inline constexpr std::uint32_t kNoPfn = 0xffff'ffff;

struct GuaranteeState {
  std::uint32_t page = 0;
  std::uint32_t pfn = 0;    ///< kNoPfn: its frame is with a swap server
  std::uint32_t flags = 0;  ///< 0: slot unused
};

struct SaveLocationState {
  std::uint32_t frame = abi::kNoFrame;  ///< what to save, or kAnyFrame; kNoFrame: slot unused
  std::uint32_t save = abi::kNoFrame;   ///< where
};

/// Where others may enter an environment (protected control transfer).
struct EntryState {
  std::uint32_t sync = 0, async = 0;  ///< addresses; 0: not
  std::uint32_t generation = 1;
  bool guarded = false;        ///< only who was authorised may enter
  std::uint64_t admitted = 0;  ///< who was: one bit an environment
  friend bool operator==(const EntryState&, const EntryState&) = default;
};

enum class Behaviour : std::uint8_t { Normal, Hung };

struct EnvironmentState {
  abi::EnvState state = abi::EnvState::Free;
  std::uint8_t asid = 0;  ///< address-space identifier; 0: none now, its bindings wait under parked tags
  Behaviour behaviour = Behaviour::Normal;  ///< from the notes Hung and Woken: the library OS's own claim
  std::uint8_t masked = 0;                  ///< 1: an upcall waits because it masks them
  bool parked = false;                      ///< it gave up its registers: it only runs on when it is entered
  std::uint8_t calls = 0;                   ///< whom it entered last; while it is parked, its slices run that one
  std::uint8_t server = 0;                  ///< dormant: the swap server that keeps it
  std::uint8_t excess = 0;                  ///< slices that it owes, because it stayed past the end of others
  bool asleep = false;                      ///< until its condition holds, a handler wakes it or an upcall comes
  std::uint8_t predicate = 0;               ///< the condition that it sleeps on; 0: none
  bool may_send = false;                    ///< packets
  std::uint16_t downloads = 0;              ///< installed
  std::uint32_t generation = 0;
  char name[abi::kNameBytes + 1]{};
  std::uint32_t page_frame = abi::kNoFrame;
  std::uint32_t frames = 0, guaranteed = 0, bindings = 0, slices = 0;
  EntryState entry;
  std::uint64_t forfeited = 0;  ///< slices that it owed and did not get
  std::uint64_t refills = 0, misses = 0, authorizations = 0, refusals = 0, syscalls_refused = 0;
  std::uint64_t runs = 0;                           ///< of its downloads
  std::uint64_t claimed = 0, sent = 0, sleeps = 0;  ///< packets that were its own, that it sent; times that it slept
  Ticks ran = 0;                                    ///< processor time
  Ticks since = 0;                                  ///< when it last started to run
  std::uint32_t last_note = 0;                      ///< event number of its last note
  std::uint32_t changed = 0;
  std::array<GuaranteeState, abi::kGuaranteedMappings> guarantees{};
  std::array<SaveLocationState, abi::kSaveLocations> save_locations{};
};

enum class Outcome : std::uint8_t { Pending, Returned, Aborted, Ended };

/// One revocation request. Times are Ticks; kNever where it has not happened.
inline constexpr Ticks kNever = ~Ticks{0};
struct RequestState {
  std::uint32_t id = 0;  ///< 0: unused
  std::uint8_t env = 0;
  Outcome outcome = Outcome::Pending;
  bool demanded = false;                 ///< the deadline runs
  std::uint32_t asked = abi::kAnyFrame;  ///< a frame, a slice, any of these, or a download (abi::asks_for_slice)
  std::uint32_t saved_to = abi::kNoFrame;
  std::uint32_t patience_us = 0, deadline_us = 0;
  Ticks requested = kNever, delivered = kNever, armed = kNever, fires = kNever, done = kNever, notified = kNever;
  std::uint32_t requested_event = 0, delivered_event = 0, armed_event = 0, done_event = 0, notified_event = 0;
};

struct DeviceState {
  std::uint8_t holder = 0;  ///< environment that controls it; 0: nobody
  std::uint32_t generation = 1;
};

struct State {
  EventNumber number = 0;  ///< events applied
  Ticks now = 0;
  bool booted = false, panicked = false;
  bool certain = true;       ///< false after a gap in the trace, until an audit has shown the tables
  bool adopting = false;     ///< between the events of such an audit: the tables are being taken over
  std::uint8_t running = 0;  ///< environment; 0: none
  std::uint8_t slice_position = 0;
  std::uint8_t fpu_owner = 0;  ///< environment whose registers are in the floating-point unit; 0: nobody's
  std::uint32_t free_frames = abi::kFrameCount;
  std::uint32_t stlb_used = 0;       ///< entries with a valid half
  std::uint64_t authorizations = 0;  ///< capability checks that succeeded
  std::uint64_t refusals = 0;        ///< and that did not
  std::uint64_t uses = 0;            ///< TLB refills: uses of a binding that needed no check
  std::uint64_t dropped = 0;         ///< events lost in gaps
  std::array<FrameState, abi::kFrameCount> frames{};
  std::array<StlbState, abi::kStlbEntries> stlb{};
  std::array<TlbState, abi::kTlbEntries> tlb{};
  std::array<EnvironmentState, abi::kMaxEnvironments> envs{};
  std::array<std::uint8_t, abi::kSlicePositions> slices{};
  std::array<std::uint32_t, abi::kSlicePositions> slice_generations = [] {
    std::array<std::uint32_t, abi::kSlicePositions> all{};
    all.fill(1);
    return all;
  }();
  std::uint64_t slices_asked = 0;                                 ///< bit n: slice n is asked back
  std::array<std::uint8_t, abi::kIdentifiers + 1> identifiers{};  ///< environment of each address-space identifier
  std::array<DeviceState, abi::kDevices> devices{};
  std::array<DownloadState, abi::kMaxDownloads> downloads{};
  OfferState offer;
  WireState wire;
  std::array<RequestState, abi::kMaxRequests> requests{};  ///< see request_place()
};

/// Where a request stands: its number tells where to begin looking, and one that is still pending keeps its place
/// however many come after it. For a request that is not there yet: the place that it gets.
[[nodiscard]] inline std::size_t request_place(const State& state, std::uint32_t id) {
  std::size_t free = id % abi::kMaxRequests;
  bool found = false;
  for (std::size_t i = 0; i < abi::kMaxRequests; ++i) {
    const std::size_t place = (id + i) % abi::kMaxRequests;
    const RequestState& request = state.requests[place];
    if (request.id == id) return place;
    if (found || (request.id != 0 && request.outcome == Outcome::Pending)) continue;
    free = place;
    found = true;
  }
  return free;
}

/// Environment that a tag of the STLB or the TLB belongs to; 0 when there is none.
[[nodiscard]] inline std::uint32_t holder_of(const State& state, std::uint32_t tag) {
  if (tag == abi::kStlbFree) return 0;
  const std::uint32_t low = abi::entry_hi_asid(tag);
  if ((tag & abi::kStlbParked) == 0) return state.identifiers[low];
  return low < abi::kMaxEnvironments ? low : 0;
}

/// Tag under which a page of an environment stands in the STLB.
[[nodiscard]] inline std::uint32_t tag_of(const State& state, std::uint32_t env, std::uint32_t page) {
  const std::uint32_t asid = state.envs[env].asid;
  return asid != 0 ? abi::entry_hi(page, asid) : abi::parked_tag(page, env);
}

/// The STLB's entry for a page pair and address space (a word of EntryHi); nullptr when there is none.
[[nodiscard]] inline const StlbState* stlb_entry(const State& state, std::uint32_t hi) {
  const StlbState& entry = state.stlb[abi::stlb_slot(abi::entry_hi_vpn(hi), holder_of(state, hi))];
  return entry.tag == hi ? &entry : nullptr;
}

/// Processor time of an environment up to now, the slice it is in included.
[[nodiscard]] inline Ticks processor_time(const State& state, std::uint32_t env) {
  const EnvironmentState& one = state.envs[env];
  return one.ran + (state.running == env && env != 0 && state.now > one.since ? state.now - one.since : 0);
}

}  // namespace exo::model
