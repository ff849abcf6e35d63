// Random numbers from a seed: the same seed makes the same calls, so a failure can be made again.
#pragma once
#include <stdint.h>

namespace exo::fuzzer {

/// A good spread of nearby seeds (splitmix32's finaliser).
constexpr uint32_t mix(uint32_t x) {
  x = (x + 0x9e37'79b9) ^ (x >> 16);
  x *= 0x21f0'aaad;
  x = (x ^ (x >> 15)) * 0x735a'2d97;
  return x ^ (x >> 15);
}

class Random {
 public:
  void seed(uint32_t value) { state_ = mix(value) | 1; }
  uint32_t word() {               // xorshift32 (G. Marsaglia, 2003)
    if (state_ == 0) state_ = 1;  // a wild store of the fuzzer's own may have hit it
    state_ ^= state_ << 13;
    state_ ^= state_ >> 17;
    state_ ^= state_ << 5;
    return state_;
  }
  uint32_t below(uint32_t limit) { return uint32_t((uint64_t(word()) * limit) >> 32); }
  bool chance(uint32_t percent) { return below(100) < percent; }
  template <class T, uint32_t n>
  T pick(const T (&values)[n]) {
    return values[below(n)];
  }

 private:
  uint32_t state_ = 1;
};

}  // namespace exo::fuzzer
