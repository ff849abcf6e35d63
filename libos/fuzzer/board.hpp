// The board: one frame that warden and fuzzers share. Capabilities are passed on by lying on it; whoever can read it
// can use them, and anybody may overwrite them. What the warden tells its fuzzers stands in their parameters.
#pragma once
#include "libos/base/environment.hpp"

namespace exo::fuzzer {

using libos::Capability;

inline constexpr uint32_t kBoardAddress = 0x2410'0000;
inline constexpr uint32_t kBoardSlots = 64;
struct Board {
  Capability slots[kBoardSlots];
  uint32_t submitted;  ///< number of one that gave itself to a swap server
  uint32_t server;     ///< which
};
static_assert(sizeof(Board) <= abi::kPageSize);
inline Board& board() { return *reinterpret_cast<Board*>(kBoardAddress); }

/// Slots that the warden fills anew for every fuzzer that it starts: its authority.
inline constexpr uint32_t kAuthoritySlots = 8;

// Parameters of a fuzzer. The scenario gives the first two; the warden fills the rest.
inline constexpr uint32_t kSeedParameter = 0;
inline constexpr uint32_t kIndexParameter = 2;
inline constexpr uint32_t kBoardParameter = 3;  ///< the board's capability, 5 words
static_assert(kBoardParameter + sizeof(Capability) / 4 <= 8);

/// Calls between two notes (Note::Fuzzed).
inline constexpr uint32_t kCallsPerNote = 500;

}  // namespace exo::fuzzer
