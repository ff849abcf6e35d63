#include "kernel/syscalls/dispatch.hpp"

#include "kernel/core/trace.hpp"

namespace exo::kernel::syscalls {

namespace {
using Handler = Result (*)(Environment&, const Arguments&);
constexpr Handler kHandlers[] = {
#define SYSCALL(number, name, count, arguments, text) name,
#include "kernel/abi/syscalls.def"
#undef SYSCALL
};
constexpr uint32_t kNumbers[] = {
#define SYSCALL(number, name, count, arguments, text) number,
#include "kernel/abi/syscalls.def"
#undef SYSCALL
};
constexpr bool in_order() {
  for (uint32_t i = 0; i < abi::kSyscalls; ++i)
    if (kNumbers[i] != i) return false;
  return true;
}
static_assert(in_order(), "syscalls.def must be in order of its numbers");
}  // namespace

void dispatch(Environment& caller) {
  TrapFrame& frame = caller.frame;
  const uint32_t number = frame.v0();
  static_assert(sizeof(Arguments) == 4 * sizeof(uint32_t));
  const auto& in = reinterpret_cast<const Arguments&>(frame.argument(0));  // a0 to a3 lie side by side in the frame
  frame.pc += 4;
  frame.v0() =
      uint32_t(Status::Ok);  // for calls that do not come back at once: yield returns Ok when the caller runs again
  const Result result = number < abi::kSyscalls ? kHandlers[number](caller, in) : Result(Status::BadCall);
  if (result.status == Status::Unfinished) {  // the same instruction again, when the kernel has done what is due
    frame.pc -= 4;
    frame.v0() = number;
    return;
  }
  if (!result.ok()) trace::emit(abi::Event::SyscallRefused, number, uint32_t(result.status), in.a0, in.a1);
  if (caller.page == nullptr) return;  // it destroyed itself
  frame.v0() = uint32_t(result.status);
  frame.v1() = result.value;
}

}  // namespace exo::kernel::syscalls
