// A file of programs to be tried: the host writes it into the boot archive, libos/bpf_runner reads it.
#pragma once
#include <stdint.h>

#include "memory_layout.hpp"

namespace exo::abi {

inline constexpr char kBatchFile[] = "programs";

/// One program: this, its memory, padded to words with zeros, its instructions. Then the next.
struct BatchProgram {
  uint32_t memory_bytes;  ///< at most a page
  uint32_t instructions;
};

/// The memory afterwards, word by word, and some words behind it that must still be 0, in one number.
inline constexpr uint32_t kBatchHashStart = 0x811c'9dc5;
constexpr uint32_t batch_hash(uint32_t hash, uint32_t word) { return (hash ^ word) * 0x0100'0193; }
constexpr uint32_t hashed_batch_bytes(uint32_t memory_bytes) {
  constexpr uint32_t kBehind = 64;
  const uint32_t end = ((memory_bytes + 3) & ~3u) + kBehind;
  return end < kPageSize ? end : kPageSize;
}

}  // namespace exo::abi
