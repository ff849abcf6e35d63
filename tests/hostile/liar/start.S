// A stack, and the gate where the host looks for it.
        .set    noreorder
        .globl  _start
        .section .text.boot, "ax"
_start: lui     $sp, 0x8020
        mtc0    $zero, $12              # Status: out of the reset state
        jal     liar_main
        nop                             # delay slot

        .globl  trace_pass
        .globl  trace_gate
        .balign 8
trace_pass:
        jr      $ra
        nop                             # delay slot
trace_gate:
        jr      $ra
        nop                             # delay slot
        .globl  kernel_stack_top
        .bss
kernel_stack_top: .space 4
