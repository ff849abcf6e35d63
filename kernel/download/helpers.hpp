// What downloaded code can call (helpers.def), and where the compiler finds it.
#pragma once
#include "kernel/download/compiler.hpp"

namespace exo::kernel::download {

#define HELPER(number, name, one, two, three, kinds, cost, text) +1
inline constexpr uint32_t kHelpers = 1
#include "kernel/abi/helpers.def"
    ;
#undef HELPER

/// A verified program with everything that the compiler needs to know of the kernel.
[[nodiscard]] Source source_of(const Instruction* program, uint32_t count, const uint8_t* facts, uint32_t stack_bytes);

}  // namespace exo::kernel::download
