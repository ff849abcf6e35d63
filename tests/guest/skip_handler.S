# The smallest handler of a synchronous upcall: counts it, keeps its first argument, and resumes the program after the
# instruction that raised it, without the kernel. With an instruction in a delay slot, pc is the branch: 4 further is the slot,
# which must not run again either, so 8 (only the delay-slot trial does that, and branches to just there).
#include "libos/base/upcall_layout.h"
        .set    noreorder
        .set    noat
        .text
        .globl  exo_skip_entry
exo_skip_entry:                                  # a1 = cause or address; a0 to a3 are saved, gp is free
        lui     $gp, %hi(exo_last_cause)
        sw      $a1, %lo(exo_last_cause)($gp)
        lui     $gp, %hi(exo_skipped)
        lw      $a0, %lo(exo_skipped)($gp)
        addiu   $a0, $a0, 1
        sw      $a0, %lo(exo_skipped)($gp)
        addiu   $a2, $zero, 4                    # a2 = how far to go
        xori    $a1, $a1, 8
        bnez    $a1, 1f
        lw      $a3, PAGE_EXCEPTION+FRAME_A3($zero)  # delay slot
        addiu   $a2, $zero, 8
1:      lw      $gp, PAGE_EXCEPTION+FRAME_PC($zero)
        addu    $gp, $gp, $a2
        lw      $a0, PAGE_EXCEPTION+FRAME_A0($zero)
        lw      $a1, PAGE_EXCEPTION+FRAME_A1($zero)
        lw      $a2, PAGE_EXCEPTION+FRAME_A2($zero)
        jr      $gp
        sw      $zero, PAGE_MASKED($zero)        # delay slot

        .data
        .globl  exo_skipped
exo_skipped:    .word 0
        .globl  exo_last_cause
exo_last_cause: .word 0
