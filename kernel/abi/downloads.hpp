// Downloaded code: what a library OS hands to the kernel to be verified, compiled and run in the kernel, what it says
// of it, and what the code finds when it runs.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "bpf.hpp"
#include "machine.hpp"
#include "memory_layout.hpp"

namespace exo::abi {

/// What a download is for. Numbers of downloads are 1 to kMaxDownloads - 1.
enum class DownloadKind : uint32_t {
  None = 0,
  Claim = 1,      ///< a packet filter written as comparisons: merged with the other claims and compiled with them
  Filter = 2,     ///< a packet filter in eBPF: asked, in their order, about packets that no claim matches; not 0: mine
  Handler = 3,    ///< an application-specific handler: runs when a packet of its owner's filter arrives
  Predicate = 4,  ///< a condition that its owner sleeps on (system call wait); not 0: wake it
  Computation = 5,  ///< run on the caller's own memory by the system call code_run
};
inline constexpr uint32_t kDownloadKinds = 6;
inline constexpr uint32_t kMaxDownloads = 128;
inline constexpr uint32_t kMostComparisons = 16;
inline constexpr uint32_t kMostClaimWords = 16;  ///< into which they reach; words of a packet begin at its byte 2
inline constexpr uint32_t kDownloadPages = 2;
inline constexpr uint32_t kMostFilterOrder = 255;

/// The most guest instructions that one run of each kind may take on its longest path, which the verifier works out
/// from above. Work that a helper does for every byte is not in it: kMostHelperBytes bounds that.
constexpr uint32_t run_budget(DownloadKind kind) {
  constexpr uint32_t budgets[kDownloadKinds] = {0, 0, 512, 1024, 128, 32'768};
  return uint32_t(kind) < kDownloadKinds ? budgets[uint32_t(kind)] : 0;
}

/// All eBPF filters together: a packet that no claim matches is shown to one after another.
inline constexpr uint32_t kFiltersBudget = 4096;

/// One comparison of a claim: the field of 1, 2 or 4 bytes at `offset`, read in network order, and `mask` (not 0), is
/// `value`. A packet that ends before the last byte that the mask selects does not match. A claim is all of its
/// comparisons; one without any is on every packet.
struct Comparison {
  uint16_t offset;
  uint8_t bytes;
  uint8_t reserved;  ///< 0
  uint32_t mask;
  uint32_t value;
  uint32_t reserved1;  ///< 0
};
static_assert(sizeof(Comparison) == 16);

/// Argument of code_download. Addresses are of the caller's memory, word aligned; 0: none.
struct DownloadRequest {
  uint32_t kind;     ///< DownloadKind
  uint32_t program;  ///< address of its instructions, or of a claim's comparisons
  uint32_t count;    ///< of these
  uint32_t device;   ///< claims and filters: address of a capability for the wire, right Use
  /// Addresses of capabilities for frames. Of a claim or filter: [0] the frame for its packets (PacketRing), right
  /// Write. Of a handler or predicate: pages that it reads, and writes where the capability allows it; a predicate
  /// never writes.
  uint32_t page[kDownloadPages];
  uint32_t outer;   ///< claims within another environment's: address of a capability for that one, right Narrow
  uint32_t filter;  ///< handlers: the caller's claim or filter whose packets it handles
  uint32_t order;   ///< filters: place among the filters, 0 to kMostFilterOrder; each only once
  uint32_t bytes;   ///< computations: size of the memory that it will be run on, at most a page
};
static_assert(sizeof(DownloadRequest) == 40);

/// What code_download writes back, whether it accepted or refused the program.
struct DownloadAnswer {
  uint32_t verdict;                      ///< verdicts.def
  uint32_t instruction;                  ///< the refused one
  uint32_t detail;                       ///< what it did wrong: see the verdict
  uint32_t longest;                      ///< guest instructions on its longest path, from above
  uint32_t looked_at;                    ///< instructions that the verifier looked at, on all paths
  uint32_t verify_ticks, compile_ticks;  ///< spent on it (6 ns each)
  uint32_t words;                        ///< of machine code
};
static_assert(sizeof(DownloadAnswer) == 32);

/// r1 of a filter, handler or predicate points here. Pointers are 64-bit fields, as eBPF has them; the program may read
/// it.
struct DownloadContext {
  uint64_t data;      ///< first byte of the packet (its Ethernet header)
  uint64_t data_end;  ///< one past its last byte; the program must compare with it before it reads the packet
  uint64_t page[kDownloadPages];  ///< the pages of the request, kPageSize bytes each
  uint64_t clock;                 ///< ticks since boot (6 ns), modulo 2^32, when the run began
};
static_assert(sizeof(DownloadContext) == 40 && offsetof(DownloadContext, clock) == 32);

// A handler's result.
inline constexpr uint32_t kHandlerConsumed = 0;  ///< it has dealt with the packet
inline constexpr uint32_t kHandlerPass = 1;      ///< the packet goes into the ring as if there were no handler

// Packets.
inline constexpr uint32_t kMostPacketBytes = 1514;  ///< an Ethernet frame without its check sequence
inline constexpr uint32_t kLeastPacketBytes = 14;

/// How many bytes all helpers together touch in one run of a handler: enough to copy a packet, to sum it up and to send
/// one. A call that would go beyond it does nothing, and its result is 0.
inline constexpr uint32_t kMostHelperBytes = 3 * kMostPacketBytes;

/// A frame into which the kernel puts an environment's packets. `space` is used as a ring of words: a packet is the
/// word number << 16 | bytes, then its bytes, padded to words; it never wraps: a word of all ones sends the reader back
/// to 0. The kernel writes `head` and `dropped`; the reader writes `tail`. Both count in words from the start of
/// `space`; equal: empty. The kernel trusts nothing here.
inline constexpr uint32_t kRingWords = 1016;
inline constexpr uint32_t kRingWrap = 0xffff'ffff;
struct PacketRing {
  uint32_t head, tail;
  uint32_t dropped;    ///< packets that found no room
  uint32_t delivered;  ///< packets ever put here
  uint32_t reserved[4];
  uint32_t space[kRingWords];
};
static_assert(sizeof(PacketRing) == kPageSize);

/// The wire as the host sees it: packets that it injects lie here, each at an offset that is 2 more than a multiple of
/// 4, so that an IP header is word aligned. Never overwritten: a session that has filled it can inject no more.
inline constexpr uint32_t kPacketStoreBytes = 0x000e'0000;

/// A download as any environment may read it (exposed.hpp).
struct DownloadInfo {
  uint8_t kind;    ///< DownloadKind; None: free
  uint8_t owner;   ///< environment
  uint8_t filter;  ///< of a handler: its filter; of a filter: its handler, or 0
  uint8_t order;   ///< of an eBPF filter
  uint32_t generation;
  uint32_t calls;  ///< times that it has run; of a claim: packets that it claimed
  uint32_t ticks;  ///< spent in it, modulo 2^32
  uint32_t longest;
  uint16_t page[kDownloadPages];  ///< frames, or kNoDownloadPage
  uint32_t code;                  ///< physical address of its machine code; 0 for a claim
  uint32_t words;                 ///< of machine code
};
static_assert(sizeof(DownloadInfo) == 32);
inline constexpr uint16_t kNoDownloadPage = 0xffff;

}  // namespace exo::abi
