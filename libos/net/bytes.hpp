// Numbers as the network has them: most significant byte first, at any address.
#pragma once
#include <stdint.h>

namespace exo::net {

inline uint32_t load16(const uint8_t* at) { return uint32_t(at[0]) << 8 | at[1]; }
inline uint32_t load32(const uint8_t* at) { return load16(at) << 16 | load16(at + 2); }
inline void store16(uint8_t* at, uint32_t value) {
  at[0] = uint8_t(value >> 8);
  at[1] = uint8_t(value);
}
inline void store32(uint8_t* at, uint32_t value) {
  store16(at, value >> 16);
  store16(at + 2, value);
}
inline void copy(uint8_t* to, const uint8_t* from, uint32_t bytes) {
  for (uint32_t i = 0; i < bytes; ++i) to[i] = from[i];
}

}  // namespace exo::net
