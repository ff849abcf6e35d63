// From a system call instruction to the function that serves it, and back with a status.
#pragma once
#include "kernel/abi/tables.hpp"
#include "kernel/core/environments.hpp"
#include "kernel/core/result.hpp"

namespace exo::kernel::syscalls {

/// Arguments of a call, as the caller's registers held them. They are claims: every call checks all of its own before
/// it changes anything.
struct Arguments {
  uint32_t a0, a1, a2, a3;
};

/// Serves the running environment's call: advances its pc, sets v0 and v1. A refusal is an event.
void dispatch(Environment& caller);

#define SYSCALL(number, name, count, arguments, text) Result name(Environment& caller, const Arguments& in);
#include "kernel/abi/syscalls.def"
#undef SYSCALL

}  // namespace exo::kernel::syscalls
