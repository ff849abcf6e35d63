// What it takes to compile and run a tree of claims in user mode: pages for the tree and its code (data pages can be
// executed), in place of the kernel's own. Used by the trial and by the benchmark.
#pragma once
#include "kernel/download/tree_compiler.hpp"
#include "libos/base/upcalls.hpp"
#include "libos/base/windows.hpp"

namespace exo::libos {

struct ClaimMemory {
  alignas(4) uint8_t packet[2 + abi::kMostPacketBytes];  ///< the packet begins 2 bytes past a word
  kernel::download::Claim claims[abi::kMaxDownloads];
  kernel::download::Tree tree;
  kernel::download::TreeBuilder builder;
  kernel::download::TreeCompiler compiler;
  uint32_t words[4096];
};
static_assert(sizeof(ClaimMemory) <= kWindows * abi::kPageSize);
inline constexpr uint32_t kClaimMemory = 0x2020'0000;
inline ClaimMemory& claim_memory() { return *reinterpret_cast<ClaimMemory*>(kClaimMemory); }

inline Status get_claim_memory() {
  for (uint32_t at = 0; at < sizeof(ClaimMemory); at += abi::kPageSize) {
    abi::Capability frame;
    if (const Result r = call::frame_allocate(abi::kAnyFrame, &frame); !r.ok()) return r.status;
    const Status bound = open_window(kClaimMemory + at, frame, abi::kBindRead | abi::kBindWrite);
    if (bound != Status::Ok) return bound;
  }
  return Status::Ok;
}

inline void forget_claims() {
  for (kernel::download::Claim& claim : claim_memory().claims) claim.count = kernel::download::kNoClaim;
}

/// Merges and compiles the claims.
inline kernel::download::Progress compile_claims() {
  using kernel::download::Progress;
  ClaimMemory& m = claim_memory();
  Progress progress;
  m.builder.start(m.tree, m.claims);
  while ((progress = m.builder.step()) == Progress::More) {
  }
  if (progress == Progress::Refused) return progress;
  m.compiler.start(m.tree, m.words, sizeof m.words / 4, reinterpret_cast<uint32_t>(m.words));
  while ((progress = m.compiler.step()) == Progress::More) {
  }
  const uint32_t code = reinterpret_cast<uint32_t>(m.compiler.code());
  for (uint32_t line = code & ~31u; line < code + 4 * m.compiler.words(); line += 32)
    asm volatile("synci 0(%0)" : : "r"(line) : "memory");
  return progress;
}

using Classify = uint32_t (*)(const uint8_t* packet, uint32_t bytes);
inline Classify compiled_claims() { return reinterpret_cast<Classify>(claim_memory().compiler.code()); }

}  // namespace exo::libos
