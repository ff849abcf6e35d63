# Floating point for a program whose compiler does without it.
        .set    noreorder
        .set    hardfloat
        .text
# uint32_t exo_harmonic(uint32_t count): 1 + 1/2 + ... + 1/count in single precision, times 65,536, rounded down
        .globl  exo_harmonic
exo_harmonic:
        mtc1    $zero, $f0                      # f0 = the sum
        li      $t0, 1
        mtc1    $t0, $f2
        cvt.s.w $f2, $f2                        # f2 = 1
        mov.s   $f4, $f2                        # f4 = n
1:      div.s   $f6, $f2, $f4
        add.s   $f0, $f0, $f6
        add.s   $f4, $f4, $f2
        addiu   $a0, $a0, -1
        bnez    $a0, 1b
        nop                                     # delay slot
        lui     $t0, 1
        mtc1    $t0, $f2
        cvt.s.w $f2, $f2
        mul.s   $f0, $f0, $f2
        trunc.w.s $f0, $f0
        jr      $ra
        mfc1    $v0, $f0                        # delay slot
