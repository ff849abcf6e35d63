// Installed downloads: a secure binding each, made by showing capabilities when it was downloaded and used without a
// check from then on. It ends when its owner gives it back or is destroyed, when it is taken by force, or when a frame
// that it uses, or the filter that it belongs to, is gone.
#pragma once
#include "kernel/abi/downloads.hpp"
#include "kernel/core/exposed.hpp"
#include "kernel/core/result.hpp"
#include "kernel/download/program.hpp"

namespace exo::kernel {

using download::DownloadKind;

namespace downloads {

inline abi::DownloadInfo& info(uint32_t number) { return exposed().downloads[number]; }
inline DownloadKind kind_of(uint32_t number) { return DownloadKind(info(number).kind); }
[[nodiscard]] inline bool exists(uint32_t number) {
  return number != 0 && number < abi::kMaxDownloads && info(number).kind != 0;
}
[[nodiscard]] inline bool is_owned(uint32_t number, uint32_t owner) {
  return exists(number) && info(number).owner == owner;
}
/// A claim or a filter: what packets can belong to.
[[nodiscard]] inline bool takes_packets(uint32_t number) {
  return kind_of(number) == DownloadKind::Claim || kind_of(number) == DownloadKind::Filter;
}

void initialise();

/// A free number, or 0.
[[nodiscard]] uint32_t free_number();

/// What is known when everything has been checked.
struct Installation {
  DownloadKind kind;
  uint32_t owner, offer;
  uint32_t link;  ///< handlers: their filter; eBPF filters: their order
  uint32_t longest;
  const uint32_t* code;  ///< nullptr: none of its own
  uint32_t words;
  uint32_t memory_bytes;               ///< of a computation
  uint32_t page[abi::kDownloadPages];  ///< frames, or kNoFrame
  bool writable[abi::kDownloadPages];
};
void install(uint32_t number, const Installation& installation);
/// What a computation was verified for.
[[nodiscard]] uint32_t memory_bytes(uint32_t number);

void remove(uint32_t number, abi::Reason reason);
/// An environment is being destroyed.
void take_back(uint32_t owner);
/// Capabilities for the wire are dead: so are the claims and filters made with them.
void take_back_wire();
/// A download may use this frame: bit n of word w is for frame 32 * w + n. Looked at on every abort.
extern uint32_t watched[abi::kFrameCount / 32];
[[nodiscard]] inline bool may_use(uint32_t frame) { return (watched[frame / 32] >> frame % 32 & 1) != 0; }
/// Every binding on such a frame is being broken: what uses it goes, too.
void forget_frame(uint32_t frame);

[[nodiscard]] bool under_revocation(uint32_t number);
void set_under_revocation(uint32_t number, bool under);
/// Kills every capability for it.
void revoke_all(uint32_t number);

/// The eBPF filters in their order.
struct Filters {
  uint32_t count;
  uint8_t number[abi::kMaxDownloads];
};
const Filters& filters();
[[nodiscard]] bool has_order(uint32_t order);
/// Instructions that all of them together may take.
[[nodiscard]] uint32_t longest_of_filters();

/// Shows them for the audit; returns how many.
uint32_t show();

}  // namespace downloads
}  // namespace exo::kernel
