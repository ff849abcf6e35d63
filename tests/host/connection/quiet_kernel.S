// A guest that runs for ever and makes no event: what a pause does without a gate to stop at.
  .set noreorder
  .globl _start
_start:
  b _start
  addiu $s0, $s0, 1  // delay slot
  .globl trace_gate
trace_gate:
  jr $ra
  nop  // delay slot
