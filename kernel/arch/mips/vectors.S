// Exception vectors. What can be done without C++ is done here, in as few instructions as it takes: TLB refill from the
// STLB, exceptions to the environment's own handler, and three system calls (null, yield_to, pct).
//
// There are two vector pages, one that traces and one that does not; EBase points at one of them, so that tracing off costs
// nothing on these paths. k0 and k1 belong to the kernel at any time; everything else is the interrupted program's.
// The counts beside the labels are of the quiet page, from the vector to eret; the traced one spends 16 more, on null 1.
#include "kernel/arch/mips/gate.h"
#include "kernel/arch/mips/offsets.h"
#include "kernel/arch/mips/registers.h"

  .set noreorder
  .set noat
  .cfi_sections .debug_frame

// For debuggers: the registers of whom the kernel entered from are in the TrapFrame at a register, its pc in column 66, which is
// none. Compiled code leaves k1 alone, so this holds until the kernel leaves.
  .macro  frame_rules reg
  .cfi_return_column 66
  .cfi_def_cfa \reg, 0
  .irp  n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 28, 29, 30, 31
  .cfi_offset $\n, 4 * \n
  .endr
  .cfi_offset 65, FRAME_LO
  .cfi_offset 64, FRAME_HI
  .cfi_offset 66, FRAME_PC
  .cfi_undefined $26
  .cfi_undefined $27
  .endm

// Begins a record, but for its pc. out: k0 = record; temp free. 8 instructions.
  .macro claim_record temp
  mfc0  \temp, C0_TRACE_HEAD
  lui   $k0, RING_HIGH
  ins   $k0, \temp, 5, RING_INDEX_BITS   // k0 = record
  sw    \temp, RECORD_SEQUENCE($k0)
  addiu \temp, \temp, 1
  mtc0  \temp, C0_TRACE_HEAD
  mfc0  \temp, C0_COUNT
  sw    \temp, RECORD_TIME($k0)
  .endm

// The pc of a record. out: temp = pc. 2 instructions.
  .macro record_pc temp
  mfc0  \temp, C0_EPC
  sw    \temp, RECORD_PC($k0)
  .endm

// Writes the event number into a record of the running environment. 3 instructions.
  .macro record_event number, temp
  mfc0  \temp, C0_EVENT_WORD
  addiu \temp, \temp, \number - EVENT_TLB_REFILLED
  sw    \temp, RECORD_EVENT($k0)
  .endm

// From now on events belong to the environment at k1. 2 instructions.
  .macro events_of_k1 temp
  lw    \temp, ENV_EVENT_WORD($k1)
  mtc0  \temp, C0_EVENT_WORD
  .endm

// The address space and the status of the environment at k1. 4 instructions.
  .macro address_space_of_k1
  lw    $k0, ENV_ENTRY_HI($k1)
  mtc0  $k0, C0_ENTRY_HI
  lw    $k0, ENV_STATUS($k1)
  mtc0  $k0, C0_STATUS
  .endm

// STLB probe, 16 instructions. Context holds the address of the page pair's entry but for the bits above the STLB's index,
// which `ins` clears, and for the environment's hash. Both halves go to EntryLo before the tag is compared: no third
// register is needed. The victim is Random's choice written with tlbwi, never tlbwr (QEMU would keep the victim alive).
  .macro refill_vector traced
  mfc0  $k0, C0_CONTEXT                  // k0 = STLB + 16 * page pair
  ins   $k0, $zero, 4 + STLB_INDEX_BITS, 23 - 4 - STLB_INDEX_BITS
  mfc0  $k1, C0_RUNNING
  lw    $k1, ENV_STLB_HASH($k1)
  xor   $k0, $k0, $k1                    // k0 = entry
  lw    $k1, 4($k0)
  mtc0  $k1, C0_ENTRY_LO0
  lw    $k1, 8($k0)
  mtc0  $k1, C0_ENTRY_LO1
  lw    $k0, 0($k0)                      // k0 = tag
  mfc0  $k1, C0_ENTRY_HI
  bne   $k0, $k1, general                // no binding
  mfc0  $k0, C0_RANDOM                   // delay slot
  mtc0  $k0, C0_INDEX
  tlbwi
  .if \traced                            // TlbRefilled: index, EntryHi
  claim_record $k1
  record_pc $k1
  mfc0  $k1, C0_EVENT_WORD
  sw    $k1, RECORD_EVENT($k0)
  mfc0  $k1, C0_INDEX
  sw    $k1, RECORD_ARGUMENTS($k0)
  mfc0  $k1, C0_ENTRY_HI
  sw    $k1, RECORD_ARGUMENTS + 4($k0)
  gate
  .endif
  eret
  .endm

// Any other exception, 15 instructions to the environment's own handler. The Environment begins with a table by cause: an
// address below 0x80000000 is user code, entered at once; one above is the kernel's, called with k0 = EPC + 4.
// BadVAddr is handed over whatever the cause; at worst it is an address at which someone else missed, and the page of that
// can be read in the STLB by anyone.
  .macro exception_vector traced
  mfc0  $k0, C0_CAUSE
  mfc0  $k1, C0_RUNNING
  ins   $k1, $k0, 0, 7                   // + 4 * cause
  lw    $k1, 0($k1)
  bgez  $k1, enter_handler_\traced
  .if \traced
  mtc0  $at, C0_SPARE                    // delay slot: only the handler's way needs it
  jr    $k1
  addiu $k0, $v0, -CALL_PCT              // delay slot
  .else
  mfc0  $k0, C0_EPC                      // delay slot
  jr    $k1
  addiu $k0, $k0, 4                      // delay slot: a system call goes on behind itself
  .endif
  .endm

// The second half, out of the vector's way. in: k1 = handler; quiet: k0 = pc of the instruction; traced: C0_SPARE = at.
  .macro handler_entry traced
enter_handler_\traced:
  .if \traced                            // ExceptionRaised: Cause, address. A third register, so that each value is read once
  claim_record $at
  record_event EVENT_EXCEPTION_RAISED, $at
  record_pc $at
  mtc0  $k1, C0_EPC
  mfc0  $k1, C0_RUNNING
  lw    $k1, ENV_PAGE($k1)
  sw    $at, EXCEPTION_PC($k1)
  mfc0  $at, C0_BAD_ADDRESS
  sw    $at, RECORD_ARGUMENTS + 4($k0)
  sw    $at, EXCEPTION_ADDRESS($k1)
  mfc0  $at, C0_CAUSE
  sw    $at, RECORD_ARGUMENTS($k0)
  sw    $at, EXCEPTION_CAUSE($k1)
  mfc0  $at, C0_SPARE
  gate
  .else
  mtc0  $k1, C0_EPC
  mfc0  $k1, C0_RUNNING
  lw    $k1, ENV_PAGE($k1)
  sw    $k0, EXCEPTION_PC($k1)
  mfc0  $k0, C0_BAD_ADDRESS
  sw    $k0, EXCEPTION_ADDRESS($k1)
  mfc0  $k0, C0_CAUSE
  sw    $k0, EXCEPTION_CAUSE($k1)
  .endif
  eret
  .endm

// System calls, entered from the vector (8 instructions there). quiet: k0 = EPC + 4; traced: k0 = v0 - CALL_PCT.
// v0 = number; v0 and v1 are the call's.
// One in a branch's delay slot goes on behind the branch instead of at its target.
  .macro system_calls traced
  .balign 8
  .globl system_call_\traced
system_call_\traced:
  .if \traced
  bnez  $k0, not_pct_\traced
  .else
  addiu $k1, $v0, -CALL_PCT
  bnez  $k1, not_pct_\traced
  .endif
  sltiu $k1, $v1, 1 << ENV_NUMBER_BITS   // delay slot
  beqz  $k1, general
  lui   $k1, ENVIRONMENTS_HIGH           // delay slot
// pct, 26 instructions. v1 = callee; on entry v1 = caller. Neither is saved nor restored: the registers are the message.
  ins   $k1, $v1, ENV_SIZE_BITS, ENV_NUMBER_BITS
  lw    $v0, ENV_OPEN_ENTRY($k1)
  beqz  $v0, pct_by_hand
  .if \traced                            // Transferred: to
  claim_record $v0                       // its first instruction in the delay slot
  record_pc $v0
  record_event EVENT_TRANSFERRED, $v0
  sw    $v1, RECORD_ARGUMENTS($k0)
  events_of_k1 $v0
  gate
  lw    $v0, ENV_OPEN_ENTRY($k1)
  .endif
  mfc0  $k0, C0_RUNNING                  // (delay slot) k0 = caller
  sw    $v1, ENV_CALLS($k0)
  mtc0  $v0, C0_EPC
  mtc0  $k1, C0_RUNNING
  ext   $v1, $k0, ENV_SIZE_BITS, ENV_NUMBER_BITS
  address_space_of_k1
  eret

not_pct_\traced:
  addiu $k1, $v0, -CALL_YIELD_TO
  bnez  $k1, not_yield_to_\traced
  sltiu $k1, $a0, 1 << ENV_NUMBER_BITS   // delay slot
  beqz  $k1, general
  lui   $k1, ENVIRONMENTS_HIGH           // delay slot
// yield_to, 33 instructions. a0 = to whom: who yielded like this itself, and has nothing waiting for it.
  ins   $k1, $a0, ENV_SIZE_BITS, ENV_NUMBER_BITS
  lw    $v1, ENV_RESUME_PC($k1)
  beqz  $v1, yield_by_hand
  .if \traced                            // YieldedTo: to
  claim_record $v0                       // its first instruction in the delay slot
  record_event EVENT_YIELDED_TO, $v0
  sw    $a0, RECORD_ARGUMENTS($k0)
  events_of_k1 $v0
  record_pc $v0
  gate
  addiu $k0, $v0, 4                      // behind itself
  .endif
  mfc0  $v0, C0_RUNNING                  // (delay slot) v0 = who yields
  sw    $k0, ENV_RESUME_PC($v0)
  sw    $sp, ENV_RESUME_SP($v0)
  sw    $zero, ENV_OPEN_ENTRY($v0)       // what it keeps would be lost
  mtc0  $v1, C0_EPC
  lw    $sp, ENV_RESUME_SP($k1)
  sw    $zero, ENV_RESUME_PC($k1)
  mtc0  $k1, C0_RUNNING
  address_space_of_k1
  move  $v0, $zero                       // Ok, for the one that goes on
  eret

not_yield_to_\traced:
  bnez  $v0, not_null_\traced
  sltiu $k1, $v0, OWN_CALLS              // delay slot
// null, 18 instructions: nothing, and back. v0 is 0 already: Ok.
  .if \traced
  mfc0  $k0, C0_EPC
  addiu $k0, $k0, 4
  .endif
  mtc0  $k0, C0_EPC
  eret

// Numbers beyond the kernel's range belong to the environment: an exception like any other, if it wants it.
not_null_\traced:
  bnez  $k1, general
  mfc0  $k1, C0_RUNNING                  // delay slot
  lw    $k1, ENV_OWN_CALLS($k1)
  beqz  $k1, general
  nop                                    // delay slot
  b     enter_handler_\traced
  .if \traced
  mtc0  $at, C0_SPARE                    // delay slot
  .else
  addiu $k0, $k0, -4                     // delay slot: pc of the instruction
  .endif
  .endm


  .section .text.vectors, "ax"
  .balign 4096
  .globl vectors_quiet
vectors_quiet:
  refill_vector 0
  .org vectors_quiet + 0x180
  exception_vector 0
  .org vectors_quiet + 0x200             // interrupts (Cause.IV)
  j     general
  nop                                    // delay slot
  handler_entry 0
  system_calls 0

  .balign 4096
  .globl vectors_traced
vectors_traced:
  refill_vector 1
  .org vectors_traced + 0x180
  exception_vector 1
  .org vectors_traced + 0x200
  j     general
  nop                                    // delay slot
  handler_entry 1
  system_calls 1

// What the fast paths can't do. v0 was overwritten on the way.
pct_by_hand:
  b     general
  li    $v0, CALL_PCT                    // delay slot
yield_by_hand:
  li    $v0, CALL_YIELD_TO

// Everything else: save everything in the running environment's frame, handle it in C++, resume whom that says.
  .globl general
general:
  mfc0  $k1, C0_RUNNING
  addiu $k1, $k1, ENV_FRAME              // k1 = TrapFrame
  sw    $1, 4($k1)
  .irp  n, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 28, 29, 30, 31
  sw    $\n, 4 * \n($k1)
  .endr
  mflo  $t0
  sw    $t0, FRAME_LO($k1)
  mfhi  $t0
  sw    $t0, FRAME_HI($k1)
  mfc0  $t0, C0_EPC
  sw    $t0, FRAME_PC($k1)
  mfc0  $t0, C0_CAUSE
  sw    $t0, FRAME_CAUSE($k1)
  mfc0  $t0, C0_BAD_ADDRESS
  sw    $t0, FRAME_BADVADDR($k1)
  mfc0  $t0, C0_STATUS
  sw    $t0, FRAME_STATUS($k1)
  mtc0  $zero, C0_STATUS                 // kernel mode, interrupts off: an exception from here on is a kernel bug
  .cfi_startproc
  frame_rules $27
  lui   $sp, %hi(kernel_stack_top)
  addiu $sp, $sp, %lo(kernel_stack_top)
  jal   trap                             // in: a0 = frame; out: v0 = frame to resume
  move  $a0, $k1                         // delay slot
  move  $a0, $v0

  b     resume_frame
  nop                                    // delay slot
  .cfi_endproc

// sdbbp calls a debugger, and any program may execute it. Whoever runs in debug mode may do everything, and the processor
// looks for the debugger at 0xbfc00480, in ROM: the host puts these words there (explorer/connection/qemu_process.cpp), as a
// board's boot flash would. They leave debug mode for the kernel, and the program is at fault. Only k0 and k1 are used: nothing
// else is needed of a program that ends here.
  .globl debug_vector, debug_vector_end
debug_vector:
  mfc0  $k1, C0_DEBUG_EPC
  mtc0  $k1, C0_EPC                      // events say which instruction it was
  lui   $k0, %hi(no_debugger)
  addiu $k0, $k0, %lo(no_debugger)
  mtc0  $k0, C0_DEBUG_EPC
  mfc0  $k1, C0_STATUS
  ori   $k1, $k1, 2                      // exception level: kernel mode
  mtc0  $k1, C0_STATUS
  ehb
  deret
debug_vector_end:
no_debugger:
  mtc0  $zero, C0_STATUS
  lui   $sp, %hi(kernel_stack_top)
  addiu $sp, $sp, %lo(kernel_stack_top)
  jal   trap_debug                       // out: v0 = frame to resume
  nop                                    // delay slot
  move  $a0, $v0

// Resumes a frame. in: a0 = TrapFrame
  .globl resume_frame
resume_frame:
  .cfi_startproc
  frame_rules $4
  move  $k1, $a0
  .cfi_def_cfa $27, 0
  lw    $t0, FRAME_LO($k1)
  mtlo  $t0
  lw    $t0, FRAME_HI($k1)
  mthi  $t0
  lw    $t0, FRAME_STATUS($k1)
  mtc0  $t0, C0_STATUS                   // with the exception level set: EPC is ours until eret
  lw    $t0, FRAME_PC($k1)
  mtc0  $t0, C0_EPC
  lw    $1, 4($k1)
  .irp  n, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 28, 29, 30, 31
  lw    $\n, 4 * \n($k1)
  .endr
  eret
  .cfi_endproc

// Where the processor waits when nobody is ready. Runs in kernel mode with the timer interrupt on.
  .globl idle_loop
idle_loop:
  .cfi_startproc
  .cfi_return_column 66
  .cfi_undefined 66
  wait
  b     idle_loop
  nop                                    // delay slot
  .cfi_endproc
