#include "kernel/download/code_memory.hpp"

#include "kernel/abi/memory_layout.hpp"
#include "kernel/arch/mips/processor.hpp"

namespace exo::kernel::code_memory {

namespace {
constexpr uint32_t kBlocks = abi::kCodeBytes / kBlockBytes;
constexpr uint32_t kBits = 32;
uint32_t taken[kBlocks / kBits];  // bit n of word w: block 32 * w + n

bool is_taken(uint32_t block) { return (taken[block / kBits] >> block % kBits & 1) != 0; }
uint32_t blocks_of(uint32_t words) { return (4 * words + kBlockBytes - 1) / kBlockBytes; }
}  // namespace

uint32_t* allocate(uint32_t words) {
  const uint32_t wanted = blocks_of(words);
  uint32_t run = 0;
  for (uint32_t block = 0; block < kBlocks; ++block) {
    if (block % kBits == 0 && taken[block / kBits] == ~0u) {
      run = 0;
      block += kBits - 1;
      continue;
    }
    run = is_taken(block) ? 0 : run + 1;
    if (run != wanted) continue;
    const uint32_t first = block + 1 - wanted;
    for (uint32_t b = first; b <= block; ++b) taken[b / kBits] |= 1u << b % kBits;
    return physical<uint32_t>(abi::kCodePhysical + first * kBlockBytes);
  }
  return nullptr;
}

void release(const uint32_t* code, uint32_t words) {
  const uint32_t first =
      (reinterpret_cast<uint32_t>(code) - reinterpret_cast<uint32_t>(physical<uint32_t>(abi::kCodePhysical))) /
      kBlockBytes;
  for (uint32_t b = first; b < first + blocks_of(words); ++b) taken[b / kBits] &= ~(1u << b % kBits);
}

}  // namespace exo::kernel::code_memory
