# One handler for each cause of an exception, each of its own: it counts, notes the context that it was given, and resumes the
# program behind the instruction. Besides, a handler that calls C++ and may be interrupted, and one that comes back to where
# the program says.
#include "libos/base/upcall_layout.h"
        .set    noreorder
        .set    noat
        .text

# gp is free, every other register is the program's.
        .macro  own_handler code
        .globl  exo_own_handler_\code
exo_own_handler_\code:
        sw      $t0, PAGE_SCRATCH($zero)
        lui     $gp, %hi(exo_own_counts + 4 * \code)
        lw      $t0, %lo(exo_own_counts + 4 * \code)($gp)
        addiu   $t0, $t0, 1
        b       skip
        sw      $t0, %lo(exo_own_counts + 4 * \code)($gp)        # delay slot
        .endm
        .irp    code, 1, 2, 3, 4, 5, 8, 9, 10, 11, 12, 13, 15
        own_handler \code
        .endr

skip:   lw      $t0, PAGE_EXCEPTION_CAUSE($zero)
        lui     $gp, %hi(exo_own_cause)
        sw      $t0, %lo(exo_own_cause)($gp)
        lw      $t0, PAGE_EXCEPTION_ADDRESS($zero)
        lui     $gp, %hi(exo_own_address)
        sw      $t0, %lo(exo_own_address)($gp)
        lw      $gp, PAGE_EXCEPTION_PC($zero)
        lui     $t0, %hi(exo_own_pc)
        sw      $gp, %lo(exo_own_pc)($t0)
        lw      $t0, PAGE_SCRATCH($zero)
        addiu   $gp, $gp, 4
        jr      $gp
        sw      $zero, PAGE_EXCEPTION_CAUSE($zero)               # delay slot

# For an exception that the program raises where a function call could stand: sp is a stack, caller-saved registers are free.
# exo_in_handler runs with the cause set, so that nothing asynchronous comes; it clears it when it has copied what it needs.
        .globl  exo_calling_handler
exo_calling_handler:
        lw      $a0, PAGE_EXCEPTION_PC($zero)
        addiu   $sp, $sp, -24
        sw      $ra, 16($sp)
        jal     exo_in_handler                                   # (pc)
        sw      $a0, 20($sp)                                     # delay slot
        lw      $gp, 20($sp)
        lw      $ra, 16($sp)
        addiu   $gp, $gp, 4
        jr      $gp
        addiu   $sp, $sp, 24                                     # delay slot

        .rodata
        .globl  exo_own_handlers                                 # by cause; 0: not the environment's
exo_own_handlers:
        .word   0
        .irp    code, 1, 2, 3, 4, 5
        .word   exo_own_handler_\code
        .endr
        .word   0, 0
        .irp    code, 8, 9, 10, 11, 12, 13
        .word   exo_own_handler_\code
        .endr
        .word   0, exo_own_handler_15

        .bss
        .balign 4
        .globl  exo_own_counts
exo_own_counts: .space  64
        .globl  exo_own_cause
exo_own_cause:  .space  4
        .globl  exo_own_address
exo_own_address: .space 4
        .globl  exo_own_pc
exo_own_pc:     .space  4
