// Least recently used: what was not used for longest will not be used soon. A guess, and a good one for programs that
// come back to what they have just used.
#include "libos/vm/replacement.hpp"

namespace exo::libos::vm {

uint32_t choose_victim(const FrameSlot* frames, uint32_t count) {
  uint32_t victim = 0;
  for (uint32_t i = 1; i < count; ++i)
    if (frames[i].last_used < frames[victim].last_used) victim = i;
  return victim;
}

}  // namespace exo::libos::vm
