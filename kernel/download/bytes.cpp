#include "kernel/download/bytes.hpp"

#include "kernel/core/deadlines.hpp"

namespace exo::kernel::bytes {

namespace {
constexpr uint32_t kStretch = 256;  // bytes between looks at the deadlines

constexpr uint32_t kAtOnce = 8;  // words in one round of a loop

// A word that need not be aligned: two instructions to load, two to store.
struct [[gnu::packed]] Unaligned {
  uint32_t value;
};
struct Aligned {
  uint32_t value;
};

enum class Do : uint8_t { Copy, Sum, Both };

// Words from `from` on; the sum is of words, with their carries: folding makes it the sum of halfwords.
template <Do What, class Word, uint32_t words>
[[gnu::always_inline]] inline uint32_t take(uint8_t* to, const uint8_t* from, uint32_t sum) {
  const auto* const source = reinterpret_cast<const Word*>(from);
#pragma clang loop unroll(full)
  for (uint32_t i = 0; i < words; ++i) {
    const uint32_t word = source[i].value;
    if constexpr (What != Do::Sum) reinterpret_cast<Word*>(to)[i].value = word;
    if constexpr (What != Do::Copy) {
      sum += word;
      sum += sum < word ? 1 : 0;
    }
  }
  return sum;
}

template <Do What, class Word>
uint32_t pass(uint8_t* to, const uint8_t* from, uint32_t count) {
  constexpr uint32_t kBlock = kAtOnce * sizeof(Word);
  static_assert(kStretch % kBlock == 0);
  uint32_t sum = 0;
  for (uint32_t done = kBlock; count >= kBlock; count -= kBlock, from += kBlock, to += kBlock, done += kBlock) {
    sum = take<What, Word, kAtOnce>(to, from, sum);
    if (done % kStretch == 0) deadlines::poll();
  }
  for (; count >= sizeof(Word); count -= sizeof(Word), from += sizeof(Word), to += sizeof(Word))
    sum = take<What, Word, 1>(to, from, sum);
  for (uint32_t i = 0; i < count; ++i) {
    if constexpr (What != Do::Sum) to[i] = from[i];
    const uint32_t part = uint32_t(from[i]) << 8 * i;
    if constexpr (What != Do::Copy) sum += part, sum += sum < part ? 1 : 0;
  }
  sum = (sum & 0xffff) + (sum >> 16);
  return (sum & 0xffff) + (sum >> 16);
}

template <Do What>
uint32_t pass(uint8_t* to, const uint8_t* from, uint32_t count) {
  const bool aligned = ((reinterpret_cast<uintptr_t>(to) | reinterpret_cast<uintptr_t>(from)) & 3) == 0;
  return aligned ? pass<What, Aligned>(to, from, count) : pass<What, Unaligned>(to, from, count);
}
}  // namespace

void copy(uint8_t* to, const uint8_t* from, uint32_t count) { (void)pass<Do::Copy>(to, from, count); }
uint32_t checksum(const uint8_t* from, uint32_t count) { return pass<Do::Sum>(nullptr, from, count); }
uint32_t copy_checksum(uint8_t* to, const uint8_t* from, uint32_t count) { return pass<Do::Both>(to, from, count); }

uint32_t word_at(const uint8_t* from, uint32_t left) {
  if (left >= sizeof(Unaligned)) return reinterpret_cast<const Unaligned*>(from)->value;
  uint32_t word = 0;
  for (uint32_t i = 0; i < left; ++i) word |= uint32_t(from[i]) << 8 * i;
  return word;
}

}  // namespace exo::kernel::bytes
