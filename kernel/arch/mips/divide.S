// Division of 64-bit numbers, for compiled code. Dividend in t6 (lower half) and t7, divisor in t8 and t9; gives the
// quotient in t6 and t7 and the rest in t8 and t9. As RFC 9669 (4.1) has it, dividing by 0 gives 0, with the dividend as
// rest. Changes at, hi and lo, and no other register.
//
// Where a divisor has more than 16 bits, the quotient is found in digits of 16 bits, each guessed from the divisor's upper
// 16 bits and corrected at most twice (Knuth, The Art of Computer Programming, volume 2, 4.3.1, algorithm D).

  .set noreorder
  .set noat
  .text

// One digit: v0 the rest so far, below the divisor a0, which is normalised, its halves a1 and a2. Takes the lower 16 bits
// of at, which are next in the dividend, into the rest; the digit goes to \digit. Changes a3. At most 20 instructions.
  .macro find_digit digit
  divu  $zero, $v0, $a1
  mfhi  $v0
  sll   $v0, $v0, 16
  or    $v0, $v0, $at
  mflo  \digit
  mul   $a3, \digit, $a2
  sltu  $at, $v0, $a3
  beqz  $at, 1f
  nop                                    // delay slot
  addiu \digit, \digit, -1
  addu  $v0, $v0, $a0
  sltu  $at, $v0, $a0
  bnez  $at, 1f                          // the rest has grown past 32 bits: it is certainly enough
  nop                                    // delay slot
  sltu  $at, $v0, $a3
  beqz  $at, 1f
  nop                                    // delay slot
  addiu \digit, \digit, -1
  addu  $v0, $v0, $a0
1:
  subu  $v0, $v0, $a3
  .endm

  .globl exo_divide
exo_divide:
  or    $at, $t7, $t9
  bnez  $at, exo_divide_wide
  nop                                    // delay slot
  beqz  $t8, exo_divide_by_zero
  divu  $zero, $t6, $t8                  // delay slot: both fit 32 bits
  mfhi  $t8
  jr    $ra
  mflo  $t6                              // delay slot

exo_divide_by_zero:
  move  $t8, $t6
  move  $t9, $t7
  move  $t6, $zero
  jr    $ra
  move  $t7, $zero                       // delay slot

exo_divide_wide:
  or    $at, $t8, $t9
  beqz  $at, exo_divide_by_zero
  nop                                    // delay slot
  addiu $sp, $sp, -40
  sw    $ra, 0($sp)
  sw    $v0, 4($sp)
  sw    $v1, 8($sp)
  sw    $a0, 12($sp)
  sw    $a1, 16($sp)
  sw    $a2, 20($sp)
  sw    $a3, 24($sp)
  sw    $t0, 28($sp)
  bnez  $t9, exo_divide_by_wide
  sw    $t1, 32($sp)                     // delay slot

// The divisor fits 32 bits: the upper half is divided first, its rest goes on with the lower half.
  divu  $zero, $t7, $t8
  move  $a0, $t8
  move  $v1, $t6
  mflo  $t7
  bal   exo_divide_two
  mfhi  $v0                              // delay slot
  move  $t6, $t1
  b     exo_divide_done
  move  $t8, $v0                         // delay slot

// The divisor does not: the quotient fits 32 bits. Half the dividend by the divisor's upper 32 bits, once it is normalised,
// is at most 1 too much (Hacker's Delight, 2nd edition, 9-5), so one less than that is right or 1 too little.
exo_divide_by_wide:
  clz   $t1, $t9
  sllv  $a0, $t9, $t1
  srl   $at, $t8, 1
  nor   $a1, $t1, $zero
  srlv  $at, $at, $a1
  or    $a0, $a0, $at                    // a0: upper half of divisor << t1
  srl   $v0, $t7, 1
  srl   $v1, $t6, 1
  sll   $at, $t7, 31
  sw    $t1, 36($sp)
  bal   exo_divide_two
  or    $v1, $v1, $at                    // delay slot: v0, v1: half the dividend
  lw    $at, 36($sp)
  nor   $at, $at, $zero                  // its lower 5 bits: 31 less the shift
  srlv  $t1, $t1, $at
  sltu  $at, $zero, $t1
  subu  $t1, $t1, $at                    // t1: the quotient, or 1 less
  multu $t1, $t8
  mflo  $v1
  mfhi  $v0
  mul   $a0, $t1, $t9
  addu  $v0, $v0, $a0
  sltu  $at, $t6, $v1
  subu  $v1, $t6, $v1
  subu  $v0, $t7, $v0
  subu  $v0, $v0, $at                    // v1, v0: what is left of the dividend
  sltu  $at, $v1, $t8
  subu  $a0, $v1, $t8
  subu  $a1, $v0, $t9
  subu  $a1, $a1, $at                    // a0, a1: less the divisor
  sltu  $a2, $v0, $t9
  xor   $a3, $v0, $t9
  movz  $a2, $at, $a3                    // a2: the divisor was more
  addiu $a3, $t1, 1
  movz  $t1, $a3, $a2
  movz  $v1, $a0, $a2
  movz  $v0, $a1, $a2
  move  $t6, $t1
  move  $t7, $zero
  move  $t8, $v1
  move  $t9, $v0

exo_divide_done:
  lw    $ra, 0($sp)
  lw    $v0, 4($sp)
  lw    $v1, 8($sp)
  lw    $a0, 12($sp)
  lw    $a1, 16($sp)
  lw    $a2, 20($sp)
  lw    $a3, 24($sp)
  lw    $t0, 28($sp)
  lw    $t1, 32($sp)
  jr    $ra
  addiu $sp, $sp, 40                     // delay slot

// v0 (upper half) and v1 by a0, which is more than v0: quotient in t1, rest in v0. Changes v1, a0 to a3, t0.
exo_divide_two:
  clz   $t0, $a0
  sllv  $a0, $a0, $t0
  srl   $a1, $a0, 16
  andi  $a2, $a0, 0xffff
  srl   $at, $v1, 1
  nor   $a3, $t0, $zero
  srlv  $at, $at, $a3
  sllv  $v0, $v0, $t0
  or    $v0, $v0, $at
  sllv  $v1, $v1, $t0                    // divisor and dividend << t0
  srl   $at, $v1, 16
  find_digit $t1
  andi  $at, $v1, 0xffff
  sll   $t1, $t1, 16
  find_digit $v1
  addu  $t1, $t1, $v1
  jr    $ra
  srlv  $v0, $v0, $t0                    // delay slot

// The same for signed numbers: rounded towards 0, and the rest has the dividend's sign.
  .globl exo_divide_signed
exo_divide_signed:
  addiu $sp, $sp, -16
  sw    $ra, 0($sp)
  sw    $t7, 4($sp)                      // the sign of the rest
  xor   $at, $t7, $t9
  bgez  $t7, 1f
  sw    $at, 8($sp)                      // delay slot: the sign of the quotient
  subu  $t6, $zero, $t6
  sltu  $at, $zero, $t6
  subu  $t7, $zero, $t7
  subu  $t7, $t7, $at
1:
  bgez  $t9, 2f
  nop                                    // delay slot
  subu  $t8, $zero, $t8
  sltu  $at, $zero, $t8
  subu  $t9, $zero, $t9
  subu  $t9, $t9, $at
2:
  bal   exo_divide
  nop                                    // delay slot
  lw    $at, 8($sp)
  bgez  $at, 3f
  lw    $ra, 0($sp)                      // delay slot
  subu  $t6, $zero, $t6
  sltu  $at, $zero, $t6
  subu  $t7, $zero, $t7
  subu  $t7, $t7, $at
3:
  lw    $at, 4($sp)
  bgez  $at, 4f
  nop                                    // delay slot
  subu  $t8, $zero, $t8
  sltu  $at, $zero, $t8
  subu  $t9, $zero, $t9
  subu  $t9, $t9, $at
4:
  jr    $ra
  addiu $sp, $sp, 16                     // delay slot
