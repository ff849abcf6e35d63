# Where this environment is entered: by the answer to a call of its own, or by a call of someone else's.
#include "libos/base/frame_rules.h"
#include "libos/base/upcall_layout.h"

        .set    noreorder
        .set    noat
        .cfi_sections .debug_frame
        .text
# For debuggers: nothing lies below on this stack. Whoever entered is in the column of v1, with STILL_WAITING perhaps.
        .macro  CFI_ENTERED
        .cfi_startproc
        .cfi_return_column RESUME_COLUMN
        .cfi_undefined RESUME_COLUMN
        .endm
# The six registers of a message into the block at sp.
        .macro  KEEP_MESSAGE
        sw      $a0, 16($sp)
        sw      $a1, 20($sp)
        sw      $a2, 24($sp)
        sw      $a3, 28($sp)
        sw      $t0, 32($sp)
        sw      $t1, 36($sp)
        .endm

        .globl  exo_transfer_entry
        .type   exo_transfer_entry, @function
        CFI_ENTERED
exo_transfer_entry:                             # v1 = who; a0 to a3, t0, t1 = message; everything else is free
        lw      $t8, PAGE_WAITING_FOR($zero)
        bne     $t8, $v1, called
        lw      $t2, PAGE_WAITING_PC($zero)     # delay slot
        beqz    $v1, nobody
        lw      $sp, PAGE_WAITING_SP($zero)     # delay slot
        move    $v0, $zero                      # Ok
        jr      $t2
        sw      $zero, PAGE_WAITING_FOR($zero)  # delay slot

# Entered with a message that wants no answer. If it waits for an answer of its own meanwhile, what it keeps lies above.
        .globl  exo_transfer_async_entry
        .type   exo_transfer_async_entry, @function
        .cfi_endproc
        CFI_ENTERED
exo_transfer_async_entry:
        lw      $t8, PAGE_WAITING_FOR($zero)
        lui     $sp, %hi(exo_server_stack_top)
        beqz    $t8, 2f
        addiu   $sp, $sp, %lo(exo_server_stack_top)     # delay slot
        lw      $t3, PAGE_WAITING_SP($zero)
        subu    $t2, $sp, $t3
        sltiu   $t2, $t2, SERVER_STACK_BYTES
        movn    $sp, $t3, $t2
2:      addiu   $sp, $sp, -SERVER_BLOCK_BYTES
        KEEP_MESSAGE
        lui     $t9, %hi(exo_receiver)
        lw      $t9, %lo(exo_receiver)($t9)
        move    $a0, $v1
        jalr    $t9                             # (caller, call)
        addiu   $a1, $sp, 16                    # delay slot
        b       wait
        nop                                     # delay slot

        .cfi_endproc
        CFI_ENTERED
        .globl  exo_transfer_called
        .type   exo_transfer_called, @function
exo_transfer_called:
called:                                         # t8 = whom it waits for meanwhile, or 0
        beqz    $v1, nobody
        lui     $sp, %hi(exo_server_block)      # delay slot
        beqz    $t8, 1f
        addiu   $sp, $sp, %lo(exo_server_block) # delay slot: 16 bytes of home, the call, whom to answer
        lw      $t3, PAGE_WAITING_SP($zero)
        addiu   $t3, $t3, -SERVER_BLOCK_BYTES
        subu    $t2, $sp, $t3                   # a server that calls others itself: what it keeps lies above
        sltiu   $t2, $t2, SERVER_STACK_BYTES
        movn    $sp, $t3, $t2
        ori     $t8, $zero, STILL_WAITING
1:      or      $t8, $t8, $v1                   # whom to answer, and whether it goes on waiting then
        KEEP_MESSAGE
        sw      $t8, 40($sp)
        .cfi_def_cfa $29, SERVER_BLOCK_BYTES
        .cfi_offset $3, 40 - SERVER_BLOCK_BYTES
        lw      $t9, PAGE_SERVER($zero)
        move    $a0, $v1
        jalr    $t9                             # (caller, call)
        addiu   $a1, $sp, 16                    # delay slot
answer:
        lw      $a0, 16($sp)
        lw      $a1, 20($sp)
        lw      $a2, 24($sp)
        lw      $a3, 28($sp)
        lw      $t0, 32($sp)
        lw      $t1, 36($sp)
        lw      $v1, 40($sp)
        li      $v0, CALL_PCT
        syscall                                 # the answer; comes back only when the caller can't be entered
        li      $t2, STATUS_BUSY                # an upcall has entered it while it waited: it waits again when that is over
        bne     $v0, $t2, wait                  # it is gone
        lw      $a0, 40($sp)                    # delay slot
        andi    $a0, $a0, STILL_WAITING - 1
        li      $v0, CALL_YIELD                 # until then the processor is its
        syscall
        b       answer
        nop                                     # delay slot
        .cfi_endproc
        CFI_ENTERED
        .cfi_undefined $3
wait:
        li      $v0, CALL_ENTRY_WAIT
        li      $a0, 1
        syscall

nobody:                                         # whom it entered last is gone: if it waits, it was that one
        bnez    $t8, 2f
        move    $a0, $zero                      # delay slot
        li      $v0, CALL_ENTRY_WAIT            # does not come back
        syscall
2:      lw      $t2, PAGE_WAITING_PC($zero)
        lw      $sp, PAGE_WAITING_SP($zero)
        li      $v0, STATUS_NO_SUCH_ENVIRONMENT
        jr      $t2
        sw      $zero, PAGE_WAITING_FOR($zero)  # delay slot

        .cfi_endproc

        .section .stack, "aw", @nobits
        .balign 16
        .space  SERVER_STACK_BYTES - SERVER_BLOCK_BYTES
exo_server_block:
        .space  SERVER_BLOCK_BYTES
exo_server_stack_top:
