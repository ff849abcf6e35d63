/* Offsets that the assembly in this folder needs, checked against the C++ definitions in upcalls.cpp. The only macros
   of the library OSes outside .def tables, because the assembler can read nothing else. */
#pragma once

/* Environment page (kernel/abi/environment_page.hpp), as 16-bit offsets from register zero. */
#define PAGE_EXCEPTION_PC 0x1000
#define PAGE_EXCEPTION_CAUSE 0x1004
#define PAGE_EXCEPTION_ADDRESS 0x1008
#define PAGE_INTERRUPT 0x1020
#define PAGE_MASKED 0x1040
#define PAGE_PENDING 0x1044
#define PAGE_OWN 0x12a0            /* from here on the page is the library OS's own */
#define PAGE_SCRATCH PAGE_OWN      /* a register that an exception handler needs before it has any */
/* In the part of the page that is the library OS's own (transfer.hpp): whom it waits for, where to go on and with which
   stack, and who serves. */
#define PAGE_WAITING_FOR 0x1f00
#define PAGE_WAITING_PC 0x1f04
#define PAGE_WAITING_SP 0x1f08
#define PAGE_SERVER 0x1f0c
#define FRAME_PC 0
#define FRAME_A0 4
#define FRAME_A1 8
#define FRAME_A2 12
#define FRAME_A3 16
#define FRAME_WAS_MASKED 20
#define FRAME_KIND 24

/* SavedRegisters (upcalls.hpp), on the upcall stack. The first 16 bytes are the handler's home for a0 to a3, and the
   next word is its fifth argument: the address of this very block. */
#define SAVED_SELF 16
#define SAVED_WAS_MASKED 20
#define SAVED_PC 24
#define SAVED_SP 28
#define SAVED_AT 32
#define SAVED_V0 36
#define SAVED_V1 40
#define SAVED_A0 44
#define SAVED_A1 48
#define SAVED_A2 52
#define SAVED_A3 56
#define SAVED_T0 60
#define SAVED_T1 64
#define SAVED_T2 68
#define SAVED_T3 72
#define SAVED_T4 76
#define SAVED_T5 80
#define SAVED_T6 84
#define SAVED_T7 88
#define SAVED_T8 92
#define SAVED_T9 96
#define SAVED_RA 100
#define SAVED_HI 104
#define SAVED_LO 108
#define SAVED_BYTES 112

#define UPCALL_STACK_BYTES 2048
#define PROGRAM_STACK_BYTES 2048

#define CALL_YIELD 3
#define CALL_UPCALLS_TAKE 6
#define CALL_YIELD_TO 25
#define CALL_PCT 26
#define CALL_ENTRY_WAIT 30
#define STILL_WAITING 256
#define STATUS_NO_SUCH_ENVIRONMENT 11
#define STATUS_BUSY 18

#define SERVER_STACK_BYTES 1024
#define SERVER_BLOCK_BYTES 48 /* a call being served: home of a0 to a3, the message, whom to answer */

/* Size of the exit window; the assembler checks it. */
#define EXIT_WINDOW_BYTES 184
