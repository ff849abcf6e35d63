// A guest that runs for ever and makes no event: what a pause does without a gate to stop at.
  .set noreorder
  .globl _start
_start:
  b _start
  addiu $s0, $s0, 1  // delay slot
gate:
  jr $ra
  nop  // delay slot

  .section .rodata, "a"
  .globl trace_gates, trace_gates_end
trace_gates:
  .word gate
trace_gates_end:
