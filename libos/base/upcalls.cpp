// Between the assembly entries and the hooks: which upcall is which, what the base answers by itself, and the program's
// start.
#include "libos/base/upcalls.hpp"

#include <stddef.h>

#include "libos/base/heap.hpp"
#include "libos/base/note.hpp"

namespace exo::libos {

using abi::ControlOp;
using abi::kAnyFrame;
using abi::Upcall;

static_assert(offsetof(abi::ExceptionContext, pc) + abi::kEnvironmentPageAddress == PAGE_EXCEPTION_PC &&
              offsetof(abi::ExceptionContext, cause) + abi::kEnvironmentPageAddress == PAGE_EXCEPTION_CAUSE &&
              offsetof(abi::ExceptionContext, address) + abi::kEnvironmentPageAddress == PAGE_EXCEPTION_ADDRESS &&
              sizeof(abi::EnvironmentPage) + abi::kEnvironmentPageAddress == PAGE_OWN);
static_assert(offsetof(abi::EnvironmentPage, interrupt) + abi::kEnvironmentPageAddress == PAGE_INTERRUPT);
static_assert(offsetof(abi::EnvironmentPage, masked) + abi::kEnvironmentPageAddress == PAGE_MASKED);
static_assert(offsetof(abi::EnvironmentPage, pending) + abi::kEnvironmentPageAddress == PAGE_PENDING);
static_assert(offsetof(abi::UpcallFrame, pc) == FRAME_PC && offsetof(abi::UpcallFrame, a0) == FRAME_A0 &&
              offsetof(abi::UpcallFrame, a3) == FRAME_A3 && offsetof(abi::UpcallFrame, kind) == FRAME_KIND &&
              offsetof(abi::UpcallFrame, was_masked) == FRAME_WAS_MASKED);
static_assert(offsetof(SavedRegisters, self) == SAVED_SELF && offsetof(SavedRegisters, pc) == SAVED_PC &&
              offsetof(SavedRegisters, sp) == SAVED_SP && offsetof(SavedRegisters, at) == SAVED_AT &&
              offsetof(SavedRegisters, a0) == SAVED_A0 && offsetof(SavedRegisters, t) == SAVED_T0 &&
              offsetof(SavedRegisters, ra) == SAVED_RA && offsetof(SavedRegisters, lo) == SAVED_LO &&
              sizeof(SavedRegisters) == SAVED_BYTES);
static_assert(uint32_t(abi::Syscall::yield) == CALL_YIELD &&
              uint32_t(abi::Syscall::upcalls_take) == CALL_UPCALLS_TAKE &&
              uint32_t(abi::Syscall::yield_to) == CALL_YIELD_TO && uint32_t(abi::Syscall::pct) == CALL_PCT &&
              uint32_t(abi::Syscall::entry_wait) == CALL_ENTRY_WAIT);

namespace {
volatile bool hung = false;
uint32_t answered = 0;
uint32_t repossessions_read = 0;

/// Reads what is new in the repossession vector. The vector is a ring: what was overwritten before it was read is lost.
void read_repossessions() {
  const uint32_t written = environment().repossessed;
  if (written - repossessions_read > abi::kRepossessions) repossessions_read = written - abi::kRepossessions;
  for (; repossessions_read != written; ++repossessions_read) {
    const auto& entry = environment().repossession[repossessions_read % abi::kRepossessions];
    on_repossessed({entry.request, entry.frame, entry.generation, entry.saved_to});
  }
}

void message(uint32_t operation, uint32_t a, uint32_t b) {
  switch (ControlOp(operation)) {
    case ControlOp::Hang:
      hung = true;
      return note(Note::Hung);
    case ControlOp::Wake:
      hung = false;
      note(Note::Woken);
      return read_repossessions();
    case ControlOp::Key:
      return note(Note::Key, a);
    default:
      return on_message(operation, a, b);
  }
}

void revoke(uint32_t request, uint32_t frame, uint32_t microseconds) {
  if (request == answered) return;  // the demand crossed the answer
  if (hung) return note(Note::Ignored, frame);
  if (abi::asks_for_slice(frame)) return on_revoke_slice(request, frame, microseconds);
  if (abi::asks_for_download(frame)) return on_revoke_download(request, frame & 0xffff, microseconds);
  on_revoke(request, frame, microseconds);
}
}  // namespace

bool is_hung() { return hung; }

void wait_while_hung() {
  while (hung) {
  }
}

bool has_unread_losses() { return environment().repossessed != repossessions_read; }

void mark_answered(uint32_t request) { answered = request; }

void fail(uint32_t where, uint32_t got, uint32_t wanted) {
  note(Note::CheckFailed, where, got, wanted);
  leave(1);
}

void leave(uint32_t code) {
  for (;;) (void)call::exit(code);
}

}  // namespace exo::libos

using namespace exo::libos;

extern "C" {

/// The slice is over: the way out of the upcall yields (upcall_entry.S).
uint32_t exo_yield_due = 0;

extern char exo_exception_entry[], exo_interrupt_entry[];
extern char exo_guarded_begin[], exo_guarded_end[], exo_guarded_failed[];

void exo_synchronous(uint32_t cause, uint32_t address, SavedRegisters* program) {
  constexpr uint32_t kLoadMiss = 2, kStoreMiss = 3;
  const uint32_t code = exo::abi::cause_code(cause);
  if (code == kLoadMiss || code == kStoreMiss) {
    if (heap.resolve_miss(address) || on_miss(address, *program)) return;
    if (program->pc >= uintptr_t(exo_guarded_begin) && program->pc < uintptr_t(exo_guarded_end)) {
      program->pc = uintptr_t(exo_guarded_failed);
      return;
    }
  } else if (on_exception(code, address, *program)) {
    return;
  }
  note(Note::Crashed, code, address, program->pc);
  leave(1);
}

void exo_asynchronous(uint32_t kind, uint32_t a, uint32_t b, uint32_t c) {
  switch (Upcall(kind)) {
    case Upcall::SliceEnd:
      exo_yield_due = 1;
      return;
    case Upcall::Revoke:
      return revoke(a, b, c);
    case Upcall::Repossessed:
      if (!hung) read_repossessions();
      return;
    case Upcall::Message:
      return message(a, b, c);
    case Upcall::Emergency:
      return on_emergency(a);
    default:
      return;
  }
}

[[noreturn]] void exo_start() {
  const auto exception = uintptr_t(exo_exception_entry);
  const auto interrupt = uintptr_t(exo_interrupt_entry);
  static constexpr Upcall kSynchronous[] = {Upcall::Miss, Upcall::Exception};
  static constexpr Upcall kAsynchronous[] = {Upcall::SliceEnd, Upcall::Revoke, Upcall::Repossessed, Upcall::Message,
                                             Upcall::Emergency};
  for (const Upcall kind : kSynchronous) (void)call::upcall_set(kind, exception);
  for (const Upcall kind : kAsynchronous) (void)call::upcall_set(kind, interrupt);
  leave(uint32_t(main()));
}
}
