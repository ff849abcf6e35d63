// What the selected thing relates to, so that every panel can show the same selection: a frame lights up its owner, its
// TLB entries, its requests; an environment its frames. Worked out once a frame of the window, from the state at the
// cursor.
#pragma once
#include <bitset>
#include <cstdint>

#include "explorer/model/state.hpp"

namespace exo::views {

struct Selection {
  enum class Kind {
    None,
    Frame,
    Environment,
    TlbEntry,
    StlbSlot,
    Slice,
    Request,
    Event,
    Download,
    Attempt,
    Packet
  } kind = Kind::None;
  std::uint64_t number = 0;
  [[nodiscard]] bool is(Kind wanted, std::uint64_t which) const { return kind == wanted && number == which; }
  friend bool operator==(const Selection&, const Selection&) = default;
};

struct Highlight {
  bool any = false;
  std::bitset<abi::kFrameCount> frames;
  std::bitset<abi::kMaxEnvironments> envs;
  std::bitset<abi::kTlbEntries> tlb;
  std::bitset<abi::kStlbEntries> stlb;
  std::bitset<abi::kSlicePositions> slices;
  std::bitset<abi::kMaxRequests> requests;  ///< by id modulo kMaxRequests
};

[[nodiscard]] Highlight relate(const Selection& selection, const model::State& state);

/// The revocation request under way for a frame, or nullptr.
[[nodiscard]] const model::RequestState* pending_request(const model::State& state, std::uint32_t frame);

}  // namespace exo::views
