# For the switch trial: a system call or a wait with every register full, the place where asynchronous transfers enter, and a
# rest that only such a transfer ends.
#include "libos/base/upcall_layout.h"
        .set    noreorder
        .set    noat
        .text

# uint32_t exo_full_registers(seed, call, a0, v1): register n is seed + 7 n meanwhile, but v0, v1, a0 and gp. call -1: no system
# call, the program counts down from a0 and is preempted. Out: the status; the number of registers that changed goes to
# exo_changed.
        .globl  exo_full_registers
        .type   exo_full_registers, @function
exo_full_registers:
        addiu   $sp, $sp, -64
        sw      $ra, 60($sp)
        sw      $fp, 56($sp)
        .irp    n, 16, 17, 18, 19, 20, 21, 22, 23
        sw      $\n, 4 * \n - 40($sp)           # 24 to 52
        .endr
        sw      $a0, 16($sp)                    # seed
        sw      $a2, 20($sp)
        move    $v0, $a1
        move    $v1, $a0
        mthi    $a0
        sll     $a1, $a0, 1
        mtlo    $a1
        move    $a1, $a3                        # v1, for a moment
        move    $a0, $a2
        .irp    n, 1, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 30, 31
        addiu   $\n, $v1, 7 * \n
        .endr
        xor     $v1, $v1, $a1                   # swap a1 and v1, then a1 = its pattern
        xor     $a1, $v1, $a1
        xor     $v1, $v1, $a1
        addiu   $a1, $a1, 7 * 5
        bltz    $v0, count
        nop                                     # delay slot
        syscall
        b       compare
        nop                                     # delay slot
count:
        addiu   $a0, $a0, -1
        bgtz    $a0, count
        nop                                     # delay slot
        lw      $a0, 20($sp)
        move    $v0, $zero
compare:
        sw      $v0, 12($sp)
        lw      $v1, 20($sp)
        xor     $a0, $a0, $v1
        sltu    $a0, $zero, $a0                 # a0 = how many changed
        lw      $v1, 16($sp)
        .irp    n, 1, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 30, 31
        addiu   $v0, $v1, 7 * \n
        xor     $v0, $v0, $\n
        sltu    $v0, $zero, $v0
        addu    $a0, $a0, $v0
        .endr
        mfhi    $v0
        xor     $v0, $v0, $v1
        sltu    $v0, $zero, $v0
        addu    $a0, $a0, $v0
        mflo    $v0
        sll     $v1, $v1, 1
        xor     $v0, $v0, $v1
        sltu    $v0, $zero, $v0
        addu    $a0, $a0, $v0
        lui     $v1, %hi(exo_changed)
        sw      $a0, %lo(exo_changed)($v1)
        lw      $v0, 12($sp)
        .irp    n, 16, 17, 18, 19, 20, 21, 22, 23
        lw      $\n, 4 * \n - 40($sp)
        .endr
        lw      $fp, 56($sp)
        lw      $ra, 60($sp)
        jr      $ra
        addiu   $sp, $sp, 64                    # delay slot

# void exo_rest(): gives up all registers until an asynchronous transfer ends it.
        .globl  exo_rest
        .type   exo_rest, @function
exo_rest:
        addiu   $sp, $sp, -64
        sw      $ra, 60($sp)
        sw      $fp, 56($sp)
        .irp    n, 16, 17, 18, 19, 20, 21, 22, 23
        sw      $\n, 4 * \n - 40($sp)
        .endr
        lui     $t0, %hi(exo_resting)
        sw      $sp, %lo(exo_resting)($t0)
        li      $v0, CALL_ENTRY_WAIT
        move    $a0, $zero
        syscall

# v1 = who; a0 to a3, t0, t1 = message; everything else is free.
        .globl  exo_async_entry
        .type   exo_async_entry, @function
exo_async_entry:
        lui     $sp, %hi(exo_async_stack_top - 32)
        addiu   $sp, $sp, %lo(exo_async_stack_top - 32)
        sw      $t0, 16($sp)
        sw      $t1, 20($sp)
        jal     exo_async_message               # (a0 to a3, t0, t1, v1)
        sw      $v1, 24($sp)                    # delay slot
        lui     $t0, %hi(exo_resting)
        lw      $t1, %lo(exo_resting)($t0)
        bnez    $t1, rested
        li      $v0, CALL_ENTRY_WAIT            # delay slot
        li      $a0, 1                          # it was waiting for an answer, and does again
        syscall
rested:
        move    $sp, $t1
        sw      $zero, %lo(exo_resting)($t0)
        .irp    n, 16, 17, 18, 19, 20, 21, 22, 23
        lw      $\n, 4 * \n - 40($sp)
        .endr
        lw      $fp, 56($sp)
        lw      $ra, 60($sp)
        jr      $ra
        addiu   $sp, $sp, 64                    # delay slot

        .data
exo_resting:    .word 0                         # the resting program's sp, or 0
        .globl  exo_changed
exo_changed:    .word 0

        .section .stack, "aw", @nobits
        .balign 16
        .space  512
exo_async_stack_top:
