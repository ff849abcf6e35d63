// Room for compiled code: unmapped memory, given out in runs of blocks.
#pragma once
#include <stdint.h>

namespace exo::kernel::code_memory {

inline constexpr uint32_t kBlockBytes = 1024;

/// The first run that has room for `words`; nullptr: none.
[[nodiscard]] uint32_t* allocate(uint32_t words);
void release(const uint32_t* code, uint32_t words);

}  // namespace exo::kernel::code_memory
