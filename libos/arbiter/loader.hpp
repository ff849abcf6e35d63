// Makes environments out of the entries of the manifest: program, environment page, slices. First all are built, then
// all are started, so that none has run before another exists. Invariant: whatever fails, the environment is destroyed
// again and no frame stays behind.
#pragma once
#include "kernel/abi/boot_manifest.hpp"
#include "libos/base/syscall.hpp"

namespace exo::libos {

/// Where a frame is bound to the arbiter while it is filled. No page of the archive may share its STLB slot, or reading
/// the archive would displace it.
inline constexpr uint32_t kFillAddress = 0x22f1'0000;

struct Building {
  Capability environment{};
  uint32_t number = 0;
  uint32_t frames = 0;  ///< given to it so far; also the next free slot for a guaranteed mapping
  uint32_t entry = 0;   ///< address of the first instruction
  uint32_t stack = 0;   ///< end of the last segment
  uint32_t slices = 0;  ///< given to it so far
};

/// Builds the environment that a manifest entry wants. Not Ok: there is none, and a refusal was noted.
Status build_environment(const abi::ManifestEntry& entry, Building& building);

/// Gives it the slices whose positions its entry names. To be called for all before any is started: there may be no
/// room elsewhere for those of others then. Not Ok: it was destroyed, and a refusal was noted.
Status give_positions(const abi::ManifestEntry& entry, Building& building);
/// Gives it the rest of its slices and makes it ready to run. Not Ok: likewise.
Status start_environment(const abi::ManifestEntry& entry, const Building& building);

}  // namespace exo::libos
