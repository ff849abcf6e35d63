// The end of every event but a TLB refill's: a record in the ring, and the gate.
#include "kernel/arch/mips/gate.h"
#include "kernel/arch/mips/offsets.h"

  .set noreorder
  .set noat
  .text
  .cfi_sections .debug_frame  // it calls nobody and moves no stack: its caller is in ra, all the way

// trace_emit(a0 event, a1 to a3 and 16(sp): its arguments). Clobbers t0 to t2.
//   DataLo: records written; DataHi: running environment in the upper half; EPC: the user instruction the kernel works for
  .globl trace_emit
  .balign 8
trace_emit:
  .cfi_startproc
  mfc0  $t1, $28, 1                      // DataLo: t1 = head
  lui   $t0, RING_HIGH
  ins   $t0, $t1, 5, RING_INDEX_BITS     // t0 = record
  mfc0  $t2, $9                          // Count
  sw    $t2, 0($t0)
  sw    $t1, 4($t0)
  addiu $t1, $t1, 1
  mtc0  $t1, $28, 1                      // DataLo
  mfc0  $t2, $29, 1                      // DataHi
  ins   $t2, $a0, 0, 16                  // t2 = event and environment
  sw    $t2, 8($t0)
  mfc0  $t2, $14                         // EPC
  sw    $t2, 12($t0)
  sw    $a1, 16($t0)
  lw    $t2, 16($sp)
  sw    $a2, 20($t0)
  sw    $a3, 24($t0)
  sw    $t2, 28($t0)
  gate
  jr    $ra
  nop                                    // delay slot
  .cfi_endproc
