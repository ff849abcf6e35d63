// System calls as functions. Each row of kernel/abi/syscalls.def becomes one function of the same name in
// exo::libos::call, with as many arguments as the row says; the row's text is its documentation. A call is one
// `syscall` instruction: number in v0, arguments in a0 to a3, status back in v0, value in v1. The kernel changes no
// other register.
#pragma once
#include <stdint.h>

#include "kernel/abi/capability.hpp"
#include "kernel/abi/machine.hpp"
#include "kernel/abi/memory_layout.hpp"
#include "kernel/abi/tables.hpp"

namespace exo::libos {

using abi::Capability;
using abi::Status;

/// What every system call answers. `value` means something only when `status` is Ok and the row says so.
struct [[nodiscard]] Result {
  Status status;
  uint32_t value;
  [[nodiscard]] constexpr bool ok() const { return status == Status::Ok; }
};

inline Result system_call(uint32_t number, uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
  register uint32_t v0 asm("$2") = number;
  register uint32_t v1 asm("$3");
  register uint32_t a0 asm("$4") = a;
  register uint32_t a1 asm("$5") = b;
  register uint32_t a2 asm("$6") = c;
  register uint32_t a3 asm("$7") = d;
  asm volatile("syscall" : "+r"(v0), "=r"(v1) : "r"(a0), "r"(a1), "r"(a2), "r"(a3) : "memory");
  return {Status(v0), v1};
}

/// An argument as the register sees it: numbers, enumerations and addresses.
template <class Argument>
inline uint32_t argument_word(Argument argument) {
  return uint32_t(argument);
}
template <class Pointed>
inline uint32_t argument_word(Pointed* argument) {
  return uint32_t(reinterpret_cast<uintptr_t>(argument));
}

template <uint32_t number>
inline Result system_call_of() {
  return system_call(number, 0, 0, 0, 0);
}
template <uint32_t number, class A>
inline Result system_call_of(A a) {
  return system_call(number, argument_word(a), 0, 0, 0);
}
template <uint32_t number, class A, class B>
inline Result system_call_of(A a, B b) {
  return system_call(number, argument_word(a), argument_word(b), 0, 0);
}
template <uint32_t number, class A, class B, class C>
inline Result system_call_of(A a, B b, C c) {
  return system_call(number, argument_word(a), argument_word(b), argument_word(c), 0);
}
template <uint32_t number, class A, class B, class C, class D>
inline Result system_call_of(A a, B b, C c, D d) {
  return system_call(number, argument_word(a), argument_word(b), argument_word(c), argument_word(d));
}

namespace call {
#define SYSCALL(number, name, count, arguments, text)                              \
  template <class... Arguments>                                                    \
  requires(sizeof...(Arguments) == count) inline Result name(Arguments... given) { \
    return system_call_of<number, Arguments...>(given...);                         \
  }
#include "kernel/abi/syscalls.def"
#undef SYSCALL
}  // namespace call

/// Number of the page that an address lies in, as `bind`, `unbind` and `expose` want it.
inline uint32_t page_number(uint32_t address) { return address >> abi::kPageShift; }

}  // namespace exo::libos
