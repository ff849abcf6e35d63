#include "kernel/download/bytes.hpp"

#include "kernel/core/deadlines.hpp"

namespace exo::kernel::bytes {

namespace {
constexpr uint32_t kStretch = 256;  // bytes between looks at the deadlines

// A word that need not be aligned: two instructions to load, two to store.
struct [[gnu::packed]] Word {
  uint32_t value;
};

enum class Do : uint8_t { Copy, Sum, Both };

// The sum is of words, with their carries; folding makes it the sum of halfwords.
template <Do What>
uint32_t pass(uint8_t* to, const uint8_t* from, uint32_t count) {
  uint32_t sum = 0;
  const auto take = [&](uint32_t word) {
    sum += word;
    sum += sum < word ? 1 : 0;
  };
  while (count >= sizeof(Word)) {
    const uint32_t stretch = (count < kStretch ? count : kStretch) & ~3u;
    for (const uint8_t* const end = from + stretch; from != end; from += sizeof(Word)) {
      const uint32_t word = reinterpret_cast<const Word*>(from)->value;
      if constexpr (What != Do::Copy) take(word);
      if constexpr (What != Do::Sum) {
        reinterpret_cast<Word*>(to)->value = word;
        to += sizeof(Word);
      }
    }
    count -= stretch;
    if (count != 0) deadlines::poll();
  }
  for (uint32_t i = 0; i < count; ++i) {
    if constexpr (What != Do::Sum) to[i] = from[i];
    if constexpr (What != Do::Copy) take(uint32_t(from[i]) << 8 * (i % 2));
  }
  sum = (sum & 0xffff) + (sum >> 16);
  return (sum & 0xffff) + (sum >> 16);
}
}  // namespace

void copy(uint8_t* to, const uint8_t* from, uint32_t count) { (void)pass<Do::Copy>(to, from, count); }
uint32_t checksum(const uint8_t* from, uint32_t count) { return pass<Do::Sum>(nullptr, from, count); }
uint32_t copy_checksum(uint8_t* to, const uint8_t* from, uint32_t count) { return pass<Do::Both>(to, from, count); }

uint32_t word_at(const uint8_t* from, uint32_t left) {
  if (left >= sizeof(Word)) return reinterpret_cast<const Word*>(from)->value;
  uint32_t word = 0;
  for (uint32_t i = 0; i < left; ++i) word |= uint32_t(from[i]) << 8 * i;
  return word;
}

}  // namespace exo::kernel::bytes
