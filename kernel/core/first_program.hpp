// The one program that the kernel starts itself, with all authority: the file "first" of the boot archive, an ELF file.
#pragma once
#include <stdint.h>

namespace exo::kernel::first_program {

/// Where QEMU put the boot archive; bytes is 0 when there is none.
struct Archive {
  uint32_t physical_start;
  uint32_t bytes;
};

/// Finds "rd_start=" and "rd_size=" among the boot loader's arguments.
void find_archive(const char* const* arguments, uint32_t count);
[[nodiscard]] Archive archive();

/// Creates environment 1 from the archive, gives it slice 0 and every authority. Panics when the archive is not as
/// expected: it comes from whoever built the machine.
void start();

}  // namespace exo::kernel::first_program
