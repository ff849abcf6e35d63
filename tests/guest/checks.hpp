// Checks of a guest test program. A check that fails is a note in the trace (CheckFailed: line, got, wanted), one that
// holds is counted; the scenario beside the program expects no failure and the exact number of checks, so a program
// that stops half way fails too.
#pragma once
#include <stdint.h>

#include "libos/base/note.hpp"
#include "libos/base/upcalls.hpp"

namespace exo::trials {

using libos::Capability;
using libos::Note;
using libos::Status;
namespace call = libos::call;

inline uint32_t passed = 0;

inline void check(uint32_t line, uint32_t got, uint32_t wanted) {
  if (got == wanted)
    ++passed;
  else
    libos::note(Note::CheckFailed, line, got, wanted);
}
#define CHECK_EQUAL(got, wanted) ::exo::trials::check(__LINE__, uint32_t(got), uint32_t(wanted))
#define CHECK_STATUS(result, wanted) CHECK_EQUAL((result).status, ::exo::libos::Status::wanted)

[[noreturn]] inline void finish() {
  libos::note(Note::CheckPassed, passed);
  libos::leave(0);
}

/// A page of virtual memory of the trial's own. Its STLB slot is not that of the program or the environment page: a
/// trial has no page table from which a displaced binding would come back.
inline constexpr uint32_t kPage = 0x2002'c000;
inline volatile uint32_t& word_at(uint32_t address) { return *reinterpret_cast<volatile uint32_t*>(address); }
inline uint32_t vpn(uint32_t address) { return libos::page_number(address); }

}  // namespace exo::trials
