# The slice is over: counts that, and lets the program go on. When to leave is for the program to find out.
#include "libos/base/upcall_layout.h"
        .set    noreorder
        .set    noat
        .text
        .globl  exo_late_slice_end
        .type   exo_late_slice_end, @function
exo_late_slice_end:                              # a0 to a3 are kept in the environment page; gp is free
        lui     $gp, %hi(exo_slice_ends)
        lw      $a0, %lo(exo_slice_ends)($gp)
        addiu   $a0, $a0, 1
        sw      $a0, %lo(exo_slice_ends)($gp)
        lw      $gp, PAGE_INTERRUPT+FRAME_PC($zero)
        lw      $a0, PAGE_INTERRUPT+FRAME_A0($zero)
        jr      $gp
        sw      $zero, PAGE_MASKED($zero)        # delay slot

        .data
        .globl  exo_slice_ends
exo_slice_ends: .word 0
