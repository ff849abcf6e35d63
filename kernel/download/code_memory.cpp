#include "kernel/download/code_memory.hpp"

#include "kernel/abi/memory_layout.hpp"
#include "kernel/arch/mips/processor.hpp"

namespace exo::kernel::code_memory {

using download::Progress;

namespace {
constexpr uint32_t kBlocks = abi::kCodeBytes / kBlockBytes;
constexpr uint32_t kBits = 32;
uint32_t taken[kBlocks / kBits];  // bit n of word w: block 32 * w + n

bool is_taken(uint32_t block) { return (taken[block / kBits] >> block % kBits & 1) != 0; }
uint32_t blocks_of(uint32_t words) { return (4 * words + kBlockBytes - 1) / kBlockBytes; }
}  // namespace

void Search::start(uint32_t words) {
  wanted_ = blocks_of(words);
  word_ = run_ = 0;
  room_ = nullptr;
}

Progress Search::step() {
  if (word_ == kBlocks / kBits) return Progress::Refused;
  const uint32_t word = word_++;
  if (taken[word] == ~0u) {
    run_ = 0;
    return Progress::More;
  }
  for (uint32_t block = word * kBits; block < word_ * kBits; ++block) {
    run_ = is_taken(block) ? 0 : run_ + 1;
    if (run_ != wanted_) continue;
    const uint32_t first = block + 1 - wanted_;
    for (uint32_t b = first; b <= block; ++b) taken[b / kBits] |= 1u << b % kBits;
    room_ = physical<uint32_t>(abi::kCodePhysical + first * kBlockBytes);
    return Progress::Done;
  }
  return Progress::More;
}

void release(const uint32_t* code, uint32_t words) {
  const uint32_t first =
      (reinterpret_cast<uint32_t>(code) - reinterpret_cast<uint32_t>(physical<uint32_t>(abi::kCodePhysical))) /
      kBlockBytes;
  for (uint32_t b = first; b < first + blocks_of(words); ++b) taken[b / kBits] &= ~(1u << b % kBits);
}

}  // namespace exo::kernel::code_memory
