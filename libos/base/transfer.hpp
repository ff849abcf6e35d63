// Protected control transfer for a library OS: remote procedure calls and named yields, on nothing but the kernel's
// `pct` and `yield_to`. What a call must save is decided here, by the compiler: the asm statements say which registers
// they destroy, so that only what is live is kept.
//
// A message is six registers: a0 to a3, t0 and t1, room for one word and a capability. While an environment waits for
// an answer it can be entered by others too: it serves them from a stack of its own, then waits on.
#pragma once
#include "libos/base/environment.hpp"
#include "libos/base/upcall_layout.h"

namespace exo::libos {

struct Call {
  uint32_t word[6];
};

/// Answers a call of another environment: `call` is the message, and afterwards the answer. `caller` is who the kernel
/// says it is; whom to serve is decided here.
using Server = void (*)(uint32_t caller, Call& call);

/// From now on this environment can be entered: calls go to `server` and are answered, what is sent asynchronously goes
/// to `receiver`, if there is one, and is not. guarded: only by who bound a capability for its entry points, which is
/// written to `entry` unless that is nullptr.
Status serve(Server server, Server receiver = nullptr, bool guarded = false, Capability* entry = nullptr);
/// Gives the processor up until someone enters: there is nothing to do but to serve.
[[noreturn]] void serve_for_ever();

extern "C" {
// What these need - whom we wait for (0: nobody), where to go on and with which stack, who serves - lies in the
// environment page, where it is reached from register zero (upcall_layout.h).
void exo_transfer_entry();
void exo_transfer_async_entry();
}

/// Calls another environment and waits for its answer, which replaces `call`. Errors: those of pct; NoSuchEnvironment
/// also when it is destroyed meanwhile. Needs `serve` (with nullptr, if it serves nobody).
inline Status remote_call(uint32_t callee, Call& call) {
  register uint32_t v0 asm("$2") = uint32_t(abi::Syscall::pct);
  register uint32_t v1 asm("$3") = callee;
  register uint32_t a0 asm("$4") = call.word[0];
  register uint32_t a1 asm("$5") = call.word[1];
  register uint32_t a2 asm("$6") = call.word[2];
  register uint32_t a3 asm("$7") = call.word[3];
  register uint32_t t0 asm("$8") = call.word[4];
  register uint32_t t1 asm("$9") = call.word[5];
  asm volatile(
      ".set push\n .set noreorder\n .set noat\n"
      "  lui   $10, %%hi(1f)\n"
      "  addiu $10, $10, %%lo(1f)\n"
      "  sw    $10, %[pc]($0)\n"
      "  sw    $29, %[sp]($0)\n"
      "  sw    $3, %[who]($0)\n"
      "  syscall\n"  // comes back here only when it was refused
      "  sw    $0, %[who]($0)\n"
      "1:\n .set pop"
      : "+r"(v0), "+r"(v1), "+r"(a0), "+r"(a1), "+r"(a2), "+r"(a3), "+r"(t0), "+r"(t1)
      : [pc] "i"(PAGE_WAITING_PC), [sp] "i"(PAGE_WAITING_SP), [who] "i"(PAGE_WAITING_FOR)
      : "memory", "$1", "$10", "$11", "$12", "$13", "$14", "$15", "$16", "$17", "$18", "$19", "$20", "$21", "$22",
        "$23", "$24", "$25", "$30", "$31", "hi", "lo");
  call = {{a0, a1, a2, a3, t0, t1}};
  return Status(v0);
}

/// Sends a message with the rest of this slice, and goes on in the next one. Errors: those of pct_async.
inline Status send(uint32_t to, const Call& call) {
  register uint32_t v0 asm("$2") = uint32_t(abi::Syscall::pct_async);
  register uint32_t v1 asm("$3") = to;
  register uint32_t a0 asm("$4") = call.word[0];
  register uint32_t a1 asm("$5") = call.word[1];
  register uint32_t a2 asm("$6") = call.word[2];
  register uint32_t a3 asm("$7") = call.word[3];
  register uint32_t t0 asm("$8") = call.word[4];
  register uint32_t t1 asm("$9") = call.word[5];
  asm volatile("syscall" : "+r"(v0), "+r"(v1) : "r"(a0), "r"(a1), "r"(a2), "r"(a3), "r"(t0), "r"(t1) : "memory");
  return Status(v0);
}

/// The rest of this slice for another environment; goes on when someone does the same for this one, or in its next
/// slice. Errors: NoSuchEnvironment, WrongState.
inline Status yield_to(uint32_t environment) {
  register uint32_t v0 asm("$2") = uint32_t(abi::Syscall::yield_to);
  register uint32_t a0 asm("$4") = environment;
  asm volatile("syscall"
               : "+r"(v0), "+r"(a0)
               :
               : "memory", "$1", "$3", "$5", "$6", "$7", "$8", "$9", "$10", "$11", "$12", "$13", "$14", "$15", "$16",
                 "$17", "$18", "$19", "$20", "$21", "$22", "$23", "$24", "$25", "$30", "$31", "hi", "lo");
  return Status(v0);
}

/// One word of a frame that two environments have bound: whose turn it is. Each side waits for its own number, works,
/// and hands the turn over together with the processor.
class Turn {
 public:
  explicit Turn(uint32_t address) : word_(*reinterpret_cast<volatile uint32_t*>(address)) {}
  void pass(uint32_t to) {
    word_ = to;
    while (word_ == to) (void)yield_to(to);
  }
  void await(uint32_t other) const {
    while (word_ != environment().number) (void)yield_to(other);
  }

 private:
  volatile uint32_t& word_;
};

}  // namespace exo::libos
