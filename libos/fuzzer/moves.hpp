// What a fuzzer can do besides a system call with chosen arguments. Each move may end in an upcall instead of coming
// back.
#pragma once
#include <stdint.h>

namespace exo::fuzzer {

/// Makes a system call, counted. Every kCallsPerNote of them are told to the trace.
void make_call(uint32_t number, uint32_t a, uint32_t b, uint32_t c, uint32_t d);

/// One move, chosen at random.
void move();

/// Gives back all that is known of and gives itself to a server; or keeps house for one that did.
void submit(uint32_t server);
/// Something with downloaded code, packets or sleep.
void download();
void serve();

/// Gives back what a request asks for, if it is known.
void answer(uint32_t asked);

/// Enters `environment`, most of the time as an answer.
void enter(uint32_t environment);

}  // namespace exo::fuzzer
