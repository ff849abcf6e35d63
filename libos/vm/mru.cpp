// Most recently used: what was used last will be needed last. Only the program can know that, for instance one that
// goes over its pages in a circle.
#include "libos/vm/replacement.hpp"

namespace exo::libos::vm {

uint32_t choose_victim(const FrameSlot* frames, uint32_t count) {
  uint32_t victim = 0;
  for (uint32_t i = 1; i < count; ++i)
    if (frames[i].last_used > frames[victim].last_used) victim = i;
  return victim;
}

}  // namespace exo::libos::vm
