// What the verifier works in: states that wait, states that are kept for comparison, and the tree of paths. All of a
// fixed size, for the longest program there is.
#pragma once
#include "kernel/download/state.hpp"

namespace exo::kernel::download {

/// Instructions that are looked at on all paths together.
inline constexpr uint32_t kMostLooks = 16'384;
/// States of paths that are still to be followed, and the one that is being followed.
inline constexpr uint32_t kMostWaiting = 384;
/// States kept at places where paths meet.
inline constexpr uint32_t kMostKept = 256;
/// At one place.
inline constexpr uint32_t kMostKeptAtPlace = 16;

/// A place on a path where its state was kept. Paths fork, so these are a tree.
struct PathNode {
  uint16_t parent;
  uint16_t open;     ///< paths from here that are still to be followed
  uint32_t cost;     ///< machine instructions before it
  uint32_t longest;  ///< on any path from here to the end, of those followed; true of all once none is open
};

struct VerifierMemory {
  State waiting[kMostWaiting];
  State kept[kMostKept];
  PathNode nodes[kMostLooks + 2];  ///< a place comes before a look; and the root
  /// Registers whose values are still read, as bits, by instruction; in the upper half those whose values matter to
  /// what is allowed or to where the program goes, and not only to its result.
  uint32_t live[abi::bpf::kMostInstructions + 1];
  uint16_t function[abi::bpf::kMostInstructions];  ///< that the instruction belongs to, in their order
  uint16_t place[abi::bpf::kMostInstructions];     ///< number of the place at this instruction; kNoPlace: it is none
  uint8_t stretch[abi::bpf::kMostInstructions];    ///< costs.hpp
  uint32_t kept_at[abi::bpf::kMostInstructions];   ///< states ever kept, by place
};
static_assert(sizeof(VerifierMemory) <= 2'621'440);
inline constexpr uint16_t kNoPlace = 0xffff;

}  // namespace exo::kernel::download
