// Hostile calls about the processor, and about what is said into the trace.
#include "tests/hostile/refusals.hpp"

using namespace exo;
using namespace exo::trials;

namespace {
void saying() {
  // Calls that take anything, and do nothing with it.
  REFUSED(libos::system_call(uint32_t(abi::Syscall::null), ~0u, ~0u, ~0u, ~0u), Ok);
  CHECK_STATUS(call::null(), Ok);
  REFUSED(call::note(0u, ~0u, ~0u, ~0u), Ok);
  REFUSED(call::note(0xffff'ffffu, 0u, 0u, 0u), Ok);
  REFUSED(call::upcalls_take(), Ok);
  REFUSES_ADDRESSES(call::console_write(x, 8u));
  REFUSES_ADDRESSES(call::console_write(x, 256u));
  static constexpr uint32_t kBytes[] = {257, 4096, 0x10000, 0x7fff'ffff, 0x8000'0000, 0xffff'ffff};
  refuses_each(__LINE__, Status::BadArgument, kBytes, [](uint32_t x) { return call::console_write(&frame, x); });
  // A text that runs out of its page.
  REFUSED(call::console_write(abi::kEnvironmentPageAddress + 0xff0, 32u), BadAddress);
}

void yielding() {
  static constexpr uint32_t kNobody[] = {62, 63, 64, 65, 255, 256, 0xffff, 0x1'0001, 0x8000'0000, 0xffff'ffff};
  refuses_each(__LINE__, Status::NoSuchEnvironment, kNobody, [](uint32_t x) { return call::yield(x); });
  refuses_each(__LINE__, Status::NoSuchEnvironment, kNobody, [](uint32_t x) { return call::yield_to(x); });
  REFUSED(call::yield(neighbour_number), WrongState);  // it was never started
  REFUSED(call::yield_to(neighbour_number), WrongState);
  // To oneself: nothing happens.
  CHECK_STATUS(call::yield(libos::environment().number), Ok);
}

}  // namespace

int main() {
  set_the_stage();
  saying();
  yielding();
  finish();
}
