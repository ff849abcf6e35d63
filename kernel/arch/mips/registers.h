// CP0 registers by name, as the assembly uses them. Some of them hold nothing that this machine needs, so they hold what
// the vectors need at once: a pointer in a CP0 register costs one instruction and no memory.
//   ErrorEPC  (written only by reset, NMI and cache errors)   the running Environment
//   DataLo    (written only by cache operations)              records written to the trace ring
//   DataHi    (likewise)                                      event word of a TlbRefilled record of the running environment
//   TagHi     (likewise)                                      a register of the program's, for a moment, while tracing
#pragma once

#define C0_INDEX $0
#define C0_RANDOM $1
#define C0_ENTRY_LO0 $2
#define C0_ENTRY_LO1 $3
#define C0_CONTEXT $4
#define C0_BAD_ADDRESS $8
#define C0_COUNT $9
#define C0_ENTRY_HI $10
#define C0_STATUS $12
#define C0_CAUSE $13
#define C0_EPC $14
#define C0_DEBUG_EPC $24
#define C0_RUNNING $30
#define C0_TRACE_HEAD $28, 1
#define C0_EVENT_WORD $29, 1
#define C0_SPARE $29, 0
