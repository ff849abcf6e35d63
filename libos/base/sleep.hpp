// What a sleeping environment waits for lies in its own environment page, where the predicates of this folder find it.
// Included by those, too, which have no system calls.
#pragma once
#include <stdint.h>

namespace exo::libos {

/// Offset in the environment page, in the part that is the library OS's own.
inline constexpr uint32_t kSleepOffset = 0x800;

struct Sleep {
  uint32_t due;   ///< time_reached: time of the machine, in ticks
  uint32_t seen;  ///< word_changed: what the word was when it was looked at last
};

}  // namespace exo::libos
