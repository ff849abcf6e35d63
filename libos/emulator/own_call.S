# The environment's own system call: any number from 64 on. It answers a0 + a1 in v0. A system call's caller expects its
# registers back but for v0 and v1, and no other is used here: there is nothing to save.
#include "libos/base/upcall_layout.h"
        .set    noreorder
        .set    noat
        .text
        .globl  exo_own_call
exo_own_call:                                   # every register is the program's; gp is free
        lw      $gp, PAGE_EXCEPTION_PC($zero)
        addu    $v0, $a0, $a1
        addiu   $gp, $gp, 4                     # behind the system call
        jr      $gp
        sw      $zero, PAGE_EXCEPTION_CAUSE($zero)      # delay slot
