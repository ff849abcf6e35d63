# A kernel that believes that the machine is its own: it handles its TLB misses as the manual of the processor says, with
# privileged instructions. Each of them is an exception in user mode, and the monitor (monitor.cpp) does what it would have done.
#
# It uses t8 and t9, for k0 and k1 are the real kernel's. Its page table is an array of two EntryLo words a pair of pages.
#include "libos/monitor/layout.h"
        .set    noreorder
        .set    noat
        .text
        .globl  exo_guest_refill
        .type   exo_guest_refill, @function
exo_guest_refill:                               # BadVAddr, EntryHi and EPC are set, as by the machine
        mfc0    $t8, $8                         # t8 = BadVAddr
        lui     $t9, TOUR_ADDRESS >> 16
        subu    $t8, $t8, $t9
        srl     $t8, $t8, 13
        sll     $t8, $t8, 3                     # t8 = where its pair is in the page table
        lui     $t9, %hi(exo_guest_page_table)
        addu    $t8, $t8, $t9
        lw      $t9, %lo(exo_guest_page_table)($t8)
        mtc0    $t9, $2                         # EntryLo0
        lw      $t9, %lo(exo_guest_page_table+4)($t8)
        mtc0    $t9, $3                         # EntryLo1
        tlbwr                                   # an entry at random
        eret                                    # back to the instruction that missed
