// Conditions that a library OS relies on. One that does not hold ends the program with a note (AssertionFailed) that
// names the line and the instruction, and a line of text; `exoscope run` and the window then show the stack.
#pragma once
#include <stdint.h>

namespace exo::libos {

/// Says where, and ends the program. `name` and `line` are of the source file.
[[noreturn]] void assertion_failed(const char* file, uint32_t line);

/// Ends the program unless the condition holds. Costs a compare and a branch.
inline void check(bool condition, const char* file = __builtin_FILE(), uint32_t line = __builtin_LINE()) {
  if (!condition) [[unlikely]]
    assertion_failed(file, line);
}

}  // namespace exo::libos
