// A hostile library OS that calls for a debugger that is not there (sdbbp). Debug mode is above the kernel: if the
// program, or anything of its choice, ran there, it could do everything. Its own exception handlers try to read the
// kernel's memory. parameter 0: 1 from the 16-bit instruction set.
#include "kernel/abi/capability.hpp"
#include "libos/base/environment.hpp"
#include "tests/guest/checks.hpp"

using namespace exo;
using namespace exo::trials;

extern "C" void exo_steal();

// The first thing that any handler here does: if this load works, the program has the kernel's rights.
asm(".set push\n .set noreorder\n .text\n .globl exo_steal\n"
    "exo_steal: lui $4, 0x8010\n lw $5, 0($4)\n li $2, 1\n li $4, 15\n syscall\n 1: b 1b\n nop\n"
    ".balign 4\n exo_compact: .hword 0x6500, 0xe801\n .set pop\n");
extern "C" char exo_compact[];

int main() {
  for (uint32_t code = 1; code < abi::kCauses; ++code)
    (void)call::exception_set(code, reinterpret_cast<uint32_t>(&exo_steal));
  libos::note(Note::Started);
  if (libos::parameter(0) != 0)
    asm volatile("jr %0\n nop" ::"r"(reinterpret_cast<uint32_t>(exo_compact) + 1));
  else
    asm volatile(".word 0x7000003f");  // sdbbp
  libos::note(Note::Finished);
  for (;;) (void)call::yield(0u);
}
