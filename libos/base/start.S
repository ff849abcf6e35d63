# Entry of every program: its stack is the last thing in its last segment, whatever its creator put into sp.
        .set    noreorder
        .cfi_sections .debug_frame
        .section .text.start, "ax", @progbits
        .globl  _start
        .type   _start, @function
_start:
        .cfi_startproc
        .cfi_undefined $31                      # nobody called
        lui     $sp, %hi(exo_program_stack_top)
        addiu   $sp, $sp, %lo(exo_program_stack_top)
        addiu   $sp, $sp, -16                   # home of the callee's a0 to a3
        move    $fp, $zero
        jal     exo_start                       # sets the upcalls, calls main, exits
        nop                                     # delay slot
1:      b       1b                              # exo_start does not return
        nop                                     # delay slot
        .cfi_endproc
