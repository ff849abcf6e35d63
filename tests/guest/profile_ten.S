# Ten instructions, no more and no less: what a profile is held against.
        .set    noreorder
        .text
        .globl  exo_ten
        .type   exo_ten, @function
exo_ten:
        .rept   8
        nop
        .endr
        jr      $ra
        nop                                      # delay slot
        .size   exo_ten, . - exo_ten
