// A stack, and a gate.
#include "kernel/arch/mips/gate.h"

        .set    noreorder
        .globl  _start
        .section .text.boot, "ax"
_start: lui     $sp, 0x8020
        mtc0    $zero, $12              # Status: out of the reset state
        jal     liar_main
        nop                             # delay slot

        .globl  pass_gate
        .balign 8
pass_gate:
        gate
        jr      $ra
        nop                             # delay slot
        .globl  kernel_stack_top
        .bss
kernel_stack_top: .space 4
