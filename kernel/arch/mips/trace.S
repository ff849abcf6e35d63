// The end of every event: a record in the ring, and the gate. The same number of instructions whether the host wants a stop
// or not, so that watching never changes guest time.
#include "kernel/arch/mips/offsets.h"

  .set noreorder
  .set noat
  .text

// trace_emit(a0 event, a1 to a3 and 16(sp): its arguments). Clobbers t0 to t4 and k0.
  .globl trace_emit
  .balign 8
trace_emit:
  lui   $t0, SHARED_HIGH                 // t0 = TraceShared
  lw    $t2, SHARED_TRACING($t0)
  beqz  $t2, 1f
  lw    $t1, SHARED_HEAD($t0)            // delay slot: t1 = head
  lui   $t2, RING_HIGH
  ins   $t2, $t1, 5, RING_INDEX_BITS     // t2 = record
  mfc0  $t3, $9                          // Count
  sw    $t3, 0($t2)
  sw    $t1, 4($t2)
  lhu   $t3, SHARED_REFILL_WORD + 2($t0) // running environment
  sh    $a0, 8($t2)
  sh    $t3, 10($t2)
  lw    $t3, SHARED_PC($t0)
  sw    $t3, 12($t2)
  sw    $a1, 16($t2)
  sw    $a2, 20($t2)
  lw    $t3, 16($sp)
  sw    $a3, 24($t2)
  sw    $t3, 28($t2)
  addiu $t1, $t1, 1
  sw    $t1, SHARED_HEAD($t0)
  lw    $t3, SHARED_STOP_AT($t0)
  addu  $t0, $t0, $a0
  lbu   $t4, SHARED_STOP_ON($t0)         // t4 = 1: the host wants a stop on this event
  subu  $t3, $t1, $t3
  nor   $t3, $t3, $zero                  // t3 negative: head has reached stop_at
  srl   $t3, $t3, 31
  or    $t4, $t4, $t3
  andi  $t4, $t4, 1
  sll   $t4, $t4, 3
  lui   $t3, %hi(trace_pass)
  addiu $t3, $t3, %lo(trace_pass)
  addu  $t3, $t3, $t4                    // trace_pass or trace_gate
  jr    $t3                              // which returns to our caller
  move  $k0, $ra                         // delay slot
1:
  jr    $ra
  nop                                    // delay slot

// The two functions that end every event; the host watches for the second. Return address in k0.
  .balign 8
  .globl trace_pass
  .globl trace_gate
trace_pass:
  jr    $k0
  nop                                    // delay slot
trace_gate:
  jr    $k0
  nop                                    // delay slot
