// How the benchmark programs measure: inside the machine, with the clock that the kernel lets programs read (CP0 Count,
// which counts every 6 ns; an instruction takes 32 ns). A figure is the median of single samples, each with what the
// same code costs without the primitive subtracted, so neither a timer tick nor a cold TLB counts.
#pragma once
#include <stdint.h>

#include "libos/base/note.hpp"
#include "libos/base/upcalls.hpp"

namespace exo::bench {

enum class Figure : uint32_t {
#define FIGURE(number, name, method) name = number,
#include "kernel/abi/figures.def"
#undef FIGURE
};

/// The clock. One instruction, and the compiler moves no memory access across it.
inline uint32_t clock() {
  uint32_t ticks;
  asm volatile("rdhwr %0, $2" : "=r"(ticks) : : "memory");
  return ticks;
}

/// Ticks of many samples of one thing.
class Samples {
 public:
  static constexpr uint32_t kMost = 101;

  void add(uint32_t ticks) {
    if (count_ < kMost) ticks_[count_++] = ticks;
  }
  [[nodiscard]] uint32_t count() const { return count_; }
  /// The middle one; sorts.
  [[nodiscard]] uint32_t median();
  void clear() { count_ = 0; }

 private:
  uint32_t ticks_[kMost];
  uint32_t count_ = 0;
};

/// Puts a figure into the trace: ticks for `times` of it, as hundredths of an instruction.
void report(Figure figure, uint32_t ticks, uint32_t times = 1, uint32_t samples = Samples::kMost);

/// Ticks that `body` takes, the median of many times, with nothing subtracted.
template <class Body>
uint32_t median_of(const Body& body) {
  static Samples samples;
  samples.clear();
  for (uint32_t i = 0; i < Samples::kMost; ++i) samples.add(body());
  return samples.median();
}

/// What two reads of the clock cost by themselves: one instruction.
uint32_t clock_cost();

/// Ticks of one instruction, rounded: the call instruction, where a figure is of the kernel's instructions alone.
inline constexpr uint32_t kCallItself = 5;

}  // namespace exo::bench
