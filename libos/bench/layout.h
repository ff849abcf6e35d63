/* What the assembly of this folder must know, checked in harness.cpp against the C++ definitions. */
#pragma once

/* Environment page, as 16-bit offsets from register zero. */
#define PAGE_EXCEPTION_PC 0x1000
#define PAGE_EXCEPTION_CAUSE 0x1004
#define PAGE_INTERRUPT 0x1020
#define PAGE_MASKED 0x1040
#define PAGE_PARTNER 0x11a4 /* second parameter: the environment that a peer works with */

/* In the part of the page that is ours: when handlers began, and what they found. */
#define PAGE_HANDLER_CLOCK 0x1fe0
#define PAGE_REVOKE_CLOCK 0x1fe4
#define PAGE_LOST_CLOCK 0x1fe8
#define PAGE_LAST_CLOCK 0x1fec

#define CALL_YIELD 3
#define CALL_YIELD_TO 25
#define CALL_PCT 26
#define CALL_ENTRY_WAIT 30
