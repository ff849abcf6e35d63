// Copying and summing packets: what helpers and the ring do for every byte. Long ones let deadlines have their turn.
#pragma once
#include <stdint.h>

namespace exo::kernel::bytes {

/// Neither address need be aligned.
void copy(uint8_t* to, const uint8_t* from, uint32_t count);

/// The Internet checksum's sum (RFC 1071) in the byte order of memory: folded to 16 bits, not inverted.
[[nodiscard]] uint32_t checksum(const uint8_t* from, uint32_t count);
/// Both in one pass.
[[nodiscard]] uint32_t copy_checksum(uint8_t* to, const uint8_t* from, uint32_t count);

/// A word at any address; beyond `left` bytes it is zero.
[[nodiscard]] uint32_t word_at(const uint8_t* from, uint32_t left);

}  // namespace exo::kernel::bytes
