// Exception vectors: TLB refill from the STLB, and the way from any other exception into C++ and back.
//
// There are two vector pages, one that traces and one that does not; EBase points at one of them, so that tracing off costs
// nothing on the refill path. k0 and k1 belong to the kernel at any time; everything else is the interrupted program's.
#include "kernel/arch/mips/gate.h"
#include "kernel/arch/mips/offsets.h"

  .set noreorder
  .set noat

// STLB probe. Context holds the address of the page pair's entry but for the bits above the STLB's index, which `ins` clears,
// and for the address space's hash. Both halves go to EntryLo before the tag is compared: no third register is needed.
//   out, falling through: k0 tag of the slot, k1 EntryHi, the branch to \miss taken when they differ
  .macro probe_stlb miss
  mfc0  $k0, $4                          // Context: k0 = STLB + 16 * page pair
  ins   $k0, $zero, 4 + STLB_INDEX_BITS, 23 - 4 - STLB_INDEX_BITS
  lui   $k1, %hi(stlb_hash_bytes)
  lw    $k1, %lo(stlb_hash_bytes)($k1)
  xor   $k0, $k0, $k1                    // k0 = entry
  lw    $k1, 4($k0)
  mtc0  $k1, $2                          // EntryLo0
  lw    $k1, 8($k0)
  mtc0  $k1, $3                          // EntryLo1
  lw    $k0, 0($k0)                      // k0 = tag
  mfc0  $k1, $10                         // k1 = EntryHi
  bne   $k0, $k1, \miss
  mfc0  $k0, $1                          // delay slot: k0 = Random
  mtc0  $k0, $0                          // Index: tlbwi at Random, never tlbwr (QEMU would keep the victim alive)
  tlbwi
  .endm

  .section .text.vectors, "ax"
  .balign 4096
  .globl vectors_quiet
vectors_quiet:
  probe_stlb general
  eret

  .org vectors_quiet + 0x180
  j     general
  nop                                    // delay slot

  .balign 4096
  .globl vectors_traced
vectors_traced:
  probe_stlb general
  // Record TlbRefilled: 16 instructions, and no register of the program's.
  mfc0  $k1, $28, 1                      // DataLo: k1 = head
  lui   $k0, RING_HIGH
  ins   $k0, $k1, 5, RING_INDEX_BITS     // k0 = record
  sw    $k1, 4($k0)
  addiu $k1, $k1, 1
  mtc0  $k1, $28, 1                      // DataLo
  mfc0  $k1, $9                          // Count
  sw    $k1, 0($k0)
  mfc0  $k1, $29, 1                      // DataHi: the event's number and the environment
  sw    $k1, 8($k0)
  mfc0  $k1, $14                         // EPC
  sw    $k1, 12($k0)
  mfc0  $k1, $0                          // Index
  sw    $k1, 16($k0)
  mfc0  $k1, $10                         // EntryHi; both halves are what the STLB's slot holds
  sw    $k1, 20($k0)
  gate
  eret

  .org vectors_traced + 0x180
  j     general
  nop                                    // delay slot

// Any exception but an STLB hit: save everything in the running environment's frame, handle it in C++, resume whom that says.
  .globl general
general:
  lui   $k1, %hi(current_frame)
  lw    $k1, %lo(current_frame)($k1)     // k1 = TrapFrame
  sw    $1, 4($k1)
  .irp  n, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 28, 29, 30, 31
  sw    $\n, 4 * \n($k1)
  .endr
  mflo  $t0
  sw    $t0, FRAME_LO($k1)
  mfhi  $t0
  sw    $t0, FRAME_HI($k1)
  mfc0  $t0, $14                         // EPC
  sw    $t0, FRAME_PC($k1)
  mfc0  $t0, $13                         // Cause
  sw    $t0, FRAME_CAUSE($k1)
  mfc0  $t0, $8                          // BadVAddr
  sw    $t0, FRAME_BADVADDR($k1)
  mfc0  $t0, $12                         // Status
  sw    $t0, FRAME_STATUS($k1)
  mtc0  $zero, $12                       // kernel mode, interrupts off: an exception from here on is a kernel bug
  lui   $sp, %hi(kernel_stack_top)
  addiu $sp, $sp, %lo(kernel_stack_top)
  jal   trap                             // in: a0 = frame; out: v0 = frame to resume
  move  $a0, $k1                         // delay slot
  move  $a0, $v0

// Resumes a frame. in: a0 = TrapFrame
  .globl resume_frame
resume_frame:
  move  $k1, $a0
  lw    $t0, FRAME_LO($k1)
  mtlo  $t0
  lw    $t0, FRAME_HI($k1)
  mthi  $t0
  lw    $t0, FRAME_STATUS($k1)
  mtc0  $t0, $12                         // Status with the exception level set: EPC is ours until eret
  lw    $t0, FRAME_PC($k1)
  mtc0  $t0, $14                         // EPC
  lw    $1, 4($k1)
  .irp  n, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 28, 29, 30, 31
  lw    $\n, 4 * \n($k1)
  .endr
  eret

// Where the processor waits when nobody is ready. Runs in kernel mode with the timer interrupt on.
  .globl idle_loop
idle_loop:
  wait
  b     idle_loop
  nop                                    // delay slot
