// What a fuzzer can do besides a system call with chosen arguments. Each move may end in an upcall instead of coming
// back.
#pragma once
#include <stdint.h>

namespace exo::fuzzer {

/// Makes a system call, counted. Every kCallsPerNote of them are told to the trace.
void make_call(uint32_t number, uint32_t a, uint32_t b, uint32_t c, uint32_t d);

/// One move, chosen at random.
void move();

}  // namespace exo::fuzzer
