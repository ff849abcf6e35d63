// Calls about the processor: yielding and upcalls; and saying things into the trace.
#include "kernel/core/devices.hpp"
#include "kernel/core/sleep.hpp"
#include "kernel/core/slices.hpp"
#include "kernel/core/trace.hpp"
#include "kernel/core/transfers.hpp"
#include "kernel/core/upcalls.hpp"
#include "kernel/core/user_memory.hpp"
#include "kernel/syscalls/dispatch.hpp"

namespace exo::kernel::syscalls {

Result null(Environment&, const Arguments&) { return Status::Ok; }

// Recorded even when tracing is off: a program whose cost is measured can still say what it found.
Result note(Environment&, const Arguments& in) {
  trace::record(abi::Event::Noted, in.a0, in.a1, in.a2, in.a3);
  return Status::Ok;
}

Result console_write(Environment& caller, const Arguments& in) {
  constexpr uint32_t kMost = 256;
  if (in.a1 > kMost) return Status::BadArgument;
  const uint32_t holder = devices::holder_of(abi::Device::Console);
  if (holder != 0 && holder != caller.number) return Status::NotOwner;
  uint32_t text[kMost / 4] = {};
  TRY(user_memory::read(caller, UserAddress{in.a0}, text, (in.a1 + 3) & ~3u));
  if (in.a1 % 4 != 0) text[in.a1 / 4] &= (1u << (8 * (in.a1 % 4))) - 1;
  for (uint32_t word = 0; word < (in.a1 + 3) / 4; word += 4)
    trace::emit(abi::Event::Console, text[word], text[word + 1], text[word + 2], text[word + 3]);
  return Status::Ok;
}

namespace {
Result leave_for(Environment& caller, uint32_t number, slices::Registers registers) {
  if (number == 0) {
    slices::next(abi::Reason::Yielded, registers);
    return Status::Ok;
  }
  if (!environments::exists(number)) return Status::NoSuchEnvironment;
  if (number == caller.number) return Status::Ok;
  Environment& to = environments::get(number);
  if (!environments::is_ready(number)) return Status::WrongState;
  if (!sleep::is_over(to)) return Status::WrongState;
  if (!transfers::resume_in_frame(to) && !upcalls::rouse(to)) return Status::WrongState;
  slices::donate(to, registers);
  return Status::Ok;
}
}  // namespace

Result yield(Environment& caller, const Arguments& in) { return leave_for(caller, in.a0, slices::Registers::Keep); }

// What vectors.S does by itself when `to` yielded like this, too.
Result yield_to(Environment& caller, const Arguments& in) {
  return leave_for(caller, in.a0, slices::Registers::KeepTwo);
}

Result upcall_set(Environment& caller, const Arguments& in) {
  if (in.a0 >= abi::kUpcalls || in.a1 % 4 != 0 || in.a1 >= abi::kUserEnd) return Status::BadArgument;
  upcalls::set_handler(caller, abi::Upcall(in.a0), in.a1);
  return Status::Ok;
}

Result exception_set(Environment& caller, const Arguments& in) {
  if (in.a0 == 0 || in.a0 >= abi::kCauses || in.a1 % 4 != 0 || in.a1 >= abi::kUserEnd) return Status::BadArgument;
  upcalls::set_exception_handler(caller, in.a0, in.a1);
  return Status::Ok;
}

// Whatever waits is delivered, and counted anew, on the way back from any call; this one exists to have nothing else to
// do. It also says so when nothing waits any more.
Result upcalls_take(Environment& caller, const Arguments&) {
  caller.page->pending = 0;
  return Status::Ok;
}

}  // namespace exo::kernel::syscalls
