# The smallest handler of exceptions and misses: counts them, keeps the last cause code and address, and resumes the program
# after the instruction that raised it, without the kernel. With an instruction in a delay slot, pc is the branch: 4 further is
# the slot, which must not run again either, so 8 (only the delay-slot trial does that, and branches to just there).
#include "libos/base/upcall_layout.h"
        .set    noreorder
        .set    noat
        .text
        .globl  exo_skip_entry
exo_skip_entry:                                  # every register is the program's; gp is free
        sw      $t0, PAGE_SCRATCH($zero)
        lui     $gp, %hi(exo_skipped)
        lw      $t0, %lo(exo_skipped)($gp)
        addiu   $t0, $t0, 1
        sw      $t0, %lo(exo_skipped)($gp)
        lw      $t0, PAGE_EXCEPTION_ADDRESS($zero)
        lui     $gp, %hi(exo_last_address)
        sw      $t0, %lo(exo_last_address)($gp)
        lw      $t0, PAGE_EXCEPTION_CAUSE($zero)
        ext     $t0, $t0, 2, 5
        lui     $gp, %hi(exo_last_cause)
        sw      $t0, %lo(exo_last_cause)($gp)
        lw      $t0, PAGE_EXCEPTION_CAUSE($zero)
        lw      $gp, PAGE_EXCEPTION_PC($zero)
        bgez    $t0, 1f
        addiu   $gp, $gp, 4                      # delay slot
        addiu   $gp, $gp, 4
1:      lw      $t0, PAGE_SCRATCH($zero)
        jr      $gp
        sw      $zero, PAGE_EXCEPTION_CAUSE($zero) # delay slot

        .data
        .globl  exo_skipped
exo_skipped:    .word 0
        .globl  exo_last_cause
exo_last_cause: .word 0
        .globl  exo_last_address
exo_last_address: .word 0
