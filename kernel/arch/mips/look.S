// What compiled code calls when something is due: keeps every register in which a program may have something (r0 to r5;
// C++ keeps r6 to r9 itself) and lets the kernel act.

  .set noreorder
  .set noat
  .text
  .globl exo_download_look
exo_download_look:
  addiu $sp, $sp, -72                    // 0 to 15: a callee's home
  sw    $v0, 16($sp)
  sw    $v1, 20($sp)
  sw    $a0, 24($sp)
  sw    $a1, 28($sp)
  sw    $a2, 32($sp)
  sw    $a3, 36($sp)
  sw    $t0, 40($sp)
  sw    $t1, 44($sp)
  sw    $t2, 48($sp)
  sw    $t3, 52($sp)
  sw    $t4, 56($sp)
  sw    $t5, 60($sp)
  sw    $ra, 64($sp)
  jal   downloaded_look
  nop                                    // delay slot
  lw    $v0, 16($sp)
  lw    $v1, 20($sp)
  lw    $a0, 24($sp)
  lw    $a1, 28($sp)
  lw    $a2, 32($sp)
  lw    $a3, 36($sp)
  lw    $t0, 40($sp)
  lw    $t1, 44($sp)
  lw    $t2, 48($sp)
  lw    $t3, 52($sp)
  lw    $t4, 56($sp)
  lw    $t5, 60($sp)
  lw    $ra, 64($sp)
  jr    $ra
  addiu $sp, $sp, 72                     // delay slot
