# A computation of which three registers are live, and what it does when its slice is over: it keeps those three, and tells
# the kernel that it need not keep anything but pc and sp (yield_to).
#include "libos/base/upcall_layout.h"
        .set    noreorder
        .set    noat
        .text

# uint32_t exo_sum(uint32_t count): 1 + 2 + ... + count
        .globl  exo_sum
        .type   exo_sum, @function
exo_sum:
        addiu   $sp, $sp, -16
        sw      $s0, 0($sp)
        sw      $s1, 4($sp)
        sw      $s2, 8($sp)
        move    $s0, $a0                         # s0 = the last number
        move    $s1, $zero                       # s1 = the sum so far
        move    $s2, $zero                       # s2 = the number it has come to
1:      addiu   $s2, $s2, 1
        bne     $s2, $s0, 1b
        addu    $s1, $s1, $s2                    # delay slot
        move    $v0, $s1
        lw      $s0, 0($sp)
        lw      $s1, 4($sp)
        lw      $s2, 8($sp)
        jr      $ra
        addiu   $sp, $sp, 16                     # delay slot

# Upcalls stay masked until it goes on, so nothing overwrites what the kernel left in the environment page.
        .globl  exo_sum_slice_end
        .type   exo_sum_slice_end, @function
exo_sum_slice_end:
        lui     $gp, %hi(exo_three)
        addiu   $gp, $gp, %lo(exo_three)
        sw      $s0, 0($gp)
        sw      $s1, 4($gp)
        sw      $s2, 8($gp)
        lw      $a0, 12($gp)
        addiu   $a0, $a0, 1
        sw      $a0, 12($gp)                     # how often
        li      $v0, CALL_YIELD_TO
        move    $a0, $zero                       # to whoever is next
        syscall                                  # goes on here in its next slice, with nothing but pc and sp
        lui     $gp, %hi(exo_three)
        addiu   $gp, $gp, %lo(exo_three)
        lw      $s0, 0($gp)
        lw      $s1, 4($gp)
        lw      $s2, 8($gp)
        lw      $gp, PAGE_INTERRUPT+FRAME_PC($zero)
        jr      $gp
        sw      $zero, PAGE_MASKED($zero)        # delay slot

        .bss
        .balign 4
exo_three:      .space 12
        .globl  exo_sum_slice_ends
exo_sum_slice_ends:
        .space  4
