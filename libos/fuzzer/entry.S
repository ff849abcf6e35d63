# Where every upcall enters the fuzzer. What it interrupted is given up: a fuzzer has nothing to go back to, so whatever it did to
# itself (jumped anywhere, lost its stack) it begins again at the top of its stack with the next random thing.
        .set    noreorder
        .text

# Asynchronous: a0 = kind, a1 to a3 = its arguments, sp and everything else unknown.
        .globl  exo_fuzzer_interrupted
        .type   exo_fuzzer_interrupted, @function
exo_fuzzer_interrupted:
        lui     $sp, %hi(exo_program_stack_top)
        addiu   $sp, $sp, %lo(exo_program_stack_top)
        j       exo_fuzzer_upcall
        addiu   $sp, $sp, -32                   # delay slot: home of the callee's arguments

# Entered by someone's protected control transfer: v1 = who (0: whom it called is gone), a0 to a3 = the message.
        .globl  exo_fuzzer_entered
        .type   exo_fuzzer_entered, @function
exo_fuzzer_entered:
        lui     $sp, %hi(exo_program_stack_top)
        addiu   $sp, $sp, %lo(exo_program_stack_top)
        move    $a0, $v1
        j       exo_fuzzer_transfer
        addiu   $sp, $sp, -32                   # delay slot

# Calls that do not come back with the registers as they were: number in a0, the call's a0 in a1, its v1 in a2.
        .globl  exo_fuzzer_give_up
        .type   exo_fuzzer_give_up, @function
exo_fuzzer_give_up:
        move    $v0, $a0
        move    $v1, $a2
        move    $a0, $a1
        syscall
        b       exo_fuzzer_faulted              # refused, or it has the processor again
        nop                                     # delay slot

# Synchronous: nothing known. No register was changed, and none is needed.
        .globl  exo_fuzzer_faulted
        .type   exo_fuzzer_faulted, @function
exo_fuzzer_faulted:
        lui     $sp, %hi(exo_program_stack_top)
        addiu   $sp, $sp, %lo(exo_program_stack_top)
        j       exo_fuzzer_again
        addiu   $sp, $sp, -32                   # delay slot

# Jumps to a0 with every other register as chosen: a1 to a3 in v0, t0 and s0 too. Comes back only through an upcall, or
# by `jr $ra` from there.
        .globl  exo_fuzzer_jump
        .type   exo_fuzzer_jump, @function
exo_fuzzer_jump:
        move    $v0, $a1
        move    $t0, $a2
        move    $s0, $a3
        move    $t9, $a0
        lui     $ra, %hi(exo_fuzzer_faulted)
        addiu   $ra, $ra, %lo(exo_fuzzer_faulted)
        jr      $t9
        move    $sp, $a3                        # delay slot
