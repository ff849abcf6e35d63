// Downloaded code and packets as the fold keeps them: small and of fixed size. The texts of programs and the bytes of
// packets stay in the trace, where programs.hpp and packets.hpp read them.
#pragma once
#include <array>
#include <cstdint>

#include "explorer/model/event.hpp"
#include "kernel/abi/downloads.hpp"
#include "kernel/abi/memory_layout.hpp"

namespace exo::model {

struct DownloadPageState {
  std::uint32_t frame = abi::kNoFrame;  ///< kNoFrame: none
  std::uint32_t generation = 0;         ///< the frame's when the page was given
  bool writable = false;
  friend bool operator==(const DownloadPageState&, const DownloadPageState&) = default;
};

/// A download by its number. One that is gone keeps its figures until the number is used again.
struct DownloadState {
  EventNumber offered = 0;                           ///< the event that began the attempt: its text follows there
  abi::DownloadKind kind = abi::DownloadKind::None;  ///< None: nothing is known of it
  std::uint8_t owner = 0;
  bool installed = false;
  bool asked = false;        ///< its owner is asked to give it back
  std::uint8_t filter = 0;   ///< of a handler: the claim or filter that it belongs to
  std::uint8_t handler = 0;  ///< of a claim or filter
  std::uint8_t order = 0;    ///< of an eBPF filter
  std::uint8_t removed = 0;  ///< abi::Reason
  std::uint32_t generation = 1;
  std::uint32_t offer = 0;
  std::uint32_t calls = 0;
  std::uint32_t last_result = 0, last_ticks = 0, last_packet = 0;
  std::uint32_t changed = 0;  ///< event number, low 32 bits
  std::uint64_t ticks = 0;
  std::uint64_t copied = 0;  ///< bytes into its owner's memory
  std::array<DownloadPageState, abi::kDownloadPages> pages{};
};

/// The attempt that is under way: there is only one at any time.
struct OfferState {
  EventNumber event = 0;  ///< 0: none yet
  std::uint32_t offer = 0;
  abi::DownloadKind kind = abi::DownloadKind::None;
  std::uint32_t count = 0;
  std::uint8_t owner = 0;
};

enum class Fate : std::uint8_t { Arrived, Claimed, Delivered, Handled, Dropped };

/// A packet that came from the wire.
struct PacketState {
  EventNumber arrived = 0;  ///< its bytes follow there; 0: unused
  Ticks at = 0;
  Ticks answered_at = 0;
  std::uint32_t number = 0, bytes = 0;
  std::uint32_t spent = 0;     ///< ticks, to find out whose it is
  std::uint32_t answered = 0;  ///< number of the packet that was sent for it
  std::uint16_t ring = abi::kNoDownloadPage;
  std::uint8_t filter = 0, owner = 0;
  Fate fate = Fate::Arrived;
  std::uint8_t reason = 0;  ///< abi::Reason, when dropped
};

/// A packet that was sent.
struct SentState {
  EventNumber event = 0;  ///< its bytes follow there; 0: unused
  Ticks at = 0;
  std::uint32_t number = 0, bytes = 0, answers = 0;
  std::uint8_t handler = 0, owner = 0;
};

inline constexpr std::size_t kPacketsKept = 48;

struct WireState {
  std::uint64_t arrived = 0, claimed = 0, delivered = 0, handled = 0, dropped = 0, sent = 0;
  std::array<PacketState, kPacketsKept> packets{};  ///< by number, modulo kPacketsKept
  std::array<SentState, kPacketsKept> sents{};      ///< the same
  EventNumber tree = 0;                             ///< event that announced the tree of claims; 0: none yet
  std::uint32_t nodes = 0, edges = 0, words = 0;    ///< of that tree
  bool tree_stale = false;                          ///< claims came or went since
};

}  // namespace exo::model
