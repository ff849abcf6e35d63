# The floating-point unit from outside the compiler, which knows nothing of it: patterns into its registers, and back.
        .set    noreorder
        .set    noat
        .set    hardfloat
        .text
        .macro  for_all do
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
        \do     \n
        .endr
        .endm

# void exo_fpu_fill(uint32_t first, uint32_t step): register n becomes first + n * step
        .macro  fill n
        mtc1    $a0, $f\n
        addu    $a0, $a0, $a1
        .endm
        .globl  exo_fpu_fill
exo_fpu_fill:
        for_all fill
        jr      $ra
        nop                                     # delay slot

# uint32_t exo_fpu_differ(uint32_t first, uint32_t step): how many registers are not that
        .macro  differ n
        mfc1    $t0, $f\n
        xor     $t0, $t0, $a0
        sltu    $t0, $zero, $t0
        addu    $v0, $v0, $t0
        addu    $a0, $a0, $a1
        .endm
        .globl  exo_fpu_differ
exo_fpu_differ:
        move    $v0, $zero
        for_all differ
        jr      $ra
        nop                                     # delay slot

# void exo_fpu_set_control(uint32_t value). With a cause and its enable set this is an exception, at the second instruction.
        .globl  exo_fpu_set_control
exo_fpu_set_control:
        nop
        ctc1    $a0, $31
        jr      $ra
        nop                                     # delay slot

        .globl  exo_fpu_control
exo_fpu_control:
        cfc1    $v0, $31
        jr      $ra
        nop                                     # delay slot
