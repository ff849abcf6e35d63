# Where a fault enters a library OS that handles it on the program's own stack, and the way back without the kernel. The base's
# entry uses the upcall stack and masks upcalls while the hook runs; this one lets them come, for a handler can take longer than
# a slice may (bringing a page in), and it nests.
#
# On entry every register is the program's but gp, which compiled code does not use; pc, cause and address are in the
# environment page's exception block. What a C function may change is saved on the stack in use. As soon as the block is copied
# the cause is cleared: upcalls may come. It is set again while gp holds the way back, because an upcall would overwrite gp.
#include "libos/base/frame_rules.h"
#include "libos/base/upcall_layout.h"
#include "libos/vm/fault_layout.h"

        .set    noreorder
        .set    noat
        .cfi_sections .debug_frame
        .text

        .globl  exo_fault_entry
        .type   exo_fault_entry, @function
exo_fault_entry:
        .cfi_startproc
        .cfi_return_column RESUME_COLUMN
        .cfi_undefined $28
        CFI_IN_PAGE(RESUME_COLUMN, PAGE_EXCEPTION_PC)
        addiu   $sp, $sp, -SAVE_BYTES
        .cfi_def_cfa_offset SAVE_BYTES
        sw      $a0, SAVE_A0($sp)
        sw      $a1, SAVE_A1($sp)
        lw      $gp, PAGE_EXCEPTION_PC($zero)
        lw      $a0, PAGE_EXCEPTION_ADDRESS($zero)      # a0 = address
        lw      $a1, PAGE_EXCEPTION_CAUSE($zero)        # a1 = cause
        sw      $gp, SAVE_PC($sp)
        sw      $a0, SAVE_ADDRESS($sp)
        sw      $a1, SAVE_CAUSE($sp)
        .cfi_offset $4, SAVE_A0 - SAVE_BYTES
        .cfi_offset $5, SAVE_A1 - SAVE_BYTES
        .cfi_offset RESUME_COLUMN, SAVE_PC - SAVE_BYTES
        sw      $zero, PAGE_EXCEPTION_CAUSE($zero)      # all is copied
        sw      $1,  SAVE_AT($sp)
        sw      $v0, SAVE_V0($sp)
        sw      $v1, SAVE_V1($sp)
        sw      $a2, SAVE_A2($sp)
        sw      $a3, SAVE_A3($sp)
        sw      $t0, SAVE_T0($sp)
        sw      $t1, SAVE_T1($sp)
        sw      $t2, SAVE_T2($sp)
        sw      $t3, SAVE_T3($sp)
        sw      $t4, SAVE_T4($sp)
        sw      $t5, SAVE_T5($sp)
        sw      $t6, SAVE_T6($sp)
        sw      $t7, SAVE_T7($sp)
        sw      $t8, SAVE_T8($sp)
        sw      $t9, SAVE_T9($sp)
        sw      $ra, SAVE_RA($sp)
        .cfi_offset $1, SAVE_AT - SAVE_BYTES
        .irp    n, 2, 3
        .cfi_offset $\n, SAVE_V0 + 4 * (\n - 2) - SAVE_BYTES
        .endr
        .irp    n, 6, 7
        .cfi_offset $\n, SAVE_A2 + 4 * (\n - 6) - SAVE_BYTES
        .endr
        .irp    n, 8, 9, 10, 11, 12, 13, 14, 15
        .cfi_offset $\n, SAVE_T0 + 4 * (\n - 8) - SAVE_BYTES
        .endr
        .cfi_offset $24, SAVE_T8 - SAVE_BYTES
        .cfi_offset $25, SAVE_T9 - SAVE_BYTES
        .cfi_offset $31, SAVE_RA - SAVE_BYTES
        mfhi    $t0
        mflo    $t1
        sw      $t0, SAVE_HI($sp)
        jal     exo_fault            # (address, cause): bytes to go on behind the instruction, or -1
        sw      $t1, SAVE_LO($sp)               # delay slot
        .cfi_offset 64, SAVE_HI - SAVE_BYTES
        .cfi_offset 65, SAVE_LO - SAVE_BYTES
        lw      $t0, SAVE_HI($sp)
        lw      $t1, SAVE_LO($sp)
        mthi    $t0
        mtlo    $t1
        sw      $sp, PAGE_EXCEPTION_CAUSE($zero)        # not 0: from here on nothing may come between
        bltz    $v0, hand_on
        lw      $gp, SAVE_PC($sp)               # delay slot
        addu    $gp, $gp, $v0                   # gp = where the program goes on
        .macro  RESTORE
        lw      $1,  SAVE_AT($sp)
        lw      $v0, SAVE_V0($sp)
        lw      $v1, SAVE_V1($sp)
        lw      $a0, SAVE_A0($sp)
        lw      $a1, SAVE_A1($sp)
        lw      $a2, SAVE_A2($sp)
        lw      $a3, SAVE_A3($sp)
        lw      $t0, SAVE_T0($sp)
        lw      $t1, SAVE_T1($sp)
        lw      $t2, SAVE_T2($sp)
        lw      $t3, SAVE_T3($sp)
        lw      $t4, SAVE_T4($sp)
        lw      $t5, SAVE_T5($sp)
        lw      $t6, SAVE_T6($sp)
        lw      $t7, SAVE_T7($sp)
        lw      $t8, SAVE_T8($sp)
        lw      $t9, SAVE_T9($sp)
        lw      $ra, SAVE_RA($sp)
        .endm
        .cfi_remember_state
        RESTORE
        addiu   $sp, $sp, SAVE_BYTES
        .cfi_def_cfa_offset 0
        .irp    n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 31, 64, 65
        .cfi_same_value \n
        .endr
        .cfi_register RESUME_COLUMN, 28
        jr      $gp
        sw      $zero, PAGE_EXCEPTION_CAUSE($zero)      # delay slot
        .cfi_restore_state

hand_on:                                        # nobody's: the exception block as it was, for the base
        sw      $gp, PAGE_EXCEPTION_PC($zero)
        lw      $t0, SAVE_ADDRESS($sp)
        sw      $t0, PAGE_EXCEPTION_ADDRESS($zero)
        lw      $t0, SAVE_CAUSE($sp)
        sw      $t0, PAGE_EXCEPTION_CAUSE($zero)
        RESTORE
        j       exo_exception_entry
        addiu   $sp, $sp, SAVE_BYTES            # delay slot
        .cfi_endproc
