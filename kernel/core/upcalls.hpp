// Entering a library OS: the kernel saves the registers that it overwrites in the environment page and jumps. The
// library OS resumes its program by itself.
#pragma once
#include "kernel/abi/tables.hpp"
#include "kernel/core/result.hpp"

namespace exo::kernel {

struct Environment;
struct TrapFrame;

namespace upcalls {

/// An upcall from outside: now, whether or not the environment masks them (the caller has looked).
void deliver(Environment& environment, abi::Upcall kind, uint32_t a1, uint32_t a2, uint32_t a3);

/// A fault of the running environment (Miss or Exception). Without a handler for it the environment is destroyed.
void raise(Environment& environment, abi::Upcall kind, uint32_t a1, uint32_t a2, uint32_t a3);

/// Delivers what waits for an environment that is about to run: at most one upcall, since that masks the others.
void deliver_waiting(Environment& environment);

/// Queues a Message. Errors: WrongState when the environment does not want messages, NoneFree when its queue is full.
Status post_message(Environment& environment, uint32_t code, uint32_t a, uint32_t b);

}  // namespace upcalls
}  // namespace exo::kernel
