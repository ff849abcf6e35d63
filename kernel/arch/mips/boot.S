// From QEMU's boot loader to C++: a stack, kernel mode with interrupts off, and the loader's arguments handed on.
//   in: a0 number of arguments, a1 their addresses (the second is the kernel command line), a2 environment, a3 bytes of RAM
  .set noreorder
  .cfi_sections .debug_frame
  .section .text.boot, "ax"
  .globl _start
_start:
  .cfi_startproc
  .cfi_undefined $31           // for debuggers: nobody called
  mtc0  $zero, $12             // Status: kernel mode, normal vectors, interrupts off, no coprocessor
  mtc0  $zero, $13             // Cause
  lui   $sp, %hi(kernel_stack_top)
  addiu $sp, $sp, %lo(kernel_stack_top)
  lui   $t0, %hi(kernel_bss)   // t0: next word to clear
  addiu $t0, $t0, %lo(kernel_bss)
  lui   $t1, %hi(kernel_end)   // t1: end
  addiu $t1, $t1, %lo(kernel_end)
1:
  sw    $zero, 0($t0)
  addiu $t0, $t0, 4
  bne   $t0, $t1, 1b
  nop                          // delay slot
  jal   kernel_main            // a1 still holds the arguments; does not return
  move  $a0, $a2               // delay slot: a0 environment, a1 arguments
  .cfi_endproc

  .section .bss
  .balign 16
  .space 16384
  .globl kernel_stack_top
kernel_stack_top:
