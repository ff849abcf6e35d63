// What the arbiter asks of the swap server, by protected control transfer. The server obeys nobody else: it asks the
// kernel's word for who calls.
#pragma once
#include <stdint.h>

namespace exo::libos {

enum class SwapCall : uint32_t {
  Keep = 1,       ///< word 1: an environment that has submitted itself. Answer: status, frames used for it
  BringBack = 2,  ///< word 1: one that is kept. Answer: status
};

inline constexpr uint32_t kArbiter = 1;  ///< the first program's number

}  // namespace exo::libos
