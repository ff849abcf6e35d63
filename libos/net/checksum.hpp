// The Internet checksum (RFC 1071): the one's complement of the one's complement sum of 16-bit words. A range that
// holds its own right checksum sums up to 0xffff.
#pragma once
#include "libos/net/bytes.hpp"

namespace exo::net {

/// Adds a range to a sum. An odd last byte counts as the upper half of a word.
inline uint32_t add_to_sum(uint32_t sum, const uint8_t* from, uint32_t bytes) {
  for (uint32_t i = 0; i + 1 < bytes; i += 2) sum += load16(from + i);
  if ((bytes & 1) != 0) sum += uint32_t(from[bytes - 1]) << 8;
  return sum;
}
inline uint32_t folded(uint32_t sum) {
  sum = (sum & 0xffff) + (sum >> 16);
  return (sum & 0xffff) + (sum >> 16);
}
/// Of at most 64 KiB.
inline uint32_t checksum(uint32_t sum) { return ~folded(sum) & 0xffff; }

}  // namespace exo::net
