# Registers across something that must keep them: every register gets a value of its own, the thing happens, and the result is
# how many came back changed. Only the stack, the return address and gp are what they must be.
#define CALL_ENV_SUBMIT 39
        .set    noreorder
        .set    noat
        .text
        .macro  fill_registers
        addiu   $sp, $sp, -48
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7
        sw      $s\n, 4 * \n($sp)
        .endr
        sw      $ra, 32($sp)
        sw      $fp, 36($sp)
        lui     $1, 0x5100
        ori     $1, $1, 1
        .irp    n, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 30, 31
        lui     $\n, 0x5100
        ori     $\n, $\n, \n
        .endr
        mthi    $5
        mtlo    $6
        .endm

# v0 = registers that changed; back to the caller.
        .macro  count_changed
        move    $gp, $zero                                       # gp = registers that changed
        .irp    n, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 30, 31
        addiu   $\n, $\n, -\n
        .endr
        addiu   $1, $1, -1
        .irp    n, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 30, 31
        xor     $\n, $\n, $1
        sltu    $\n, $zero, $\n
        addu    $gp, $gp, $\n
        .endr
        lui     $2, 0x5100
        xor     $1, $1, $2
        sltu    $1, $zero, $1
        addu    $gp, $gp, $1
        ori     $2, $2, 5
        mfhi    $3
        xor     $3, $3, $2
        sltu    $3, $zero, $3
        addu    $gp, $gp, $3
        addiu   $2, $2, 1
        mflo    $3
        xor     $3, $3, $2
        sltu    $3, $zero, $3
        addu    $v0, $gp, $3
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7
        lw      $s\n, 4 * \n($sp)
        .endr
        lw      $ra, 32($sp)
        lw      $fp, 36($sp)
        jr      $ra
        addiu   $sp, $sp, 48                                     # delay slot
        .endm

# uint32_t exo_changed_by_break(): an exception, handled and resumed
        .globl  exo_changed_by_break
exo_changed_by_break:
        fill_registers
        break
        count_changed

# uint32_t exo_changed_by_submit(uint32_t server): a sleep with a swap server. a0, v0 and v1 are the call's.
        .globl  exo_changed_by_submit
exo_changed_by_submit:
        move    $gp, $a0
        fill_registers
        move    $a0, $gp
        li      $v0, CALL_ENV_SUBMIT
        syscall
        lui     $gp, %hi(exo_submit_status)
        sw      $v0, %lo(exo_submit_status)($gp)
        .irp    n, 2, 3, 4
        lui     $\n, 0x5100
        ori     $\n, $\n, \n
        .endr
        count_changed

        .bss
        .balign 4
        .globl  exo_submit_status
exo_submit_status: .space 4
