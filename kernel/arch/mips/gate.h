// The gate: a mark on the instruction that ends an event. The kernel image lists the marked addresses in `trace_gates`; the
// explorer's plugin in QEMU counts the event there, and holds the processor when the host wants a stop. No guest instruction
// is spent on either, so that watching never changes guest time.
//
// The record is complete in memory before the marked instruction.
  .macro gate
.Lgate\@:
  .pushsection .rodata.gates, "a"
  .balign 4
  .word .Lgate\@
  .popsection
  .endm
