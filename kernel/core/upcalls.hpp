// Entering a library OS. Asynchronous upcalls: the kernel saves the registers that it overwrites in the environment
// page and jumps. Exceptions change no register at all; the usual ones never come here (arch/mips/vectors.S). The
// library OS resumes its program by itself.
#pragma once
#include "kernel/abi/tables.hpp"
#include "kernel/core/result.hpp"

namespace exo::kernel {

struct Environment;
struct TrapFrame;

namespace upcalls {

/// No handlers yet: every exception comes to C++.
void initialise(Environment& environment);
/// Where an upcall enters; Miss and Exception set the handlers of their causes. pc 0: not wanted.
void set_handler(Environment& environment, abi::Upcall kind, uint32_t pc);
/// The handler of one exception code (1 to 31).
void set_exception_handler(Environment& environment, uint32_t code, uint32_t pc);

/// An upcall from outside: now, whether or not the environment masks them (the caller has looked).
void deliver(Environment& environment, abi::Upcall kind, uint32_t a1, uint32_t a2, uint32_t a3);

/// An exception of the running environment, as its frame says. Without a handler for it the environment is destroyed.
void raise(Environment& environment);

/// How many things wait to be told to it.
uint32_t waiting(const Environment& environment);
/// Delivers what waits for an environment that is about to run: at most one upcall, since that masks the others.
/// Returns whether it did.
bool deliver_waiting(Environment& environment);
/// It waits to be entered: if there is something to tell it, its frame is made from nothing (pc 0) and the upcall
/// enters it. Returns whether that was so.
[[nodiscard]] bool rouse(Environment& environment);

/// Queues a Message. Errors: WrongState when the environment does not want messages, NoneFree when its queue is full.
Status post_message(Environment& environment, uint32_t code, uint32_t a, uint32_t b);

}  // namespace upcalls
}  // namespace exo::kernel
