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
  REFUSED(call::yield(neighbour_number), WrongState);  // it was never started
}

void slices() {
  REFUSES_CAPABILITIES(authority, abi::kRightProcessor, call::slice_allocate(x, neighbour_number, 40u, 0u));
  REFUSES_ENVIRONMENTS(NoSuchEnvironment, call::slice_allocate(&authority, x, 40u, 0u));
  static constexpr uint32_t kNowhere[] = {64, 65, 255, 256, 0x1'0000, 0x7fff'ffff, 0x8000'0000, 0xffff'fffe};
  refuses_each(__LINE__, Status::BadArgument, kNowhere,
               [](uint32_t x) { return call::slice_allocate(&authority, neighbour_number, x, 0u); });
  REFUSED(call::slice_allocate(&authority, neighbour_number, 0u, 0u), NotFree);  // the arbiter's
  REFUSED(call::slice_allocate(&authority, neighbour_number, tables().slice_position, 0u), NotFree);
  refuses_each(__LINE__, Status::BadArgument, kNowhere, [](uint32_t x) { return call::slice_free(x); });
  REFUSED(call::slice_free(0u), NotOwner);
  REFUSED(call::slice_free(40u), NotOwner);  // nobody's
  CHECK_STATUS(call::slice_allocate(&authority, neighbour_number, 40u, 0u), Ok);
  REFUSED(call::slice_free(40u), NotOwner);
  // All that are left.
  for (uint32_t i = 0;
       i < abi::kSlicePositions && call::slice_allocate(&authority, neighbour_number, kAnyFrame, 0u).ok(); ++i) {
  }
  REFUSED(call::slice_allocate(&authority, neighbour_number, kAnyFrame, 0u), NoneFree);
  REFUSED(call::slice_allocate(&authority, neighbour_number, 63u, 0u), NotFree);
}
}  // namespace

int main() {
  set_the_stage();
  saying();
  yielding();
  slices();
  finish();
}
