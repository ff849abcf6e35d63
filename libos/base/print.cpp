// Console output goes into the trace, so it is in order with everything else that happened.
#include "libos/base/note.hpp"

namespace exo::libos {

void print(const char* text) {
  uint32_t bytes = 0;
  while (text[bytes] != 0 && bytes < 256) ++bytes;
  (void)call::console_write(text, bytes);
}

}  // namespace exo::libos
