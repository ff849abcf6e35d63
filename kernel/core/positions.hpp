// Sets of positions of the slice vector, as the bits of two words: the next one round robin and the last one are found
// in a few instructions, however many are empty.
#pragma once
#include <stdint.h>

namespace exo::kernel::slices {

constexpr uint64_t bit(uint32_t position) { return uint64_t(1) << position; }

/// The first of a set after a position, round robin: the position itself comes last. The set is not empty.
constexpr uint32_t first_after(uint64_t positions, uint32_t position) {
  const uint64_t behind = positions & ~(bit(position) | (bit(position) - 1));
  const uint64_t from = behind != 0 ? behind : positions;
  const auto low = uint32_t(from), high = uint32_t(from >> 32);
  return low != 0 ? uint32_t(__builtin_ctz(low)) : 32 + uint32_t(__builtin_ctz(high));
}

/// The highest position of a set that is not empty.
constexpr uint32_t last_of_set(uint64_t positions) {
  const auto low = uint32_t(positions), high = uint32_t(positions >> 32);
  return high != 0 ? 63 - uint32_t(__builtin_clz(high)) : 31 - uint32_t(__builtin_clz(low));
}

}  // namespace exo::kernel::slices
