// The last words of a kernel that found itself wrong. Never the answer to anything a library OS does.
#pragma once
#include <stdint.h>

namespace exo::kernel {

[[noreturn]] void panic(uint32_t where, uint32_t code);

}  // namespace exo::kernel
