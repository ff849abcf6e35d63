// Handlers that read the clock as their first instruction, and the code between two reads where the compiler must not have a
// word. gp is free: compiled code does not use it.
#include "libos/bench/layout.h"

  .set noreorder
  .set noat
  .text

// Address error: notes when it began, skips the instruction, resumes without the kernel.
  .globl bench_clocked_exception
bench_clocked_exception:
  rdhwr $gp, $2
  sw    $gp, PAGE_HANDLER_CLOCK($zero)
// The same without a clock: the least that skips an instruction.
  .globl bench_plain_exception
bench_plain_exception:
  lw    $gp, PAGE_EXCEPTION_PC($zero)
  addiu $gp, $gp, 4
  jr    $gp
  sw    $zero, PAGE_EXCEPTION_CAUSE($zero) // delay slot

// Revoke upcall: notes when it began, resumes.
  .globl bench_revoke_upcall
bench_revoke_upcall:
  rdhwr $gp, $2
  b     resume
  sw    $gp, PAGE_REVOKE_CLOCK($zero)    // delay slot

// Any upcall into bench_spin: notes when it began and the clock that was read last, resumes. Not the polite question
// (a3 = 0), which comes before what is waited for.
  .globl bench_spin_upcall
bench_spin_upcall:
  rdhwr $gp, $2
  beqz  $a3, resume
  nop                                    // delay slot
  sw    $gp, PAGE_LOST_CLOCK($zero)
  sw    $t0, PAGE_LAST_CLOCK($zero)
resume:
  lw    $a0, PAGE_INTERRUPT + 4($zero)
  lw    $a1, PAGE_INTERRUPT + 8($zero)
  lw    $a2, PAGE_INTERRUPT + 12($zero)
  lw    $a3, PAGE_INTERRUPT + 16($zero)
  lw    $gp, PAGE_INTERRUPT($zero)
  jr    $gp
  sw    $zero, PAGE_MASKED($zero)        // delay slot

// void bench_spin(): reads the clock into t0 until bench_spin_upcall has come.
  .globl bench_spin
bench_spin:
  .rept 60
  rdhwr $t0, $2
  .endr
  lw    $t1, PAGE_LOST_CLOCK($zero)
  beqz  $t1, bench_spin
  nop                                    // delay slot
  jr    $ra
  nop                                    // delay slot

// All registers that compiled code expects a call to keep: a transfer or a directed yield keeps fewer.
  .macro save_kept
  addiu $sp, $sp, -48
  .irp  n, 16, 17, 18, 19, 20, 21, 22, 23
  sw    $\n, 4 * (\n - 16)($sp)
  .endr
  sw    $fp, 32($sp)
  sw    $ra, 36($sp)
  .endm
  .macro restore_kept
  .irp  n, 16, 17, 18, 19, 20, 21, 22, 23
  lw    $\n, 4 * (\n - 16)($sp)
  .endr
  lw    $fp, 32($sp)
  lw    $ra, 36($sp)
  addiu $sp, $sp, 48
  .endm

// uint32_t bench_timed_transfer(uint32_t callee): ticks from before the call to the callee's first instruction. The callee reads
// the clock into t1 and calls back. 0: it could not be entered.
  .globl bench_timed_transfer
bench_timed_transfer:
  save_kept
  move  $v1, $a0
  li    $v0, CALL_PCT
  rdhwr $t0, $2
  syscall                                // comes back only if it is refused
  b     1f
  move  $v0, $zero                       // delay slot
  .globl bench_transfer_back
bench_transfer_back:                     // entered by the callee; t0 and t1 are its message, sp is ours still
  subu  $v0, $t1, $t0
1:
  restore_kept
  jr    $ra
  nop                                    // delay slot

// Entry point of the callee: v1 = caller. Every register but v0 and v1 goes back as it came, but for t1.
  .globl bench_transfer_entry
bench_transfer_entry:
  rdhwr $t1, $2
  li    $v0, CALL_PCT
  syscall
  li    $v0, CALL_ENTRY_WAIT             // the caller is gone
  move  $a0, $zero
  syscall

// uint32_t bench_timed_yield(uint32_t environment): ticks from before the call to the first instruction of the other, which
// reads the clock into t1 and yields back. Registers are left as they were by who yields, so they are the message.
  .globl bench_timed_yield
bench_timed_yield:
  save_kept
  li    $t1, 0
  li    $v0, CALL_YIELD_TO
  rdhwr $t0, $2
  syscall
  subu  $v0, $t1, $t0
  restore_kept
  jr    $ra
  nop                                    // delay slot

// void bench_yield_forever(): the other side.
  .globl bench_yield_forever
bench_yield_forever:
  lw    $a0, PAGE_PARTNER($zero)
  li    $v0, CALL_YIELD_TO
  syscall
  rdhwr $t1, $2
  beqz  $v0, bench_yield_forever
  move  $a0, $zero                       // delay slot
  li    $v0, CALL_YIELD                  // the other is not there: to whoever is next
  syscall
  b     bench_yield_forever
  nop                                    // delay slot
