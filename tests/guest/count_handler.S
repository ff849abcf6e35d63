# The smallest handler of an asynchronous upcall: counts it and resumes the program without the kernel.
#include "libos/base/upcall_layout.h"
        .set    noreorder
        .set    noat
        .text
        .globl  exo_count_entry
exo_count_entry:                                 # a0 to a3 are saved, gp is free
        lui     $gp, %hi(exo_counted)
        lw      $a0, %lo(exo_counted)($gp)
        addiu   $a0, $a0, 1
        sw      $a0, %lo(exo_counted)($gp)
        lw      $gp, PAGE_INTERRUPT+FRAME_PC($zero)
        lw      $a0, PAGE_INTERRUPT+FRAME_A0($zero)
        lw      $a1, PAGE_INTERRUPT+FRAME_A1($zero)
        lw      $a2, PAGE_INTERRUPT+FRAME_A2($zero)
        lw      $a3, PAGE_INTERRUPT+FRAME_A3($zero)
        jr      $gp
        sw      $zero, PAGE_MASKED($zero)        # delay slot

        .data
        .globl  exo_counted
exo_counted:    .word 0
