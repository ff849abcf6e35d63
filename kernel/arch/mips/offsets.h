// Numbers that assembly and C++ share. environments.cpp, trap_frame.hpp and trace.cpp assert that they match.
#pragma once

// Environment (kernel/core/environments.hpp). The table lies at a multiple of 64 KiB, an entry is 1,024 bytes: the number
// of an environment goes into bits 15..10 of its address.
#define ENVIRONMENTS_HIGH 0x8020  // upper half of the table's address (kernel.ld)
#define ENV_SIZE_BITS 10
#define ENV_NUMBER_BITS 6
#define ENV_PAGE 128           // environment page, in unmapped memory
#define ENV_ENTRY_HI 132       // EntryHi while it runs: its address-space identifier
#define ENV_STATUS 136         // Status while it runs: user mode, and the floating-point unit if it has it
#define ENV_STLB_HASH 140      // stlb_hash of its number, as an offset into the STLB
#define ENV_OPEN_ENTRY 144     // where a synchronous transfer enters it at once; 0: ask C++
#define ENV_RESUME_PC 148      // it yielded with yield_to: where it goes on; 0: it did not
#define ENV_RESUME_SP 152
#define ENV_CALLS 156          // whom it entered last, and waits for if it waits
#define ENV_OWN_CALLS 160      // handler of its own system calls, or 0
#define ENV_EVENT_WORD 164     // its number, as the upper half of a record's event word
#define ENV_FRAME 168          // TrapFrame

#define FRAME_AT 4        // registers 1 to 31 at 4 * number
#define FRAME_LO 128
#define FRAME_HI 132
#define FRAME_PC 136
#define FRAME_CAUSE 140
#define FRAME_BADVADDR 144
#define FRAME_STATUS 148
#define FRAME_BYTES 152

// ExceptionContext, at the start of the environment page.
#define EXCEPTION_PC 0
#define EXCEPTION_CAUSE 4
#define EXCEPTION_ADDRESS 8

// System calls that need no C++ (kernel/abi/syscalls.def).
#define CALL_PCT 26
#define CALL_YIELD_TO 25
#define OWN_CALLS 64

#define RING_HIGH 0x8100
#define RING_INDEX_BITS 18
#define RECORD_TIME 0
#define RECORD_SEQUENCE 4
#define RECORD_EVENT 8
#define RECORD_PC 12
#define RECORD_ARGUMENTS 16
#define EVENT_TLB_REFILLED 41
#define EVENT_EXCEPTION_RAISED 56
#define EVENT_TRANSFERRED 57
#define EVENT_YIELDED_TO 59

#define STLB_INDEX_BITS 12     // of the page pair; 16-byte entries
