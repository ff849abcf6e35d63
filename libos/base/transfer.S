# Where this environment is entered: by the answer to a call of its own, or by a call of someone else's.
#include "libos/base/upcall_layout.h"

        .set    noreorder
        .set    noat
        .text
        .globl  exo_transfer_entry
        .type   exo_transfer_entry, @function
exo_transfer_entry:                             # v1 = who; a0 to a3, t0, t1 = message; everything else is free
        lui     $t9, %hi(exo_waiting_for)
        lw      $t8, %lo(exo_waiting_for)($t9)
        bne     $t8, $v1, called
        lui     $t2, %hi(exo_waiting_pc)        # delay slot
        lw      $t2, %lo(exo_waiting_pc)($t2)
        lui     $t3, %hi(exo_waiting_sp)
        lw      $sp, %lo(exo_waiting_sp)($t3)
        move    $v0, $zero                      # Ok
        jr      $t2
        sw      $zero, %lo(exo_waiting_for)($t9)        # delay slot

# Entered with a message that wants no answer. The stack is shared with calls: both run with nothing else going on.
        .globl  exo_transfer_async_entry
        .type   exo_transfer_async_entry, @function
exo_transfer_async_entry:
        lui     $t9, %hi(exo_receiver)
        lw      $t9, %lo(exo_receiver)($t9)
        lui     $sp, %hi(exo_server_stack_top)
        addiu   $sp, $sp, %lo(exo_server_stack_top)
        addiu   $sp, $sp, -48
        sw      $a0, 16($sp)
        sw      $a1, 20($sp)
        sw      $a2, 24($sp)
        sw      $a3, 28($sp)
        sw      $t0, 32($sp)
        sw      $t1, 36($sp)
        move    $a0, $v1
        jalr    $t9                             # (caller, call)
        addiu   $a1, $sp, 16                    # delay slot
        b       wait
        nop                                     # delay slot

called:
        beqz    $v1, nobody
        lui     $sp, %hi(exo_server_stack_top)  # delay slot
        addiu   $sp, $sp, %lo(exo_server_stack_top)
        addiu   $sp, $sp, -48                   # 16 bytes of home, the call, the caller
        sw      $a0, 16($sp)
        sw      $a1, 20($sp)
        sw      $a2, 24($sp)
        sw      $a3, 28($sp)
        sw      $t0, 32($sp)
        sw      $t1, 36($sp)
        sw      $v1, 40($sp)
        lui     $t9, %hi(exo_server)
        lw      $t9, %lo(exo_server)($t9)
        move    $a0, $v1
        jalr    $t9                             # (caller, call)
        addiu   $a1, $sp, 16                    # delay slot
        lw      $a0, 16($sp)
        lw      $a1, 20($sp)
        lw      $a2, 24($sp)
        lw      $a3, 28($sp)
        lw      $t0, 32($sp)
        lw      $t1, 36($sp)
        lw      $v1, 40($sp)
        li      $v0, CALL_PCT
        syscall                                 # the answer; comes back only when the caller can't be entered
wait:
        li      $v0, CALL_ENTRY_WAIT
        li      $a0, 1
        syscall

nobody:                                         # whom we waited for is gone
        lui     $t2, %hi(exo_waiting_pc)
        lw      $t2, %lo(exo_waiting_pc)($t2)
        lui     $t3, %hi(exo_waiting_sp)
        lw      $sp, %lo(exo_waiting_sp)($t3)
        li      $v0, STATUS_NO_SUCH_ENVIRONMENT
        jr      $t2
        sw      $zero, %lo(exo_waiting_for)($t9)        # delay slot

        .section .stack, "aw", @nobits
        .balign 16
        .space  SERVER_STACK_BYTES
exo_server_stack_top:
