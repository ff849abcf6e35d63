// A hostile library OS whose handlers lie where nothing is bound: every exception leads to a miss, every miss to the
// next. It must harm nobody but itself. parameter 0: 1 if it wants no slice-end upcalls either, so that it is never
// past the end of a slice and lives on.
#include "kernel/abi/capability.hpp"
#include "libos/base/environment.hpp"
#include "tests/guest/checks.hpp"

using namespace exo;
using namespace exo::trials;
using abi::Upcall;

int main() {
  constexpr uint32_t nowhere = 0x6000'0000;
  CHECK_STATUS(call::upcall_set(Upcall::Exception, 0xffff'fffcu), BadArgument);
  CHECK_STATUS(call::upcall_set(Upcall::Miss, 0x8000'0000u), BadArgument);
  CHECK_STATUS(call::exception_set(9u, 0xa000'0000u), BadArgument);
  CHECK_STATUS(call::upcall_set(Upcall::Exception, nowhere), Ok);
  CHECK_STATUS(call::upcall_set(Upcall::Miss, nowhere + abi::kPageSize), Ok);
  if (libos::parameter(0) != 0) CHECK_STATUS(call::upcall_set(Upcall::SliceEnd, 0u), Ok);
  libos::note(Note::Started);
  for (;;) asm volatile("break");
}
