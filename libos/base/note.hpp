// Notes: what a library OS says of itself in the trace. A note is a claim, not a fact, and the explorer shows it as
// one.
#pragma once
#include "libos/base/syscall.hpp"

namespace exo::libos {

using abi::Note;

inline void note(Note what, uint32_t a = 0, uint32_t b = 0, uint32_t c = 0) { (void)call::note(what, a, b, c); }

/// Says that a system call was refused, and hands the status through.
inline Status refused(Status status, abi::Syscall number) {
  note(Note::Refused, uint32_t(status), uint32_t(number));
  return status;
}

/// Prints text into the trace, at most 256 bytes a call.
void print(const char* text);

}  // namespace exo::libos
