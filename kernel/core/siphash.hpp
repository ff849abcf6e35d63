// SipHash-2-4 (J.-P. Aumasson and D. J. Bernstein, "SipHash: a fast short-input PRF", 2012) of messages of a few words.
// Freestanding and the same on host and guest, so that the published vectors test what the kernel runs.
#pragma once
#include <stdint.h>

namespace exo::kernel {

struct SipKey {
  uint64_t k0, k1;
};

namespace siphash_detail {
constexpr uint64_t rotate(uint64_t x, int n) { return (x << n) | (x >> (64 - n)); }

struct SipState {
  uint64_t v0, v1, v2, v3;
  constexpr void round() {
    v0 += v1, v1 = rotate(v1, 13), v1 ^= v0, v0 = rotate(v0, 32);
    v2 += v3, v3 = rotate(v3, 16), v3 ^= v2;
    v0 += v3, v3 = rotate(v3, 21), v3 ^= v0;
    v2 += v1, v1 = rotate(v1, 17), v1 ^= v2, v2 = rotate(v2, 32);
  }
  constexpr void absorb(uint64_t word) {
    v3 ^= word;
    round(), round();
    v0 ^= word;
  }
};
}  // namespace siphash_detail

/// `bytes` long message in little-endian 64-bit words, zero-filled to a multiple of 8 bytes.
constexpr uint64_t siphash24(const SipKey& key, const uint64_t* words, uint32_t bytes) {
  siphash_detail::SipState s{key.k0 ^ 0x736f6d6570736575ull, key.k1 ^ 0x646f72616e646f6dull,
                             key.k0 ^ 0x6c7967656e657261ull, key.k1 ^ 0x7465646279746573ull};
  for (uint32_t i = 0; i < bytes / 8; ++i) s.absorb(words[i]);
  const uint64_t tail = bytes % 8 ? words[bytes / 8] : 0;
  s.absorb(tail | (uint64_t(bytes) << 56));
  s.v2 ^= 0xff;
  for (int i = 0; i < 4; ++i) s.round();
  return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

}  // namespace exo::kernel
