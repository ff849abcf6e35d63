# Where upcalls enter the program, and how it goes on afterwards without the kernel.
#
# Asynchronous upcalls: a0 to a3 hold the kind and the arguments; the kernel keeps the program's pc and a0 to a3 in the
# environment page's "interrupt" block, and it has set `masked`. Exceptions and misses: every register is the program's; pc,
# cause and address are in the "exception" block, and as long as its cause is not 0, nothing asynchronous comes. In both gp is
# free, because compiled code does not use it. An exception handler masks for itself, then clears the cause.
#
# There is one upcall stack. An exception that finds sp inside it continues below sp; all others start at the top. So a
# miss inside a handler nests, and a miss inside a miss handler cannot happen because all that handlers touch before they
# know better (text, data, stacks, environment page) has guaranteed mappings.
#
# The races, and why each ends well:
#  1. An upcall comes while another is handled. The kernel sees `masked`, counts it in `pending` and waits. The exit below
#     clears `masked` FIRST and reads `pending` AFTERWARDS: one that came before is found and taken, one that comes later
#     is delivered by the kernel itself. None is lost, none waits for the next timer tick.
#  2. One is delivered inside the exit, after `masked` was cleared: the program's registers are half restored and gp may
#     hold its pc. But everything needed to start the exit again is still at sp (the last instruction that leaves the
#     window is the one that gives sp up, in a delay slot, which is never interrupted apart from its jump). So the entry
#     recognises a pc inside the window, saves nothing, handles the upcall on the same block and begins the exit anew.
#     The stack therefore never grows, however many upcalls come one after another. `upcalls_take` and `yield` are called
#     inside the window for the same reason: what they deliver takes this path.
#  3. The slice ends. Its handler only sets exo_yield_due; the yield happens in the window with `masked` clear, so a
#     request that comes while others run is delivered the moment this environment runs again. Should an upcall hit
#     exactly the `syscall` instruction after exo_yield_due was cleared, this yield is forgotten: the kernel takes the
#     processor by force 50 us later, which a library OS must survive anyway.
#  4. Nothing was going on: the environment waited to be entered (pc 0). There is nothing to resume; it waits again.
#  5. The program had masked upcalls itself, or a miss interrupted a handler: then `masked` stays as it was, nothing
#     asynchronous can enter, and the plain exit does without a window.
#include "libos/base/frame_rules.h"
#include "libos/base/upcall_layout.h"

        .set    noreorder
        .set    noat
        .cfi_sections .debug_frame
        .text

# For debuggers. The kernel has just entered: every register is the program's but gp.
        .macro  CFI_ENTERED
        .cfi_startproc
        .cfi_return_column RESUME_COLUMN
        .cfi_undefined $28
        .endm

# A function that is called, and calls nobody.
        .macro  CFI_LEAF
        .cfi_startproc
        .cfi_return_column RESUME_COLUMN
        .cfi_register RESUME_COLUMN, 31
        .endm

# The program's pc and a0 to a3 are where an asynchronous upcall's frame keeps them.
        .macro  CFI_INTERRUPT
        CFI_IN_PAGE(RESUME_COLUMN, PAGE_INTERRUPT + FRAME_PC)
        CFI_IN_PAGE(4, PAGE_INTERRUPT + FRAME_A0)
        CFI_IN_PAGE(5, PAGE_INTERRUPT + FRAME_A1)
        CFI_IN_PAGE(6, PAGE_INTERRUPT + FRAME_A2)
        CFI_IN_PAGE(7, PAGE_INTERRUPT + FRAME_A3)
        .endm

# What SAVE keeps is in the block at sp.
        .macro  CFI_SAVED
        .cfi_def_cfa $29, SAVED_BYTES
        .cfi_offset $29, SAVED_SP - SAVED_BYTES
        .cfi_offset $1, SAVED_AT - SAVED_BYTES
        .cfi_offset $2, SAVED_V0 - SAVED_BYTES
        .cfi_offset $3, SAVED_V1 - SAVED_BYTES
        .irp    n, 8, 9, 10, 11, 12, 13, 14, 15
        .cfi_offset $\n, SAVED_T0 + 4 * (\n - 8) - SAVED_BYTES
        .endr
        .cfi_offset $24, SAVED_T8 - SAVED_BYTES
        .cfi_offset $25, SAVED_T9 - SAVED_BYTES
        .cfi_offset $31, SAVED_RA - SAVED_BYTES
        .endm

# And all else.
        .macro  CFI_BLOCK
        CFI_SAVED
        .irp    n, 4, 5, 6, 7
        .cfi_offset $\n, SAVED_A0 + 4 * (\n - 4) - SAVED_BYTES
        .endr
        .cfi_offset 64, SAVED_HI - SAVED_BYTES
        .cfi_offset 65, SAVED_LO - SAVED_BYTES
        .cfi_offset RESUME_COLUMN, SAVED_PC - SAVED_BYTES
        .endm

# Finds room for a block. In: gp and a0 free, everything else the program's. Out: gp = the program's sp, sp = the block.
# An asynchronous upcall always starts at the top: while anything lies on the upcall stack they are masked, or wait, or hit
# the exit window. So it does not matter what sp is, which at an entry point is the caller's.
        .macro  ROOM_AT_TOP
        move    $gp, $sp
        .cfi_def_cfa $28, 0
        lui     $sp, %hi(exo_upcall_stack + UPCALL_STACK_BYTES - SAVED_BYTES)
        addiu   $sp, $sp, %lo(exo_upcall_stack + UPCALL_STACK_BYTES - SAVED_BYTES)
        .endm

# An exception may be one of a handler: then it goes on below sp.
        .macro  ROOM
        lui     $a0, %hi(exo_upcall_stack)
        addiu   $a0, $a0, %lo(exo_upcall_stack)
        subu    $gp, $sp, $a0
        sltiu   $gp, $gp, UPCALL_STACK_BYTES
        bnez    $gp, 1f
        move    $gp, $sp                        # delay slot: gp = the program's sp
        .cfi_def_cfa $28, 0
        addiu   $sp, $a0, UPCALL_STACK_BYTES
1:      addiu   $sp, $sp, -SAVED_BYTES
        .endm

# Saves what every upcall overwrites in that block. Out: t0 to t9 free.
        .macro  SAVE
        sw      $gp, SAVED_SP($sp)
        sw      $sp, SAVED_SELF($sp)
        sw      $1,  SAVED_AT($sp)
        sw      $v0, SAVED_V0($sp)
        sw      $v1, SAVED_V1($sp)
        sw      $t0, SAVED_T0($sp)
        sw      $t1, SAVED_T1($sp)
        sw      $t2, SAVED_T2($sp)
        sw      $t3, SAVED_T3($sp)
        sw      $t4, SAVED_T4($sp)
        sw      $t5, SAVED_T5($sp)
        sw      $t6, SAVED_T6($sp)
        sw      $t7, SAVED_T7($sp)
        sw      $t8, SAVED_T8($sp)
        sw      $t9, SAVED_T9($sp)
        sw      $ra, SAVED_RA($sp)
        CFI_SAVED
        mfhi    $t0
        mflo    $t1
        sw      $t0, SAVED_HI($sp)
        sw      $t1, SAVED_LO($sp)
        .endm

# Puts everything back and goes on with the program. In: sp = the block. Only loads, so it can be begun again at any point.
        .macro  RESTORE
        lw      $t0, SAVED_HI($sp)
        lw      $t1, SAVED_LO($sp)
        mthi    $t0
        mtlo    $t1
        lw      $1,  SAVED_AT($sp)
        lw      $v0, SAVED_V0($sp)
        lw      $v1, SAVED_V1($sp)
        lw      $a0, SAVED_A0($sp)
        lw      $a1, SAVED_A1($sp)
        lw      $a2, SAVED_A2($sp)
        lw      $a3, SAVED_A3($sp)
        lw      $t0, SAVED_T0($sp)
        lw      $t1, SAVED_T1($sp)
        lw      $t2, SAVED_T2($sp)
        lw      $t3, SAVED_T3($sp)
        lw      $t4, SAVED_T4($sp)
        lw      $t5, SAVED_T5($sp)
        lw      $t6, SAVED_T6($sp)
        lw      $t7, SAVED_T7($sp)
        lw      $t8, SAVED_T8($sp)
        lw      $t9, SAVED_T9($sp)
        lw      $ra, SAVED_RA($sp)
        lw      $gp, SAVED_PC($sp)
        jr      $gp
        lw      $sp, SAVED_SP($sp)              # delay slot: the block is given up with the jump
        .endm

# Misses and exceptions. a0 is kept in the environment page until there is a block.
        .globl  exo_exception_entry
        .type   exo_exception_entry, @function
exo_exception_entry:
        CFI_ENTERED
        CFI_IN_PAGE(RESUME_COLUMN, PAGE_EXCEPTION_PC)
        sw      $a0, PAGE_SCRATCH($zero)
        CFI_IN_PAGE(4, PAGE_SCRATCH)
        ROOM
        SAVE
        lw      $t1, PAGE_SCRATCH($zero)
        lw      $t0, PAGE_EXCEPTION_PC($zero)
        lw      $t2, PAGE_MASKED($zero)
        sw      $t1, SAVED_A0($sp)
        sw      $a1, SAVED_A1($sp)
        sw      $a2, SAVED_A2($sp)
        sw      $a3, SAVED_A3($sp)
        sw      $t0, SAVED_PC($sp)
        sw      $t2, SAVED_WAS_MASKED($sp)
        CFI_BLOCK
        lw      $a0, PAGE_EXCEPTION_CAUSE($zero)
        lw      $a1, PAGE_EXCEPTION_ADDRESS($zero)
        li      $t1, 1
        sw      $t1, PAGE_MASKED($zero)
        sw      $zero, PAGE_EXCEPTION_CAUSE($zero)      # all is copied: another exception may come
        jal     exo_synchronous                 # (cause, address, block)
        move    $a2, $sp                        # delay slot
        b       leave
        nop                                     # delay slot
        .cfi_endproc

# Asynchronous upcalls: all others.
        .globl  exo_interrupt_entry
        .type   exo_interrupt_entry, @function
exo_interrupt_entry:
        CFI_ENTERED
        CFI_INTERRUPT
        lw      $gp, PAGE_INTERRUPT+FRAME_PC($zero)
        beqz    $gp, roused                     # it waited to be entered: sp is not even a stack
        lui     $a0, %hi(exo_exit)              # delay slot
        addiu   $a0, $a0, %lo(exo_exit)
        subu    $gp, $gp, $a0
        sltiu   $gp, $gp, EXIT_WINDOW_BYTES
        bnez    $gp, chained                    # it interrupted an exit: sp is that exit's block, nothing else is live
        lw      $a0, PAGE_INTERRUPT+FRAME_KIND($zero)  # delay slot
        ROOM_AT_TOP
        SAVE
copy:   lw      $t0, PAGE_INTERRUPT+FRAME_PC($zero)
        lw      $t1, PAGE_INTERRUPT+FRAME_A0($zero)
        lw      $t2, PAGE_INTERRUPT+FRAME_A1($zero)
        lw      $t3, PAGE_INTERRUPT+FRAME_A2($zero)
        lw      $t4, PAGE_INTERRUPT+FRAME_A3($zero)
        lw      $t5, PAGE_INTERRUPT+FRAME_WAS_MASKED($zero)
        sw      $t0, SAVED_PC($sp)
        sw      $t1, SAVED_A0($sp)
        sw      $t2, SAVED_A1($sp)
        sw      $t3, SAVED_A2($sp)
        sw      $t4, SAVED_A3($sp)
        sw      $t5, SAVED_WAS_MASKED($sp)
        lw      $a0, PAGE_INTERRUPT+FRAME_KIND($zero)
chained:
        CFI_BLOCK
        jal     exo_asynchronous                # (kind, a, b, c)
        nop                                     # delay slot
        b       leave
        nop                                     # delay slot
        .cfi_endproc
roused:
        CFI_ENTERED
        .cfi_undefined RESUME_COLUMN            # nothing was going on
        ROOM_AT_TOP
        b       copy
        sw      $sp, SAVED_SELF($sp)            # delay slot
        .cfi_endproc
        CFI_ENTERED
        CFI_BLOCK
leave:                                          # sp = the block, masked = 1, everything else free
        lw      $t0, SAVED_WAS_MASKED($sp)
        bnez    $t0, exit_masked
        nop                                     # delay slot

        .globl  exo_exit
        .type   exo_exit, @function
exo_exit:                                       # the window begins: sp = the block, everything else free
        sw      $zero, PAGE_MASKED($zero)
        lui     $t1, %hi(exo_yield_due)
        lw      $t0, %lo(exo_yield_due)($t1)
        beqz    $t0, look                       # yield first: the kernel tells nothing while a slice is ending
        li      $v0, CALL_YIELD                 # delay slot
        move    $a0, $zero                      # to whoever is next
        sw      $zero, %lo(exo_yield_due)($t1)
        syscall
        b       exo_exit
        nop                                     # delay slot
look:
        lw      $t0, PAGE_PENDING($zero)
        beqz    $t0, restore
        li      $v0, CALL_UPCALLS_TAKE          # delay slot
        syscall
        b       exo_exit
        nop                                     # delay slot
restore:
        lw      $t0, SAVED_PC($sp)
        bnez    $t0, resume
        li      $v0, CALL_ENTRY_WAIT            # delay slot
        li      $a0, 1                          # and still for whom it called
        syscall                                 # does not come back
resume:
        RESTORE
exo_exit_end:                                   # the window ends
        .if     (exo_exit_end - exo_exit) != EXIT_WINDOW_BYTES
        .error  "EXIT_WINDOW_BYTES is not the size of the window"
        .endif

exit_masked:                                    # sp = the block; upcalls stay masked, so nothing comes between
        RESTORE
        .cfi_endproc

# Memory that can vanish. A routine here may touch a page that is taken by force at that very moment; the miss handler then
# sends it to exo_guarded_failed, and it returns what v0 holds by then. Leaves only: no stack, ra untouched.
        .globl  exo_guarded_begin
exo_guarded_begin:

# bool exo_guarded_add(uint32_t* word, uint32_t amount)
        .globl  exo_guarded_add
        .type   exo_guarded_add, @function
exo_guarded_add:                                # a0 = address, a1 = amount
        CFI_LEAF
        move    $v0, $zero
        lw      $t0, 0($a0)
        addu    $t0, $t0, $a1
        sw      $t0, 0($a0)
        jr      $ra
        li      $v0, 1                          # delay slot
        .cfi_endproc

# bool exo_guarded_copy_16(uint32_t* to, const uint32_t* from): 16 words, as fast as can be
        .globl  exo_guarded_copy_16
        .type   exo_guarded_copy_16, @function
exo_guarded_copy_16:                            # a0 = to, a1 = from
        CFI_LEAF
        move    $v0, $zero
        .irp    offset, 0, 16, 32, 48
        lw      $t0, \offset+0($a1)
        lw      $t1, \offset+4($a1)
        lw      $t2, \offset+8($a1)
        lw      $t3, \offset+12($a1)
        sw      $t0, \offset+0($a0)
        sw      $t1, \offset+4($a0)
        sw      $t2, \offset+8($a0)
        sw      $t3, \offset+12($a0)
        .endr
        jr      $ra
        li      $v0, 1                          # delay slot
        .cfi_endproc

# uint32_t exo_guarded_copy(uint32_t* to, const uint32_t* from, uint32_t words): the words copied
        .globl  exo_guarded_copy
        .type   exo_guarded_copy, @function
exo_guarded_copy:                               # a0 = to, a1 = from, a2 = words
        CFI_LEAF
        b       2f
        move    $v0, $zero                      # delay slot
1:      lw      $t0, 0($a1)                     # v0 = words copied so far
        sw      $t0, 0($a0)
        addiu   $a1, $a1, 4
        addiu   $a0, $a0, 4
        addiu   $v0, $v0, 1
2:      bne     $v0, $a2, 1b
        nop                                     # delay slot
        .globl  exo_guarded_failed
exo_guarded_failed:
        jr      $ra
        nop                                     # delay slot
        .cfi_endproc
        .globl  exo_guarded_end
exo_guarded_end:

        .section .stack, "aw", @nobits
        .balign 16
        .globl  exo_upcall_stack
exo_upcall_stack:
        .space  UPCALL_STACK_BYTES
        .space  PROGRAM_STACK_BYTES
        .globl  exo_program_stack_top
exo_program_stack_top:
