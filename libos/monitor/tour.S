# The program of both: goes over pages of 4,096 bytes from TOUR_ADDRESS on, and over all of them again, adding up what it reads.
# In each it writes its own sum so far, so that what is read depends on where every page is.
#
# It leaves t8 and t9 alone: a guest's kernel may change them at any instruction, as k0 and k1 on a machine of its own.
#include "libos/monitor/layout.h"
        .set    noreorder
        .set    noat
        .text
        .globl  exo_tour
        .type   exo_tour, @function
exo_tour:                                       # a0 = pages, a1 = rounds; v0 = the sum
        move    $v0, $zero
1:      lui     $t0, TOUR_ADDRESS >> 16         # t0 = the page
        move    $t1, $a0                        # t1 = pages to go in this round
2:      lw      $t2, 0($t0)
        addu    $v0, $v0, $t2
        addiu   $v0, $v0, 1
        sw      $v0, 0($t0)
        addiu   $t1, $t1, -1
        bnez    $t1, 2b
        addiu   $t0, $t0, 4096                  # delay slot
        addiu   $a1, $a1, -1
        bnez    $a1, 1b
        nop                                     # delay slot
        jr      $ra
        nop                                     # delay slot
