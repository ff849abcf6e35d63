// The floating-point unit's registers to memory and back: 32 words and the control register. Only here and in user code does
// anything touch the unit; the kernel is compiled without it.
#include "kernel/arch/mips/registers.h"

  .set noreorder
  .set noat
  .set hardfloat
  .text

// fpu_save(a0 FpuState), fpu_load(a0 FpuState). Turn the unit on for themselves; Status is put back by whoever resumes.
  .globl fpu_save
fpu_save:
  mfc0  $t0, C0_STATUS
  lui   $t1, 0x2000                      // CU1
  or    $t0, $t0, $t1
  mtc0  $t0, C0_STATUS
  ehb
  .irp  n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
  swc1  $f\n, 4 * \n($a0)
  .endr
  cfc1  $t1, $31
  jr    $ra
  sw    $t1, 128($a0)                    // delay slot

  .globl fpu_load
fpu_load:
  mfc0  $t0, C0_STATUS
  lui   $t1, 0x2000
  or    $t0, $t0, $t1
  mtc0  $t0, C0_STATUS
  ehb
  .irp  n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
  lwc1  $f\n, 4 * \n($a0)
  .endr
  lw    $t1, 128($a0)
  ins   $t1, $zero, 12, 6                // without the causes: with the enables they would raise an exception here
  jr    $ra
  ctc1  $t1, $31                         // delay slot
